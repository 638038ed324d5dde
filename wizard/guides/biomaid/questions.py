"""What BiomAid's installation must be told.

The answer to `Question("KEY", ...)` is `answers.KEY` in `names.py` and in `checkpoints/`. To have it in a file, give it
to the file's template there. A default is of the kind of its question (text without a `kind`, so "03:00"), or computed
from earlier answers. Questions below `advanced` are asked only of those who want to see all.
"""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
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
)
from wizard.guides.django.parts.defaults import names_of_machine

SOURCE = "https://bitbucket.org/ajaborsk/biomaid.git"


def _starts_with_local(value: str, answers: Answers, facts: Facts) -> str:
    if not value.startswith("local_"):
        return _("`{value}` must begin with local_").format(value=value)
    return checks.folder_name(value, answers, facts)


def address(answers: Answers, facts: Facts) -> str:
    """The URL of the instance: its first name, and its port where that is not 80."""
    names = [name for name in answers.hostnames if name != "localhost"] or ["localhost"]
    port = "" if answers.http_port == 80 else f":{answers.http_port}"
    return f"http://{names[0]}{port}"


def _in_etc_nginx(value: str, answers: Answers, facts: Facts) -> str:
    if not value.startswith("/etc/nginx/"):
        return _("`{value}` does not lie in /etc/nginx").format(value=value)
    return checks.absolute_path(value, answers, facts)


def _this_machine(value: str, answers: Answers, facts: Facts) -> str:
    # No step reads the database of another machine yet: refused here rather than after the migration.
    return "" if value in ("localhost", "127.0.0.1", "::1") else _("not supported yet: leave it as it is")


def _printable(value: str, answers: Answers, facts: Facts) -> str:
    return "" if value.isprintable() or not value else _("only printable letters, please")


def questions() -> Sequence[Question]:
    """Every question, in the order in which a person is asked."""
    return in_order(
        [
            _instance(),
            _code(),
            _access(),
            _database(),
            _asset_plus(),
            _secret_key(),
            _mail(),
            _first_account(),
            _backups(),
        ]
    )


def _instance() -> Section:
    """The name of the user and of the folders: sections 1.2.2.1 and 1.2.2.5; workers: 1.2.2.9."""
    return Section(
        _("The instance"),
        [
            Question(
                "instance",
                title=_("Name of the instance"),
                help=_("Also the system user that owns it: production, demo, test..."),
                default="instance",
                check=checks.user_name,
            ),
            Question(
                "workers",
                title=_("gunicorn workers"),
                help=_("Two are enough for a trial; four for production."),
                kind=NUMBER,
                default=4,
                check=checks.workers,
            ),
        ],
        advanced=[
            Question(
                "local_name",
                title=_("Name of the local folder"),
                help=_("Beside the code; holds what is particular to your site. It begins with local_."),
                default="local_mon_ets",
                check=_starts_with_local,
                personal="name",
            ),
            Question(
                "local_source",
                title=_("Git repository of the local folder"),
                help=_("Empty: a copy of the demonstration folder."),
                check=checks.git_address,
                credential="local_source_access",
            ),
            Question(
                "local_source_access",
                title=_("What opens that repository"),
                help=_("https://user:token@host; taken from its address where that has a password."),
                kind=SECRET,
                check=checks.git_access,
                length=0,
            ),
            Question(
                "static_folder",
                title=_("Folder of the static files"),
                help=_("In the home of the instance; nginx serves it."),
                default="staticfiles",
                check=checks.folder_name,
            ),
            Question(
                "debug",
                title=_("Debugging pages"),
                help=_("Only for development: they show the settings."),
                kind=TRUTH,
                default=False,
            ),
        ],
    )


