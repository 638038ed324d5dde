"""What the practice instance must be told: nothing, unless one wants to."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import CHOICE, LIST, NUMBER, SECRET, TRUTH, Answers, Facts, Question, Section, _, checks, in_order
from wizard.guides.django.parts.defaults import names_of_machine
from wizard.guides.maquette.names import SAMPLE

# A Unix socket's path has at most 107 bytes, and the supervisor makes its own under a longer name first.
LONGEST = 72


def _address(answers: Answers, facts: Facts) -> str:
    names = [name for name in answers.hostnames if name != "localhost"] or ["localhost"]
    return f"http://{names[0]}:{answers.http_port}"


def _folder(value: str, answers: Answers, facts: Facts) -> str:
    if wrong := checks.absolute_path(value, answers, facts):
        return wrong
    if value.endswith("/") or value == facts.home:
        return _("`{value}`: a folder of its own is wanted, without a slash at its end").format(value=value)
    size = len(value.encode())
    return _("at most {most} bytes; this has {size}").format(most=LONGEST, size=size) if size > LONGEST else ""


def _source(value: str, answers: Answers, facts: Facts) -> str:
    if value == SAMPLE:
        return ""
    if "git" not in facts.programs:
        return _("git is not installed on this machine; only `{sample}` needs none").format(sample=SAMPLE)
    return checks.git_address(value, answers, facts)


def _port(value: int, answers: Answers, facts: Facts) -> str:
    if not facts.root and 0 < value < 1024:
        return _("a port below 1024 takes root; this guide needs none with 1024 and above")
    return checks.port(value, answers, facts)


def _web_server(value: str, answers: Answers, facts: Facts) -> str:
    if value == "nginx" and "nginx" not in facts.programs:
        return _("nginx is not installed on this machine")
    return ""


def questions() -> Sequence[Question]:
    """Every question, in the order in which a person is asked."""
    return in_order(
        [
            _instance(),
            _code(),
            _access(),
            _first_account(),
            _scheduled_jobs(),
        ]
    )


def _instance() -> Section:
    return Section(
        _("The instance"),
        [
            Question(
                "folder",
                title=_("Folder"),
                help=_("All of it lies there, and nothing elsewhere; removing it removes all."),
                default=lambda answers, facts: f"{facts.home.rstrip('/')}/biomaid-maquette",
                check=_folder,
            ),
        ],
        advanced=[
            Question("workers", title=_("gunicorn workers"), kind=NUMBER, default=2, check=checks.workers),
            Question(
                "debug",
                title=_("Debugging pages"),
                help=_("Only for development: they show the settings."),
                kind=TRUTH,
                default=False,
            ),
            Question("secret_key", title=_("Secret key"), help=_("Signs the sessions."), kind=SECRET, length=50),
        ],
    )


def _code() -> Section:
    return Section(
        _("The code"),
        [
            Question(
                "source",
                title=_("Git address of BiomAid"),
                help=_("`sample`: the small application that comes with Jalon, in BiomAid's place."),
                default=SAMPLE,
                check=_source,
                credential="source_access",
            ),
            Question(
                "revision",
                title=_("Revision"),
                help=_("A branch, a tag or a commit."),
                default="stable",
                check=checks.revision,
                advanced=True,
            ),
            Question(
                "demo_data",
                title=_("Trial data"),
                help=_("Loads BiomAid's own test base."),
                kind=TRUTH,
                default=lambda answers, facts: answers.source != SAMPLE,
            ),
        ],
        advanced=[
            Question(
                "source_access",
                title=_("What opens BiomAid's repository"),
                help=_("https://user:token@host; taken from its address where that has a password."),
                kind=SECRET,
                check=checks.git_access,
                length=0,
            ),
            Question(
                "python_index",
                title=_("Package index"),
                help=_("A mirror's simple index; empty: as pip is configured."),
                check=lambda value, answers, facts: checks.address_with_scheme(value, answers, facts) if value else "",
            ),
        ],
    )


def _access() -> Section:
    return Section(
        _("How it is reached"),
        [
            Question(
                "hostnames",
                title=_("Names and addresses of this server"),
                kind=LIST,
                default=names_of_machine,
                check=checks.host_names,
                advanced=True,
            ),
            Question(
                "http_port",
                title=_("Port"),
                help=_("A high one that is free."),
                kind=NUMBER,
                default=lambda answers, facts: facts.free_port,
                check=_port,
            ),
        ],
        advanced=[
            Question(
                "domain",
                title=_("Address in the mails that BiomAid sends"),
                default=_address,
                check=checks.address_with_scheme,
            ),
            Question(
                "web_server",
                title=_("Web server"),
                help=_("nginx with a configuration of its own, where it is installed; none: gunicorn serves alone."),
                kind=CHOICE,
                default=lambda answers, facts: "nginx" if "nginx" in facts.programs else "none",
                choices=("nginx", "none"),
                check=_web_server,
            ),
        ],
    )


def _first_account() -> Section:
    return Section(
        _("The first account"),
        [
            Question(
                "first_account",
                title=_("Name"),
                help=_("May do everything; nobody can log in without one."),
                default="admin",
                check=checks.folder_name,
            ),
            Question(
                "first_account_email",
                title=_("Mail address"),
                default=lambda answers, facts: f"{answers.first_account}@localhost",
                check=checks.email,
                advanced=True,
            ),
            Question("first_account_password", title=_("Password"), kind=SECRET, check=checks.password, length=16),
        ],
    )


def _scheduled_jobs() -> Section:
    return Section(
        _("Scheduled jobs"),
        advanced=[
            Question(
                "cron",
                title=_("Install the scheduled jobs"),
                help=_("In your own crontab; otherwise they are only shown."),
                kind=TRUTH,
                default=False,
            ),
        ],
    )
