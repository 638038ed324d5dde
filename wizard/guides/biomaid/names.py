"""The names and paths that BiomAid's document gives, for one instance."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.api import Answers, Distribution, Value, distinct_names, field

# Section 1.2.1: the packages of its apt lines, and those that a fresh image lacks.
# By the keys of the table of distributions, as are those below.
PACKAGES = [
    "nginx",
    "postgresql",
    "compiler",
    "python-headers",
    "postgresql-headers",
    "make",
    "git",
    "curl",
    "cron",
    "account-maker",
    "python-environments",
]
# Section 1.2.1: those of its apt lines that only the documentation needs (the answer `with_docs`).
DOCUMENTATION_PACKAGES = ["graphviz", "svg-converter", "latexmk", "latex", "latex-extra"]
# What python-ldap is built with, where `ldap` is among the answer `extras`; there is no wheel of it.
LDAP_PACKAGES = ["ldap-headers", "sasl-headers"]
# The table of accounts in BiomAid's database.
ACCOUNTS_TABLE = "common_user"
# `run-instance.sh` passes its arguments to `manage.py`: a cron line that calls either does the same work.
SCRIPTS = ("run-instance.sh", "manage.py")
# What the trial of the jobs runs, as a cron line would; "$1" is the period.
RUN_JOBS = 'umask 022; cd biomaid; bash run-instance.sh runjobs "$1"'
# Section 1.2.2.11: when each line of the crontab runs, and the period that it gives to `runjobs`.
# `Names.crontab` makes the lines.
JOBS = (
    ("*/15 * * * *", "quarter_hourly"),
    ("7 * * * *", "hourly"),
    ("11 2 * * *", "daily"),
    ("11 3 * * 1", "weekly"),
)


class Names(Value):
    """Paths, names and lines that follow from the answers, and from what the distribution `here` calls things;
    `unsupported` is that of `Circumstances`."""

    answers: Answers
    unsupported: Mapping[str, str] = field(default_factory=dict, hash=False)
    here: Distribution = Distribution()

    @property
    def home(self) -> str:
        """The unit's WorkingDirectory says /home."""
        return f"/home/{self.answers.instance}"

    @property
    def checkout(self) -> str:
        """`run-instance.sh` goes to `$HOME/biomaid`: the name cannot be chosen."""
        return f"{self.home}/biomaid"

    @property
    def local(self) -> str:
        """The local folder, beside the code."""
        return f"{self.home}/{self.answers.local_name}"

    @property
    def local_link(self) -> str:
        """The link in the code through which it finds the local folder."""
        return f"{self.checkout}/local"

    @property
    def media(self) -> str:
        """Attachments."""
        return f"{self.home}/media"

    @property
    def log(self) -> str:
        """gunicorn does not start without it."""
        return f"{self.home}/log"

    @property
    def staticfiles(self) -> str:
        """What nginx serves."""
        return f"{self.home}/{self.answers.static_folder}"

    @property
    def settings(self) -> str:
        """The instance's settings."""
        return f"{self.checkout}/instance_settings.py"

    @property
    def config(self) -> str:
        """What `run-instance.sh` reads."""
        return f"{self.checkout}/instance_config.toml"

    @property
    def socket(self) -> str:
        """Where gunicorn listens."""
        return f"{self.home}/biomaid.sock"

    @property
    def poetry(self) -> str:
        """Poetry's command."""
        return f"{self.home}/.local/bin/poetry"

    @property
    def path_line(self) -> str:
        """What the document has people add to `.bashrc`."""
        return f'export PATH="{self.home}/.local/bin:$PATH"'

    @property
    def python(self) -> tuple[str, ...]:
        """The words that start the environment's Python (`poetry shell` is gone from Poetry 2)."""
        return (self.poetry, "run", "python")

    @property
    def unit(self) -> str:
        """The unit of this instance: the document's, or the one that somebody wrote for it."""
        return str(self.unsupported.get("unit", f"biomaid-instance@{self.answers.instance}.service"))

    @property
    def has_documented_unit(self) -> bool:
        """Whether `unit` is the one of section 1.2.2.9."""
        return "unit" not in self.unsupported

    @property
    def error_log(self) -> str:
        """nginx's."""
        return "/var/log/nginx/error.log"

    @property
    def packages(self) -> tuple[str, ...]:
        """The document's apt lines, what fresh images lack, and what the extras are built with."""
        ldap = LDAP_PACKAGES if "ldap" in self.answers.extras else ()
        # Where another interpreter has packages of its own, they come in place of python3's.
        other = self.answers.python if self.answers.python in self.here.pythons else ""
        own = {"python-environments": other, "python-headers": f"{other}-headers"} if other else {}
        return (
            *(own.get(key, key) for key in PACKAGES),
            *(DOCUMENTATION_PACKAGES if self.answers.with_docs else ()),
            *ldap,
        )

    @property
    def packages_to_verify(self) -> tuple[str, ...]:
        """The packages that an installed instance must have: Poetry's own installer needs no package for
        environments."""
        return tuple(key for key in self.packages if key not in ("python-environments", self.answers.python))

    @property
    def excluded_groups(self) -> tuple[str, ...]:
        """Poetry's groups that are not installed; the group that section 1.2.2.4 calls `docs` is `doc`."""
        return ("dev", "tests") if self.answers.with_docs else ("dev", "tests", "doc")

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The names it is reached by, and those by which this machine asks it itself."""
        own = ("localhost", "127.0.0.1") if self.answers.asked_as == "localhost" else (self.answers.asked_as,)
        return tuple(distinct_names((*self.answers.hostnames, *own)))

    @property
    def path_line_variants(self) -> tuple[str, ...]:
        """Other ways to write that line, which are accepted in its place."""
        own, home = f"{self.home}/.local/bin", "$HOME/.local/bin"
        folders = (own, home, f"{own}/", f"{home}/", "~/.local/bin")
        quoted = [f'"{place}:$PATH"' for place in folders[:-1]]
        plain = [f"{place}:$PATH" for place in folders]
        return tuple(f"{word}PATH={value}" for word in ("export ", "") for value in (*quoted, *plain))

    @property
    def crontab(self) -> tuple[str, ...]:
        """The document's four lines, with the errors it loses, and a mask that keeps the group from writing."""
        return tuple(
            f"{when} umask 022; cd biomaid && bash run-instance.sh runjobs {job} >> {self.log}/cron_{job}.log 2>&1"
            for when, job in JOBS
        )

    @property
    def backup(self) -> str:
        """The command that makes a backup."""
        return f"/usr/local/sbin/biomaid-backup-{self.answers.instance}"

    @property
    def backup_cron(self) -> str:
        """What has cron run that command."""
        return f"/etc/cron.d/biomaid-backup-{self.answers.instance}"

    @property
    def backup_secret(self) -> str:
        """Where that command finds the password of the database's role; only root may read it."""
        return f"/etc/biomaid-backup-{self.answers.instance}.secret"

    @property
    def backup_log(self) -> str:
        """What its nightly runs say."""
        return f"/var/log/biomaid-backup-{self.answers.instance}.log"
