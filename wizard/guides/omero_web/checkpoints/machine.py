"""The machine and the Python environment: sections "Installing prerequisites" and "Creating a virtual environment"."""

from __future__ import annotations

from wizard.api import (
    GIB,
    AccountIs,
    Answers,
    Checkpoint,
    Directory,
    EntryIs,
    InstanceUser,
    ModulesThere,
    Need,
    NextStartOfNginx,
    Packages,
    PackagesPresent,
    PipEnvironment,
    PipModules,
    PortFree,
    Probe,
    Resources,
    RunningUnit,
    Step,
    SudoRight,
    Supported,
    SystemdRuns,
    UnitRuns,
    _,
)
from wizard.guides.omero_web.names import ICE, Names
from wizard.guides.omero_web.parts.ice import IceFits, IceThere
from wizard.guides.omero_web.parts.redis import REDIS
from wizard.guides.omero_web.parts.sessions import SessionsTaken

# OMERO.web 5.33 and later.
LEAST_PYTHON = "3.10"


def system(answers: Answers, names: Names) -> Checkpoint:
    """Section "Installing prerequisites", and the user before it."""
    steps: list[Step] = [SystemdRuns(), Packages(keys=names.packages, brings=REDIS)]
    probes: list[Probe] = [
        Supported("system.distribution", _("supported distribution"), managers=("apt", "dnf")),
        Resources(
            "system.resources",
            _("processors, memory, disk"),
            least=Need(processors=1, memory=1 * GIB, disk=5 * GIB),
            advised=Need(processors=2, memory=4 * GIB, disk=10 * GIB),
        ),
        SudoRight("system.sudo", _("sudo")),
        PackagesPresent("system.packages", _("packages installed"), keys=names.packages),
        UnitRuns("system.cron", _("cron runs"), unit=names.cron_unit),
    ]
    if answers.nginx_here:
        steps.insert(0, PortFree(answers.http_port, programs=("nginx",)))
        steps.append(RunningUnit("nginx.service", shared=True))
        probes.append(UnitRuns("system.nginx", _("nginx runs"), unit="nginx.service"))
        probes.append(NextStartOfNginx("system.nginx-next", _("nginx would start again")))
    if names.redis:
        steps.append(RunningUnit(names.redis, shared=True))
        probes.append(UnitRuns("system.redis", _("Redis runs"), unit=names.redis))
        address, port, password = names.redis_place
        taken = _("Redis takes sessions")
        probes.append(SessionsTaken("system.sessions", taken, address=address, port=port, password=password,
                                    after=("system.redis",)))  # fmt: skip
    steps += [
        RunningUnit(names.cron_unit, shared=True),
        InstanceUser(answers.user, home=names.home, mark="omero-web", answer="user"),
        Directory(answers.omerodir, owner=answers.user, group=answers.user, parents=True, contents=True),
    ]
    for folder in ("etc", "etc/templates", "etc/templates/error", "var"):
        steps.append(Directory(f"{answers.omerodir}/{folder}", owner=answers.user, group=answers.user))
    # Logs say who asked for what. `omero config` leaves its file open to all, with whatever password is in it.
    for folder in ("var/log", "etc/grid"):
        steps.append(Directory(f"{answers.omerodir}/{folder}", owner=answers.user, group=answers.user, mode=0o700))
    probes += [
        AccountIs("system.account", _("account and home"), name=answers.user, home=names.home),
        EntryIs(
            "system.folder", _("its folder is its own"), path=answers.omerodir, kind="directory", owner=answers.user
        ),
    ]
    return Checkpoint(
        "system",
        title=_("System"),
        objective=_("A machine with nginx and Python, and a user of its own for OMERO.web."),
        steps=steps,
        probes=probes,
    )


def environment(answers: Answers, names: Names) -> Checkpoint:
    """Section "Creating a virtual environment", and the apps."""
    # Where a password opens it, its address alone would keep pip from what it is given with it.
    proxy = "" if any(one.name == "proxy_access" for one in answers.secrets) else answers.proxy
    ice = IceThere(
        answers.venv, python=answers.python, wheel=answers.ice_wheel, index=answers.python_index, proxy=proxy
    )
    modules = PipModules(answers.venv, modules=names.modules, index=answers.python_index, proxy=proxy)
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_("A Python environment with Ice 3.6, which OMERO's own modules need, and OMERO.web."),
        steps=[PipEnvironment(answers.venv, python=answers.python), ice, modules],
        probes=[
            IceFits("environment.ice", "Ice 3.6", path=answers.venv, module=ICE, step=ice.key),
            ModulesThere(
                "environment.modules",
                _("OMERO.web and its apps"),
                path=answers.venv,
                modules=names.modules,
                step=modules.key,
                least=LEAST_PYTHON,
            ),
        ],
    )
