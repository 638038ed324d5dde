"""Which environment Poetry uses for a checkout, by its own rules and settings (Poetry's `EnvManager.get`)."""

from __future__ import annotations

from pathlib import PurePosixPath

from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.toml import loads, table
from wizard.base.values import Value
from wizard.host.environments import Environment, EnvironmentAt, poetry_folder
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.reading import Host, NotKnown, Unknown

MINOR = pattern(r"3\.[0-9]{1,2}")


class Used(Value):
    """The environment that Poetry uses: its folder, and the folder that it is one of ("" for the checkout's own)."""

    path: str
    folder: str = ""


def environment_used(host: Host, home: str, project: str, checkout: str, python: str = "") -> Used:
    """Return the environment that `poetry run` uses, or would make; `python` is the minor version asked for, "" for
    the one noted by `poetry env use`, or else the machine's. Raises `NotKnown` where the settings name a folder that is
    not theirs who own the home: what they write does not decide what root, or a neighbour, reads."""
    own = f"{checkout}/.venv"
    settings = _settings(host, f"{home}/.config/pypoetry/config.toml") | _settings(host, f"{checkout}/poetry.toml")
    inside = settings.get("in-project")
    entry = host.read(EntryAt(own))
    made: Environment | Unknown | None = host.read(EnvironmentAt(own))
    there = isinstance(made, Environment) or (isinstance(entry, Entry) and entry.kind == "directory")
    if inside is True or (inside is not False and there):
        return Used(own)
    usual = poetry_folder(home, project, checkout, python or host.facts.python)
    folder = str(settings.get("path") or "").replace("{cache-dir}", f"{home}/.cache/pypoetry").rstrip("/")
    if folder.startswith("/"):
        _own(host, home, folder)
    path = f"{folder}/{PurePosixPath(usual).name}" if folder.startswith("/") else usual
    folder = str(PurePosixPath(path).parent)
    minor = "" if python else _noted(host, f"{folder}/envs.toml", PurePosixPath(path).name.rpartition("-py")[0])
    return Used(f"{path.rpartition('-py')[0]}-py{minor}" if minor else path, folder)


def _own(host: Host, home: str, folder: str) -> None:
    """Raise `NotKnown` for a folder that is there, and belongs to another than the home does."""
    whose, entry = host.get(EntryAt(home)), host.get(EntryAt(folder))
    if whose and entry and entry.owner != whose.owner:
        text = _("Poetry's settings name {folder}, which belongs to {owner} and not to {user}: it is not looked at")
        raise NotKnown(Unknown(text.format(folder=folder, owner=entry.owner, user=whose.owner)))


def _settings(host: Host, path: str) -> dict[str, object]:
    """Return the settings of environments in a file of Poetry's; none where it cannot be read."""
    data = host.read(Content(path))
    try:
        return dict(table(loads(data.decode()), "virtualenvs")) if isinstance(data, bytes) else {}
    except ValueError:
        return {}


def _noted(host: Host, path: str, stem: str) -> str:
    """Return the version that `poetry env use` noted for an environment."""
    data = host.read(Content(path))
    try:
        minor = str(table(loads(data.decode()), stem).get("minor")) if isinstance(data, bytes) else ""
    except ValueError:
        return ""
    return minor if MINOR.fullmatch(minor) else ""
