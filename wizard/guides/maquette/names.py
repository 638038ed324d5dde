"""The paths, names and lines that follow from the answers."""

from __future__ import annotations

from wizard.api import Answers, Value, distinct_names, templates

# Section 1.2.2.11: when each line of the crontab runs, and the period that it gives to `runjobs`.
# `Names.crontab` makes the lines.
JOBS = (
    ("*/15 * * * *", "quarter_hourly"),
    ("7 * * * *", "hourly"),
    ("11 2 * * *", "daily"),
    ("11 3 * * 1", "weekly"),
)
# The answer `source` that stands for the application in `templates/maquette/application`.
SAMPLE = "sample"
# `run-instance.sh` passes its arguments to `manage.py`: a cron line that calls either does the same work.
SCRIPTS = ("run-instance.sh", "manage.py")
# The page of section 1.2.2.8 that must show the logo.
LOGO = "/static/local/Logo%20BiomAid.png"


class Names(Value):
    """Paths, names and lines that follow from the answers; `user` and `group` are those of the person who asks."""

    answers: Answers
    user: str
    group: str

    @property
    def behind_nginx(self) -> bool:
        """Whether nginx serves it; otherwise gunicorn does alone."""
        return bool(self.answers.web_server == "nginx")

    @property
    def sample(self) -> str:
        """The application that comes with Jalon."""
        return str(templates() / "maquette/application")

    @property
    def checkout(self) -> str:
        """The code, named as the document names it."""
        return f"{self.answers.folder}/biomaid"

    @property
    def environment(self) -> str:
        """Its Python environment."""
        return f"{self.answers.folder}/environment"

    @property
    def bin(self) -> str:
        """The environment's programs."""
        return f"{self.environment}/bin"

    @property
    def python(self) -> tuple[str, ...]:
        """The words that start the environment's Python."""
        return (f"{self.bin}/python",)

    @property
    def local(self) -> str:
        """The local folder, beside the code."""
        return f"{self.answers.folder}/local_maquette"

    @property
    def local_link(self) -> str:
        """The link in the code through which it finds the local folder."""
        return f"{self.checkout}/local"

    @property
    def data(self) -> str:
        """The database, and what else is written by itself."""
        return f"{self.answers.folder}/data"

    @property
    def database(self) -> str:
        """The database's file."""
        return f"{self.data}/biomaid.sqlite3"

    @property
    def media(self) -> str:
        """Attachments."""
        return f"{self.answers.folder}/media"

    @property
    def log(self) -> str:
        """The logs."""
        return f"{self.answers.folder}/log"

    @property
    def run(self) -> str:
        """Sockets, process numbers, nginx's own temporary files."""
        return f"{self.answers.folder}/run"

    @property
    def receipts(self) -> str:
        """Records of what was given to programs whose result cannot be read from the disk."""
        return f"{self.answers.folder}/.local"

    @property
    def staticfiles(self) -> str:
        """What nginx serves by itself."""
        return f"{self.answers.folder}/staticfiles"

    @property
    def etc(self) -> str:
        """Configuration files."""
        return f"{self.answers.folder}/etc"

    @property
    def programs(self) -> str:
        """What the supervisor runs, a file each."""
        return f"{self.etc}/programs"

    @property
    def settings(self) -> str:
        """The instance's settings."""
        return f"{self.checkout}/instance_settings.py"

    @property
    def supervisor(self) -> str:
        """The supervisor's configuration."""
        return f"{self.etc}/supervisord.conf"

    @property
    def supervisor_socket(self) -> str:
        """The supervisor's control socket."""
        return f"{self.run}/supervisor.sock"

    @property
    def site(self) -> str:
        """nginx's whole configuration."""
        return f"{self.etc}/nginx.conf"

    @property
    def error_log(self) -> str:
        """nginx's."""
        return f"{self.log}/nginx-error.log"

    @property
    def socket(self) -> str:
        """Where gunicorn listens, behind nginx."""
        return f"{self.answers.folder}/biomaid.sock"

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """The names it is reached by, and always this machine's own for itself."""
        return tuple(distinct_names((*self.answers.hostnames, "localhost", "127.0.0.1")))

    @property
    def crontab(self) -> tuple[str, ...]:
        """The document's four jobs, with this instance's own Python."""
        return tuple(
            f"{when} cd {self.checkout} && {self.bin}/python manage.py runjobs {job} >> {self.log}/cron_{job}.log 2>&1"
            for when, job in JOBS
        )
