"""What BiomAid's installation must be told."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import CHOICE, LIST, NUMBER, SECRET, TRUTH, Answers, Facts, Question, _, checks

SOURCE = "https://bitbucket.org/ajaborsk/biomaid.git"


def _names_of_machine(answers: Answers, facts: Facts) -> tuple[str, ...]:
    # A machine's own name may hold what no browser takes, such as an underscore.
    names = [name for name in (facts.hostname, *facts.addresses) if not checks.host_name(name, answers, facts)]
    return tuple(names) or ("localhost",)


def _local_first(value: str, answers: Answers, facts: Facts) -> str:
    if not value.startswith("local_"):
        return _("`{value}` must begin with local_").format(value=value)
    return checks.folder_name(value, answers, facts)


def address(answers: Answers, facts: Facts) -> str:
    """Where a browser finds it: by its first name, at its port."""
    names = [name for name in answers.hostnames if name != "localhost"] or ["localhost"]
    port = "" if answers.http_port == 80 else f":{answers.http_port}"
    return f"http://{names[0]}{port}"


def _in_nginx(value: str, answers: Answers, facts: Facts) -> str:
    if not value.startswith("/etc/nginx/"):
        return _("`{value}` does not lie in /etc/nginx").format(value=value)
    return checks.absolute_path(value, answers, facts)


def _unsupported(value: str, answers: Answers, facts: Facts) -> str:
    return _("not supported yet: leave it as it is") if value else ""


def _here(value: str, answers: Answers, facts: Facts) -> str:
    # What is in a database of another machine is read by no step yet; better said now than after the migration.
    return "" if value in ("localhost", "127.0.0.1", "::1") else _unsupported(value, answers, facts)


def questions() -> Sequence[Question]:
    """Every question, in the order in which a person is asked."""
    instance, source, access = _("The instance"), _("The code"), _("How it is reached")
    database, account, backup = _("The database"), _("The first account"), _("Backups")
    system = _("The system")
    return (
        Question(
            *("instance", _("Name of the instance")),
            _("Also the system user that owns it: production, demo, test..."),
            default=lambda a, f: "instance",
            check=checks.user_name,
            group=instance,
        ),
        Question(
            *(
                "workers",
                _("gunicorn workers"),
                _("Two are enough for a trial; four for production."),
                NUMBER,
            ),
            default=lambda a, f: 4,
            check=checks.at_least_one,
            group=instance,
        ),
        Question(
            *("local_name", _("Name of the local folder")),
            _("Beside the code; holds what is particular to your site. It begins with local_."),
            default=lambda a, f: "local_mon_ets",
            check=_local_first,
            group=instance,
            advanced=True,
            personal="name",
        ),
        Question(
            *("local_source", _("Git repository of the local folder")),
            _("Empty: a copy of the demonstration folder."),
            check=checks.git_address,
            group=instance,
            advanced=True,
        ),
        Question(
            *("static_folder", _("Folder of the static files")),
            _("In the home of the instance; nginx serves it."),
            default=lambda a, f: "staticfiles",
            check=checks.folder_name,
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
            *("source", _("Git address of BiomAid"), _("https, ssh, file:// or a path.")),
            default=lambda a, f: SOURCE,
            check=checks.git_address,
            group=source,
        ),
        Question(
            *("revision", _("Revision"), _("A branch, a tag or a commit.")),
            default=lambda a, f: "stable",
            check=checks.revision,
            group=source,
        ),
        Question(
            *("extras", _("Optional dependencies"), "", LIST),
            default=lambda a, f: (),
            choices=("ldap", "oracle"),
            group=source,
            advanced=True,
        ),
        Question(
            *("with_docs", _("Documentation tools"), _("LaTeX among them: about 500 MB."), TRUTH),
            default=lambda a, f: False,
            group=source,
            advanced=True,
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
            personal="host",
        ),
        Question(
            *("http_port", _("Port"), "", NUMBER),
            default=lambda a, f: 80,
            check=checks.port,
            group=access,
        ),
        Question(
            *("domain", _("Address in the mails that BiomAid sends"), ""),
            default=address,
            check=checks.address_with_scheme,
            group=access,
            advanced=True,
            personal="host",
        ),
        Question(
            *("site", _("File of the nginx site")),
            _("Another one where somebody wrote it by hand."),
            default=lambda a, f: f"/etc/nginx/sites-available/{a.instance}.conf",
            check=_in_nginx,
            group=access,
            advanced=True,
        ),
        Question(
            *("asked_as", _("Name by which this machine asks it itself")),
            _("Another one where `localhost` leads to another site."),
            default=lambda a, f: "localhost",
            check=checks.host_name,
            group=access,
            advanced=True,
            personal="host",
        ),
        Question(
            *("url_prefix", _("Prefix"), _("For several instances behind one port."), "text"),
            check=_unsupported,
            group=access,
            advanced=True,
        ),
        Question(
            *("tls", "TLS", _("Only without, for now."), CHOICE),
            default=lambda a, f: "none",
            choices=("none",),
            group=access,
            advanced=True,
        ),
        Question(
            *("db_name", _("Database"), ""),
            default=lambda a, f: f"{a.instance}_db",
            check=checks.identifier,
            group=database,
        ),
        Question(
            *("db_user", _("Role"), ""),
            default=lambda a, f: f"{a.instance}_user",
            check=checks.identifier,
            group=database,
        ),
        Question(*("db_password", _("Password of the role"), "", SECRET), group=database, check=_no_nul),
        Question(
            *("db_host", _("Server"), _("Only this machine, for now.")),
            default=lambda a, f: "localhost",
            check=_here,
            group=database,
            advanced=True,
            personal="host",
        ),
        Question(
            *("db_port", _("Port of the server"), "", NUMBER),
            default=lambda a, f: 5432,
            check=checks.port,
            group=database,
            advanced=True,
        ),
        Question(
            *("demo_data", _("Trial data"), _("Loads BiomAid's own test base. Not for production."), TRUTH),
            default=lambda a, f: False,
            group=database,
            advanced=True,
        ),
        Question(
            *(
                "gmao_name",
                _("Asset+ over Oracle: name of the database"),
                _("Empty: none. Wants the extra `oracle`."),
            ),
            check=lambda v, a, f: "" if "oracle" in a.extras else _("it wants `oracle` among the extras"),
            group=database,
            advanced=True,
            personal="name",
        ),
        Question(*("gmao_user", _("Asset+: user"), ""), group=database, advanced=True, personal="user"),
        Question(*("gmao_password", _("Asset+: password"), "", SECRET), group=database, advanced=True, length=0),
        Question(
            *("gmao_host", _("Asset+: server"), ""),
            check=checks.host_name,
            group=database,
            advanced=True,
            personal="host",
        ),
        Question(
            *("gmao_port", _("Asset+: port"), "", NUMBER),
            default=lambda a, f: 1521,
            check=checks.port,
            group=database,
            advanced=True,
        ),
        Question(
            *("secret_key", _("Secret key"), _("Signs the sessions."), SECRET),
            group=instance,
            advanced=True,
            length=50,
        ),
        Question(
            *("email_host", _("Mail server"), _("Empty: this machine.")),
            check=checks.host_name,
            group=access,
            advanced=True,
            personal="host",
        ),
        Question(
            *("email_port", _("Port of the mail server"), "", NUMBER),
            default=lambda a, f: 8025,
            check=checks.port,
            group=access,
            advanced=True,
        ),
        Question(
            *("first_account", _("Name"), _("May do everything; nobody can log in without one.")),
            default=lambda a, f: "admin",
            check=checks.folder_name,
            group=account,
            personal="user",
        ),
        Question(
            *("first_account_email", _("Mail address"), ""),
            default=lambda a, f: f"{a.first_account}@localhost",
            check=checks.email,
            group=account,
            advanced=True,
            personal="mail",
        ),
        Question(
            *("first_account_password", _("Password"), "", SECRET),
            check=checks.password,
            group=account,
            length=16,
        ),
        Question(
            *("backup_directory", _("Folder of the backups"), _("Better on another disk than the database.")),
            default=lambda a, f: f"/var/backups/{a.instance}",
            check=checks.absolute_path,
            group=backup,
        ),
        Question(
            *("backup_time", _("Time of the daily backup"), ""),
            default=lambda a, f: "02:41",
            check=checks.time_of_day,
            group=backup,
            advanced=True,
        ),
        Question(
            *("backup_keep", _("Days that backups are kept"), "", NUMBER),
            default=lambda a, f: 14,
            check=checks.at_least_one,
            group=backup,
            advanced=True,
        ),
        Question(
            *("backup_csv", _("Tables as CSV besides"), _("Readable by hand, in a spreadsheet."), TRUTH),
            default=lambda a, f: False,
            group=backup,
            advanced=True,
        ),
        Question(
            *("backup_command", _("Command that makes the backups")),
            _("Where it is your own, as it stands in a crontab. Empty: Jalon makes them."),
            group=backup,
            advanced=True,
        ),
        Question(
            *("backup_remote", _("Another machine for the backups"), ""),
            check=_unsupported,
            group=backup,
            advanced=True,
            personal="host",
        ),
        Question(
            *("service_manager", _("Service manager"), "", CHOICE),
            default=lambda a, f: "systemd",
            choices=("systemd",),
            group=system,
            advanced=True,
        ),
        Question(
            *("upgrade_system", _("Upgrade the system first"), _("As the document does."), TRUTH),
            default=lambda a, f: False,
            check=_unsupported,
            group=system,
            advanced=True,
        ),
    )


def _no_nul(value: str, answers: Answers, facts: Facts) -> str:
    return "" if value.isprintable() or not value else _("only printable letters, please")
