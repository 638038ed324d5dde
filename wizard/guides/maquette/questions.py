"""What the practice instance must be told: nothing, unless one wants to."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import CHOICE, LIST, NUMBER, SECRET, TRUTH, Answers, Facts, Question, _, checks
from wizard.guides.maquette.names import SAMPLE

# A Unix socket's path has at most 107 bytes, and the supervisor makes its own under a longer name first.
LONGEST = 72


def _names_of_machine(answers: Answers, facts: Facts) -> tuple[str, ...]:
    # A machine's own name may hold what no browser takes, such as an underscore.
    names = [name for name in (facts.hostname, *facts.addresses) if not checks.host_name(name, answers, facts)]
    return tuple(names) or ("localhost",)


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
    instance, source, access = _("The instance"), _("The code"), _("How it is reached")
    account, jobs = _("The first account"), _("Scheduled jobs")
    return (
        Question(
            *("folder", _("Folder"), _("All of it lies there, and nothing elsewhere; removing it removes all.")),
            default=lambda a, f: f"{f.home.rstrip('/')}/biomaid-maquette",
            check=_folder,
            group=instance,
        ),
        Question(
            *("workers", _("gunicorn workers"), "", NUMBER),
            default=lambda a, f: 2,
            check=checks.at_least_one,
            group=instance,
            advanced=True,
        ),
        Question(
            *("debug", _("Debugging pages"), _("Only for development: they show the settings."), TRUTH),
            default=lambda a, f: False,
            group=instance,
            advanced=True,
        ),
        Question(
            *("secret_key", _("Secret key"), _("Signs the sessions."), SECRET),
            group=instance,
            advanced=True,
            length=50,
        ),
        Question(
            *(
                "source",
                _("Git address of BiomAid"),
                _("`sample`: the small application that comes with Jalon, in BiomAid's place."),
            ),
            default=lambda a, f: SAMPLE,
            check=_source,
            group=source,
        ),
        Question(
            *("revision", _("Revision"), _("A branch, a tag or a commit.")),
            default=lambda a, f: "stable",
            check=checks.revision,
            group=source,
            advanced=True,
        ),
        Question(
            *("demo_data", _("Trial data"), _("Loads BiomAid's own test base."), TRUTH),
            default=lambda a, f: a.source != SAMPLE,
            group=source,
        ),
        Question(
            *("python_index", _("Package index"), _("A mirror's simple index; empty: as pip is configured.")),
            check=lambda v, a, f: checks.address_with_scheme(v, a, f) if v else "",
            group=source,
            advanced=True,
        ),
        Question(
            *("hostnames", _("Names and addresses of this server"), "", LIST),
            default=_names_of_machine,
            check=checks.host_names,
            group=access,
            advanced=True,
        ),
        Question(
            *("http_port", _("Port"), _("A high one that is free."), NUMBER),
            default=lambda a, f: f.free_port,
            check=_port,
            group=access,
        ),
        Question(
            *("domain", _("Address in the mails that BiomAid sends"), ""),
            default=_address,
            check=checks.address_with_scheme,
            group=access,
            advanced=True,
        ),
        Question(
            *(
                "web_server",
                _("Web server"),
                _("nginx with a configuration of its own, where it is installed; none: gunicorn serves alone."),
                CHOICE,
            ),
            default=lambda a, f: "nginx" if "nginx" in f.programs else "none",
            check=_web_server,
            choices=("nginx", "none"),
            group=access,
            advanced=True,
        ),
        Question(
            *("first_account", _("Name"), _("May do everything; nobody can log in without one.")),
            default=lambda a, f: "admin",
            check=checks.folder_name,
            group=account,
        ),
        Question(
            *("first_account_email", _("Mail address"), ""),
            default=lambda a, f: f"{a.first_account}@localhost",
            check=checks.email,
            group=account,
            advanced=True,
        ),
        Question(
            *("first_account_password", _("Password"), "", SECRET),
            check=checks.password,
            group=account,
            length=16,
        ),
        Question(
            *("cron", _("Install the scheduled jobs"), _("In your own crontab; otherwise they are only shown."), TRUTH),
            default=lambda a, f: False,
            group=jobs,
            advanced=True,
        ),
    )