def _code() -> Section:
    """Sections 1.2.2.3 and 1.2.2.4."""
    return Section(
        _("The code"),
        [
            Question(
                "source",
                title=_("Git address of BiomAid"),
                help=_("https, ssh, file:// or a path."),
                default=SOURCE,
                check=checks.git_address,
                credential="source_access",
            ),
            Question(
                "revision",
                title=_("Revision"),
                help=_("A branch, a tag or a commit."),
                default="stable",
                check=checks.revision,
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
            Question("extras", title=_("Optional dependencies"), kind=LIST, default=(), choices=("ldap", "oracle")),
            Question(
                "with_docs",
                title=_("Documentation tools"),
                help=_("LaTeX among them: about 500 MB."),
                kind=TRUTH,
                default=False,
            ),
            Question(
                "python",
                title="Python",
                help=_(
                    "BiomAid's own: where that of this machine is too new, one beside it, such as "
                    "/opt/python3.11/bin/python3.11, which everybody may read; or python3.11, from a package."
                ),
                default="python3",
                check=checks.interpreter,
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
    """Sections 1.2.2.6 (ALLOWED_HOSTS) and 1.2.2.8 (nginx)."""
    return Section(
        _("How it is reached"),
        [
            Question(
                "hostnames",
                title=_("Names and addresses of this server"),
                kind=LIST,
                default=names_of_machine,
                check=checks.host_names,
                personal="host",
            ),
            Question("http_port", title=_("Port"), kind=NUMBER, default=80, check=checks.port),
        ],
        advanced=[
            Question(
                "domain",
                title=_("Address in the mails that BiomAid sends"),
                default=address,
                check=checks.address_with_scheme,
                personal="host",
            ),
            Question(
                "site",
                title=_("File of the nginx site"),
                help=_("Another one where somebody wrote it by hand."),
                default=lambda answers, facts: distribution_of(facts).site(f"{answers.instance}.conf"),
                check=_in_etc_nginx,
            ),
            Question(
                "asked_as",
                title=_("Name by which this machine asks it itself"),
                help=_("Another one where `localhost` leads to another site."),
                default="localhost",
                check=checks.host_name,
                personal="host",
            ),
        ],
    )


def _database() -> Section:
    """Section 1.2.2.2."""
    return Section(
        _("The database"),
        [
            Question(
                "db_name",
                title=_("Database"),
                default=lambda answers, facts: f"{answers.instance}_db",
                check=checks.identifier,
            ),
            Question(
                "db_user",
                title=_("Role"),
                default=lambda answers, facts: f"{answers.instance}_user",
                check=checks.identifier,
            ),
            Question("db_password", title=_("Password of the role"), kind=SECRET, check=_printable),
        ],
        advanced=[
            Question(
                "db_host",
                title=_("Server"),
                help=_("Only this machine, for now."),
                default="localhost",
                check=_this_machine,
                personal="host",
            ),
            Question("db_port", title=_("Port of the server"), kind=NUMBER, default=5432, check=checks.port),
            Question(
                "demo_data",
                title=_("Trial data"),
                help=_("Loads BiomAid's own test base. Not for production."),
                kind=TRUTH,
                default=False,
            ),
        ],
    )


def _asset_plus() -> Section:
    """The database `gmao` in the settings of section 1.2.2.6."""
    return Section(
        _("The database"),
        advanced=[
            Question(
                "gmao_name",
                title=_("Asset+ over Oracle: name of the database"),
                help=_("Empty: none. Wants the extra `oracle`."),
                check=lambda value, answers, facts: (
                    "" if "oracle" in answers.extras else _("it wants `oracle` among the extras")
                ),
                personal="name",
            ),
            Question("gmao_user", title=_("Asset+: user"), personal="user"),
            Question("gmao_password", title=_("Asset+: password"), kind=SECRET, length=0),
            Question("gmao_host", title=_("Asset+: server"), check=checks.host_name, personal="host"),
            Question("gmao_port", title=_("Asset+: port"), kind=NUMBER, default=1521, check=checks.port),
        ],
    )


def _secret_key() -> Section:
    """SECRET_KEY in section 1.2.2.6."""
    return Section(
        _("The instance"),
        advanced=[
            Question("secret_key", title=_("Secret key"), help=_("Signs the sessions."), kind=SECRET, length=50),
        ],
    )


def _mail() -> Section:
    """EMAIL_PORT in section 1.2.2.6."""
    return Section(
        _("How it is reached"),
        advanced=[
            Question(
                "email_host",
                title=_("Mail server"),
                help=_("Empty: this machine."),
                check=checks.host_name,
                personal="host",
            ),
            Question("email_port", title=_("Port of the mail server"), kind=NUMBER, default=8025, check=checks.port),
        ],
    )


def _first_account() -> Section:
    """Not in the document: nobody can log in without one."""
    return Section(
        _("The first account"),
        [
            Question(
                "first_account",
                title=_("Name"),
                help=_("May do everything; nobody can log in without one."),
                default="admin",
                check=checks.folder_name,
                personal="user",
            ),
            Question(
                "first_account_email",
                title=_("Mail address"),
                default=lambda answers, facts: f"{answers.first_account}@localhost",
                check=checks.email,
                personal="mail",
                advanced=True,
            ),
            Question("first_account_password", title=_("Password"), kind=SECRET, check=checks.password, length=16),
        ],
    )


def _backups() -> Section:
    """Section 1.2.2.10, which the document leaves to be written."""
    return Section(
        _("Backups"),
        [
            Question(
                "backup_directory",
                title=_("Folder of the backups"),
                help=_("Better on another disk than the database."),
                default=lambda answers, facts: f"/var/backups/{answers.instance}",
                check=checks.folder_of_ours,
            ),
        ],
        advanced=[
            Question("backup_time", title=_("Time of the daily backup"), default="02:41", check=checks.time_of_day),
            Question(
                "backup_keep",
                title=_("Days that backups are kept"),
                kind=NUMBER,
                default=14,
                check=checks.days,
            ),
            Question(
                "backup_csv",
                title=_("Tables as CSV besides"),
                help=_("Readable by hand, in a spreadsheet."),
                kind=TRUTH,
                default=False,
            ),
            Question(
                "backup_command",
                title=_("Command that makes the backups"),
                help=_("Where it is your own, as it stands in a crontab. Empty: Jalon makes them."),
            ),
        ],
    )
