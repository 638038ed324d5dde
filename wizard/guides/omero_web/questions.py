"""What the installation of OMERO.web must be told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wizard.api import (
    CHOICE,
    LIST,
    NUMBER,
    SECRET,
    TRUTH,
    Answers,
    Facts,
    Question,
    Section,
    _,
    checks,
    distribution_of,
    in_order,
    is_host_name,
)

PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)+")
ORIGIN = re.compile(r"https?://([^/:]+)(:\d{1,5})?")
MOST_PORT = 65535
REDIS = re.compile(r"rediss?://([^/:]+)(:\d{1,5})?(/\d+)?")
ONE = r"(?:>=|<=|==|!=|~=|>|<)\s*[0-9]+(?:\.[0-9]+)*"
RANGE = re.compile(rf"{ONE}(?:\s*,\s*{ONE})*")
APP = re.compile(r"(omero[-_])?[a-z][a-z0-9]*([_-][a-z0-9]+)*")
WHEEL = re.compile(r"zeroc_ice-3\.6\.[0-9]+(-[0-9]\w*)?(-[\w.]+){3}\.whl")
TEMPLATE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
# Words of a shell that gunicorn's own options never need.
HOSTILE = re.compile(r"[^A-Za-z0-9 ._/:=,@+-]")


def _site_file(answers: Answers, facts: Facts) -> str:
    return distribution_of(facts).site("omeroweb")


def _prefix(value: str, answers: Answers, facts: Facts) -> str:
    if PREFIX.fullmatch(value):
        return ""
    return _("`{value}` must begin with a slash, end without one, and hold only letters, digits, - and _").format(
        value=value
    )


def _range(value: str, answers: Answers, facts: Facts) -> str:
    if RANGE.fullmatch(value):
        return ""
    return _("`{value}` is not a range of versions, such as `>=5.6.3` or `==5.33.2`").format(value=value)


def _app_port(value: int, answers: Answers, facts: Facts) -> str:
    if value == answers.http_port:
        return _("{port} is the port of nginx: the application must have one of its own").format(port=value)
    return checks.port(value, answers, facts)


def _names_host(pattern: re.Pattern[str], value: str) -> bool:
    found = pattern.fullmatch(value)
    return found is not None and is_host_name(found[1])


def _origins(values: Sequence[str], answers: Answers, facts: Facts) -> str:
    wrong = [one for one in values if one != "*" and not _names_host(ORIGIN, one)]
    if wrong:
        text = _("`{value}` is not an origin: its scheme belongs to it, and no path (`https://www.example.org`)")
        return text.format(value=wrong[0])
    if "*" in values and len(values) > 1:
        return _("`*` stands for every origin: none beside it")
    return ""


def _apps(values: Sequence[str], answers: Answers, facts: Facts) -> str:
    wrong = [one for one in values if not APP.fullmatch(one)]
    return _("`{value}` is no name of an app, such as `figure` or `iviewer`").format(value=wrong[0]) if wrong else ""


def _wheel(value: str, answers: Answers, facts: Facts) -> str:
    if not WHEEL.fullmatch(value.rpartition("/")[2]):
        text = _("`{value}` is no wheel of Ice 3.6, such as `zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl`")
        return text.format(value=value)
    if value.startswith(("https://", "http://")):
        return checks.address_with_scheme(value, answers, facts)
    return checks.absolute_path(value.removeprefix("file://"), answers, facts)


def _python(value: str, answers: Answers, facts: Facts) -> str:
    if re.fullmatch(r"python3(\.\d+)?", value) or not checks.absolute_path(value, answers, facts):
        return ""
    text = _("`{value}` is neither the name of a Python, such as `python3.10`, nor an absolute path")
    return text.format(value=value)


def _gunicorn_arguments(value: str, answers: Answers, facts: Facts) -> str:
    found = HOSTILE.search(value)
    return (
        _("`{value}` holds {sign}, which no option of gunicorn needs").format(value=value, sign=found[0])
        if found
        else ""
    )


def _redis(value: str, answers: Answers, facts: Facts) -> str:
    found = REDIS.fullmatch(value)
    if _names_host(REDIS, value) and found and 0 < int((found[2] or ":6379")[1:]) <= MOST_PORT:
        return ""
    return _("`{value}` is no address of a Redis, such as `redis://127.0.0.1:6379/0`").format(value=value)


def _template(value: str, answers: Answers, facts: Facts) -> str:
    if TEMPLATE.fullmatch(value):
        return ""
    return _("`{value}` is no path of a template, such as `webclient/index.html`").format(value=value)


def _no_space_at_end(value: str, answers: Answers, facts: Facts) -> str:
    return _("OMERO drops the space at its end") if value != value.rstrip() else ""


def _listen_address(answers: Answers, facts: Facts) -> str:
    return "127.0.0.1" if answers.nginx_here else "0.0.0.0"  # noqa: S104


def workers(facts: Facts) -> int:
    """Twice the processors and one, as gunicorn advises, within the four to twelve that OMERO.web can use."""
    return max(4, min(12, 2 * facts.processors + 1))


def questions() -> Sequence[Question]:
    """Every question, in the order in which a person is asked."""
    return in_order(
        [
            _places(),
            _modules(),
            _access(),
            _sessions(),
            _pages(),
            _running(),
        ]
    )


def _places() -> Section:
    return Section(
        _("Where it lies"),
        advanced=[
            Question(
                "user",
                title=_("System user"),
                help=_("Runs OMERO.web; it is made where it is not there."),
                default="omero-web",
                check=checks.user_name,
                personal="user",
            ),
            Question(
                "omerodir",
                title=_("Folder of the configuration and the logs"),
                help="OMERODIR",
                default="/opt/omero/web/omero-web",
                check=checks.absolute_path,
            ),
            Question(
                "venv",
                title=_("Folder of the Python environment"),
                default="/opt/omero/web/venv3",
                check=checks.absolute_path,
            ),
        ],
    )


def _modules() -> Section:
    return Section(
        _("The modules"),
        [
            Question(
                "python",
                title=_("Python"),
                help=_("Its name or path. OMERO.web 5.33 asks for 3.10 or later."),
                default="python3",
                check=_python,
            ),
            Question(
                "version",
                title=_("Versions of OMERO.web"),
                help=_("A range, as pip takes it."),
                default=">=5.6.3",
                check=_range,
                advanced=True,
            ),
            Question(
                "ice_wheel",
                title=_("Wheel of Ice 3.6"),
                help=_(
                    "An address or a path. Empty: built from source, which takes a quarter of an hour and works with"
                    " Python 3.9 and 3.10 only."
                ),
                check=_wheel,
            ),
        ],
        advanced=[
            Question(
                "apps",
                title=_("Apps of OMERO.web"),
                help=_("By name: figure, iviewer..."),
                kind=LIST,
                default=(),
                check=_apps,
            ),
            Question(
                "python_index",
                title=_("Package index"),
                help=_("A mirror's simple index; empty: as pip is configured."),
                check=checks.address_with_scheme,
            ),
            Question(
                "proxy",
                title=_("Proxy"),
                help=_("For pip and all else that fetches; empty: as this machine is told."),
                check=checks.address_with_scheme,
                personal="host",
                credential="proxy_access",
            ),
        ],
    )


def _access() -> Section:
    return Section(
        _("How it is reached"),
        [
            Question(
                "nginx_here",
                title=_("nginx on this machine"),
                help=_("No: its site is written for another one."),
                kind=TRUTH,
                default=True,
                advanced=True,
            ),
            Question("http_port", title=_("Port of nginx"), kind=NUMBER, default=80, check=checks.port),
            Question(
                "server_name",
                title=_("Name of this server"),
                default="localhost",
                check=checks.host_name,
                personal="host",
            ),
            Question(
                "site",
                title=_("File of the nginx site"),
                help=_("Another one where somebody wrote it by hand."),
                default=_site_file,
                check=checks.absolute_path,
                advanced=True,
            ),
            Question(
                "prefix",
                title=_("Prefix"),
                help=_("Below which address it is to be: `/omero`. Empty: at the root."),
                check=_prefix,
                advanced=True,
            ),
            Question(
                "app_host",
                title=_("Address on which OMERO.web listens"),
                help=_("Another one only where nginx runs elsewhere."),
                default=_listen_address,
                check=checks.host_name,
                advanced=True,
            ),
            Question(
                "app_port",
                title=_("Port on which OMERO.web listens"),
                kind=NUMBER,
                default=4080,
                check=_app_port,
                advanced=True,
            ),
            Question(
                "omero_server",
                title=_("OMERO.server"),
                help=_("Its name or address."),
                default="localhost",
                check=checks.host_name,
                personal="host",
            ),
        ],
        advanced=[
            Question(
                "cors_origins",
                title=_("Origins that may use it (CORS)"),
                help=_("Each with its scheme; `*`: all."),
                kind=LIST,
                default=(),
                check=_origins,
            ),
        ],
    )


def _sessions() -> Section:
    return Section(
        _("Sessions"),
        advanced=[
            Question(
                "session_engine",
                title=_("Where sessions are kept"),
                kind=CHOICE,
                default="files",
                choices=("files", "redis"),
            ),
            Question(
                "redis_url",
                title=_("Redis"),
                help=_("Counts where sessions are kept there."),
                default="redis://127.0.0.1:6379/0",
                check=_redis,
            ),
            Question(
                "session_expire_at_browser_close",
                title=_("Sessions end with the browser"),
                kind=TRUTH,
                default=True,
            ),
            Question(
                "session_cookie_age",
                title=_("Longest age of a session"),
                help=_("In seconds."),
                kind=NUMBER,
                default=86400,
                check=checks.at_least_one,
            ),
        ],
    )


def _pages() -> Section:
    return Section(
        _("Pages"),
        advanced=[
            Question(
                "login_logo",
                title=_("Logo of the login page"),
                help=_("Its address."),
                check=checks.address_with_scheme,
            ),
            Question(
                "index_template",
                title=_("Template of the first page"),
                help=_("Its path among the templates of an app."),
                check=_template,
            ),
            Question(
                "public_user",
                title=_("Public user"),
                help=_("An account of the OMERO.server for visitors without one."),
                check=checks.user_name,
                personal="user",
            ),
            Question(
                "public_password",
                title=_("Password of the public user"),
                kind=SECRET,
                check=_no_space_at_end,
                length=0,
            ),
        ],
    )


def _running() -> Section:
    return Section(
        _("Running"),
        advanced=[
            Question(
                "workers",
                title=_("gunicorn workers"),
                help=_("Four to twelve, however many people there are."),
                kind=NUMBER,
                default=lambda answers, facts: workers(facts),
                check=checks.workers,
            ),
            Question("wsgi_args", title=_("Further arguments of gunicorn"), check=_gunicorn_arguments),
            Question(
                "debug",
                title=_("Debugging pages"),
                help=_("Only for development: they show the settings."),
                kind=TRUTH,
                default=False,
            ),
        ],
    )
