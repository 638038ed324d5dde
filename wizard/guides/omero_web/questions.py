"""What the installation of OMERO.web must be told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from wizard.api import CHOICE, LIST, NUMBER, SECRET, TRUTH, Answers, Facts, Question, _, checks

PREFIX = re.compile(r"(/[A-Za-z0-9_-]+)+")
ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")
ONE = r"(?:>=|<=|==|!=|~=|>|<)\s*[0-9]+(?:\.[0-9]+)*"
RANGE = re.compile(rf"{ONE}(?:\s*,\s*{ONE})*")
APP = re.compile(r"(omero[-_])?[a-z][a-z0-9]*([_-][a-z0-9]+)*")
WHEEL = re.compile(r"zeroc_ice-3\.6\.[0-9]+(-[0-9]\w*)?(-[\w.]+){3}\.whl")
TEMPLATE = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
# Words of a shell that gunicorn's own options never need.
HOSTILE = re.compile(r"[^A-Za-z0-9 ._/:=,@+-]")


def _site(a: Answers, facts: Facts) -> str:
    apt = facts.package_manager == "apt"
    return "/etc/nginx/sites-available/omeroweb" if apt else "/etc/nginx/conf.d/omeroweb.conf"


def _prefix(value: str, a: Answers, facts: Facts) -> str:
    if PREFIX.fullmatch(value):
        return ""
    return _("`{value}` must begin with a slash, end without one, and hold only letters, digits, - and _").format(
        value=value
    )


def _range(value: str, a: Answers, facts: Facts) -> str:
    if RANGE.fullmatch(value):
        return ""
    return _("`{value}` is not a range of versions, such as `>=5.6.3` or `==5.33.2`").format(value=value)


def _app_port(value: int, a: Answers, facts: Facts) -> str:
    if value == a.http_port:
        return _("{port} is the port of nginx: the application must have one of its own").format(port=value)
    return checks.port(value, a, facts)


def _origins(values: Sequence[str], a: Answers, facts: Facts) -> str:
    wrong = [one for one in values if one != "*" and not ORIGIN.fullmatch(one)]
    if wrong:
        text = _("`{value}` is not an origin: its scheme belongs to it, and no path (`https://www.example.org`)")
        return text.format(value=wrong[0])
    if "*" in values and len(values) > 1:
        return _("`*` stands for every origin: none beside it")
    return ""


def _apps(values: Sequence[str], a: Answers, facts: Facts) -> str:
    wrong = [one for one in values if not APP.fullmatch(one)]
    return _("`{value}` is no name of an app, such as `figure` or `iviewer`").format(value=wrong[0]) if wrong else ""


def _wheel(value: str, a: Answers, facts: Facts) -> str:
    if not WHEEL.fullmatch(value.rpartition("/")[2]):
        text = _("`{value}` is no wheel of Ice 3.6, such as `zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl`")
        return text.format(value=value)
    if value.startswith(("https://", "http://")):
        return checks.address_with_scheme(value, a, facts)
    return checks.absolute_path(value.removeprefix("file://"), a, facts)


def _python(value: str, a: Answers, facts: Facts) -> str:
    if re.fullmatch(r"python3(\.\d+)?", value) or not checks.absolute_path(value, a, facts):
        return ""
    text = _("`{value}` is neither the name of a Python, such as `python3.10`, nor an absolute path")
    return text.format(value=value)


def _arguments(value: str, a: Answers, facts: Facts) -> str:
    found = HOSTILE.search(value)
    return (
        _("`{value}` holds {sign}, which no option of gunicorn needs").format(value=value, sign=found[0])
        if found
        else ""
    )


def _address(value: str, a: Answers, facts: Facts) -> str:
    return checks.address_with_scheme(value, a, facts)


def _redis(value: str, a: Answers, facts: Facts) -> str:
    if re.fullmatch(r"rediss?://[A-Za-z0-9.-]+(:\d{1,5})?(/\d+)?", value):
        return ""
    return _("`{value}` is no address of a Redis, such as `redis://127.0.0.1:6379/0`").format(value=value)


def _template(value: str, a: Answers, facts: Facts) -> str:
    if TEMPLATE.fullmatch(value):
        return ""
    return _("`{value}` is no path of a template, such as `webclient/index.html`").format(value=value)


def _unpadded(value: str, a: Answers, facts: Facts) -> str:
    return _("OMERO drops the space at its end") if value != value.rstrip() else ""


def _whole(value: int, a: Answers, facts: Facts) -> str:
    return checks.at_least_one(value, a, facts)


def _listening(a: Answers, facts: Facts) -> str:
    return "127.0.0.1" if a.nginx_here else "0.0.0.0"  # noqa: S104


def workers(facts: Facts) -> int:
    """Twice the processors and one, as gunicorn advises, within the four to twelve that OMERO.web can use."""
    return max(4, min(12, 2 * facts.processors + 1))


def questions() -> Sequence[Question]:
    """Every question, in the order in which a person is asked."""
    where, modules, access = _("Where it lies"), _("The modules"), _("How it is reached")
    sessions, pages, run = _("Sessions"), _("Pages"), _("Running")
    return (
        Question(
            *("user", _("System user"), _("Runs OMERO.web; it is made where it is not there.")),
            default=lambda a, f: "omero-web",
            check=checks.user_name,
            group=where,
            advanced=True,
            personal="user",
        ),
        Question(
            *("omerodir", _("Folder of the configuration and the logs"), "OMERODIR"),
            default=lambda a, f: "/opt/omero/web/omero-web",
            check=checks.absolute_path,
            group=where,
            advanced=True,
        ),
        Question(
            *("venv", _("Folder of the Python environment")),
            default=lambda a, f: "/opt/omero/web/venv3",
            check=checks.absolute_path,
            group=where,
            advanced=True,
        ),
        Question(
            *("python", _("Python"), _("Its name or path. OMERO.web 5.33 asks for 3.10 or later.")),
            default=lambda a, f: "python3",
            check=_python,
            group=modules,
        ),
        Question(
            *("version", _("Versions of OMERO.web"), _("A range, as pip takes it.")),
            default=lambda a, f: ">=5.6.3",
            check=_range,
            group=modules,
            advanced=True,
        ),
        Question(
            *("ice_wheel", _("Wheel of Ice 3.6")),
            _(
                "An address or a path. Empty: built from source, which takes a quarter of an hour and works with"
                " Python 3.9 and 3.10 only."
            ),
            check=_wheel,
            group=modules,
        ),
        Question(
            *("apps", _("Apps of OMERO.web"), _("By name: figure, iviewer..."), LIST),
            default=lambda a, f: (),
            check=_apps,
            group=modules,
            advanced=True,
        ),
        Question(
            *("python_index", _("Package index"), _("A mirror's simple index; empty: as pip is configured.")),
            check=_address,
            group=modules,
            advanced=True,
        ),
        Question(
            *("proxy", _("Proxy"), _("For pip; empty: as the environment says.")),
            check=_address,
            group=modules,
            advanced=True,
        ),
        Question(
            *("nginx_here", _("nginx on this machine"), _("No: its site is written for another one."), TRUTH),
            default=lambda a, f: True,
            group=access,
            advanced=True,
        ),
        Question(
            *("http_port", _("Port of nginx"), "", NUMBER),
            default=lambda a, f: 80,
            check=checks.port,
            group=access,
        ),
        Question(
            *("server_name", _("Name of this server")),
            default=lambda a, f: "localhost",
            check=checks.host_name,
            group=access,
            personal="host",
        ),
        Question(
            *("site", _("File of the nginx site"), _("Another one where somebody wrote it by hand.")),
            default=_site,
            check=checks.absolute_path,
            group=access,
            advanced=True,
        ),
        Question(
            *("prefix", _("Prefix"), _("Below which address it is to be: `/omero`. Empty: at the root.")),
            check=_prefix,
            group=access,
            advanced=True,
        ),
        Question(
            *("app_host", _("Address on which OMERO.web listens"), _("Another one only where nginx runs elsewhere.")),
            default=_listening,
            check=checks.host_name,
            group=access,
            advanced=True,
        ),
        Question(
            *("app_port", _("Port on which OMERO.web listens"), "", NUMBER),
            default=lambda a, f: 4080,
            check=_app_port,
            group=access,
            advanced=True,
        ),
        Question(
            *("omero_server", _("OMERO.server"), _("Its name or address.")),
            default=lambda a, f: "localhost",
            check=checks.host_name,
            group=access,
            personal="host",
        ),
        Question(
            *("cors_origins", _("Origins that may use it (CORS)"), _("Each with its scheme; `*`: all."), LIST),
            default=lambda a, f: (),
            check=_origins,
            group=access,
            advanced=True,
        ),
        Question(
            *("session_engine", _("Where sessions are kept"), "", CHOICE),
            default=lambda a, f: "files",
            choices=("files", "redis"),
            group=sessions,
            advanced=True,
        ),
        Question(
            *("redis_url", _("Redis"), _("Counts where sessions are kept there.")),
            default=lambda a, f: "redis://127.0.0.1:6379/0",
            check=_redis,
            group=sessions,
            advanced=True,
        ),
        Question(
            *("session_expire_at_browser_close", _("Sessions end with the browser"), "", TRUTH),
            default=lambda a, f: True,
            group=sessions,
            advanced=True,
        ),
        Question(
            *("session_cookie_age", _("Longest age of a session"), _("In seconds."), NUMBER),
            default=lambda a, f: 86400,
            check=_whole,
            group=sessions,
            advanced=True,
        ),
        Question(
            *("login_logo", _("Logo of the login page"), _("Its address.")),
            check=_address,
            group=pages,
            advanced=True,
        ),
        Question(
            *("index_template", _("Template of the first page"), _("Its path among the templates of an app.")),
            check=_template,
            group=pages,
            advanced=True,
        ),
        Question(
            *("public_user", _("Public user"), _("An account of the OMERO.server for visitors without one.")),
            check=checks.user_name,
            group=pages,
            advanced=True,
            personal="user",
        ),
        Question(
            *("public_password", _("Password of the public user"), "", SECRET),
            check=_unpadded,
            group=pages,
            advanced=True,
            length=0,
        ),
        Question(
            *("workers", _("gunicorn workers"), _("Four to twelve, however many people there are."), NUMBER),
            default=lambda a, f: workers(f),
            check=_whole,
            group=run,
            advanced=True,
        ),
        Question(
            *("wsgi_args", _("Further arguments of gunicorn")),
            check=_arguments,
            group=run,
            advanced=True,
        ),
        Question(
            *("debug", _("Debugging pages"), _("Only for development: they show the settings."), TRUTH),
            default=lambda a, f: False,
            group=run,
            advanced=True,
        ),
    )  # fmt: skip
