"""Reports about: what the service would really use."""

from __future__ import annotations

from tests.machine.faults.fault import Fault
from tests.machine.field.report import Before, Report

_OF_SERVICE = ("service.socket", "service.workers", "service.page")
_VENVS = "$home/.cache/pypoetry/virtualenvs"
# The stand-in's environment as an upgrade leaves it: its modules are those of a Python that is gone.
_TO_OLD = "mv $v/lib/python3.11 $v/lib/python3.10"
_BACK = "[ -d $v/lib/python3.11 ] || mv $v/lib/python3.10 $v/lib/python3.11; rm -rf $v/lib/python3.10"

REPORTS: tuple[Report, ...] = (
    Report(
        Fault(
            "debian-13",
            ("environment.poetry",),
            "v=$home/.local/share/pypoetry/venv; mv $v/lib/python3.11 $v/lib/python3.10",
            f"v=$home/.local/share/pypoetry/venv; {_BACK}; serves",
            "interpreter-other",
        ),
        "review",
        "after an upgrade of Debian, Poetry ends in ModuleNotFoundError: it was installed for another Python",
        Before(detected=False, cause="", rightly=False, repair="left"),
    ),
    Report(
        Fault(
            "dot-venv",
            ("environment.lock",),
            "cd $code; runuser -u demo -- python3 -m venv --without-pip .venv; cd /; dies",
            "rm -rf $code/.venv; lives",
            "environment-in-project",
            also=("service.active", *_OF_SERVICE),
            tidies="rm -rf $code/.venv; lives",
        ),
        "review",
        "an environment was made beside the code, and Poetry now uses that one, which has no modules",
        Before(detected=True, cause="unit-failed", rightly=False, repair="left"),
    ),
    Report(
        Fault(
            "dot-venv-while-it-runs",
            ("environment.lock",),
            "cd $code; runuser -u demo -- python3 -m venv --without-pip .venv",
            "rm -rf $code/.venv; serves",
            "environment-in-project",
            tidies="rm -rf $code/.venv; serves",
        ),
        "https://github.com/python-poetry/poetry/issues/9731",
        "a `.venv` that somebody left is used by Poetry from now on; the service has not been started since",
        Before(detected=False, cause="", rightly=False, repair="left"),
    ),
    Report(
        Fault(
            "interpreter-gone",
            ("environment.lock",),
            f"ln -sfn /opt/python3.10/bin/python3.10 $(echo {_VENVS}/biomaid-*)/bin/python",
            f"ln -sfn /usr/bin/python3.11 $(echo {_VENVS}/biomaid-*)/bin/python; serves",
            "interpreter-gone",
            tidies="serves",
        ),
        "review",
        "the Python that the environment was made with was removed: the service runs on, and its commands do not",
        Before(detected=False, cause="", rightly=False, repair="left"),
    ),
    Report(
        Fault(
            "python-upgraded-under-the-environment",
            ("environment.lock",),
            f"v=$(echo {_VENVS}/biomaid-*); {_TO_OLD}; dies",
            f"v=$(echo {_VENVS}/biomaid-*); {_BACK}; lives",
            "interpreter-other",
            also=("service.active", *_OF_SERVICE),
            tidies="lives",
        ),
        "https://github.com/python-poetry/poetry/issues/1071",
        "after an upgrade the environment's Python is another one, and does not find its modules",
        Before(detected=True, cause="environment-broken", rightly=False, repair="left"),
    ),
)
"""In the order of their names."""
