"""What an instance's settings tell of its answers. They are read, never run."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from wizard.api import COMPUTED, Host, Secret, Settings, SettingsAt, Unknown, _
from wizard.guides.biomaid.collected import Collected
from wizard.guides.biomaid.names import Names
from wizard.guides.biomaid.unsupported import PREFIX

ENGINE = "django.db.backends.postgresql"
SET_THERE = ("domain", "debug", "email_host", "email_port", "static_folder", "hostnames", "secret_key")
DATABASE = {"db_name": "NAME", "db_user": "USER", "db_host": "HOST", "db_port": "PORT", "db_password": "PASSWORD"}
GMAO = {key.replace("db_", "gmao_"): name for key, name in DATABASE.items()}


def on_postgresql(n: Names, host: Host) -> bool:
    """Whether the settings name a database of PostgreSQL: a developer's checkout has none."""
    said = host.read(SettingsAt(n.settings))
    database = _entry(said.values, "default") if isinstance(said, Settings) else {}
    return str(database.get("ENGINE", "")).startswith(ENGINE)


def read(n: Names, host: Host, collected: Collected) -> Sequence[str] | None:
    """Tells the answers that stand in the settings; returns the names that Django accepts, where that is known."""
    found, why = _found(n, host)
    if why:
        collected.hide(why, *SET_THERE, *DATABASE)
        return None
    _literals(n, found, collected)
    _database(n, found, collected)
    _static_folder(n, found, collected)
    script = found.get("FORCE_SCRIPT_NAME")
    if isinstance(script, str) and script.strip("/"):
        collected.unsupported[PREFIX] = f"/{script.strip('/')}"
    names = found.get("ALLOWED_HOSTS")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list | tuple | set) else None


def _found(n: Names, host: Host) -> tuple[Mapping[str, object], str]:
    """What the project's own settings and the instance's set; and why that is not all, where it is not."""
    path, project = n.settings, f"{n.local_link}/settings.py"
    own = host.read(SettingsAt(path))
    why = own.why if isinstance(own, Unknown) else ""
    if own is None:
        why = _("{path} is not there").format(path=path)
    found: dict[str, object] = {}
    for place, said in ((project, host.read(SettingsAt(project))), (path, own)):
        if isinstance(said, Settings):
            found.update(said.values)
            if said.problem:
                why = _("{path}, line {line}: it is no Python").format(path=place, line=said.line)
    return found, why


def _literals(n: Names, found: Mapping[str, object], collected: Collected) -> None:
    """The answers that are one setting each."""
    if _literal(found.get("SECRET_KEY")):
        collected.tell(n.settings, secret_key=Secret("secret_key", str(found["SECRET_KEY"])))
    elif "SECRET_KEY" in found:
        collected.hide(_computed(n), "secret_key")
    if isinstance(found.get("DEBUG"), bool):
        collected.tell(n.settings, debug=found["DEBUG"])
    for key, name in (("domain", "DEFAULT_DOMAIN"), ("email_host", "EMAIL_HOST"), ("email_port", "EMAIL_PORT")):
        if _literal(found.get(name)):
            collected.tell(n.settings, **{key: found[name]})


def _static_folder(n: Names, found: Mapping[str, object], collected: Collected) -> None:
    static = found.get("STATIC_ROOT")
    folder = posixpath.normpath(posixpath.join(n.checkout, static)) if isinstance(static, str) and static else ""
    if posixpath.dirname(folder) == n.home:
        collected.tell(n.settings, static_folder=posixpath.basename(folder))
    elif folder:
        why = _("the static files lie in {folder}, outside of the home").format(folder=folder)
        collected.hide(why, "static_folder")


def _literal(value: object) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _computed(n: Names) -> str:
    return _("{path} computes it; it is not run to find out").format(path=n.settings)


def _entry(found: Mapping[str, object], name: str) -> Mapping[str, object]:
    databases = found.get("DATABASES")
    entry = databases.get(name) if isinstance(databases, dict) else None
    return entry if isinstance(entry, dict) else {}


def _this_machine(place: str) -> str:
    """The host of a database; the folder of a socket is on this machine (libpq, `host`)."""
    return "localhost" if place.startswith(("/", "@")) else place


def _database(n: Names, found: Mapping[str, object], collected: Collected) -> None:
    default = _entry(found, "default")
    if not str(default.get("ENGINE", "")).startswith(ENGINE):
        why = _computed(n) if "DATABASES" in found and not default else ""
        collected.hide(why or _("{path} names no database of PostgreSQL").format(path=n.settings), *DATABASE)
        return
    # What libpq takes where nothing is said.
    usual = {"db_host": "localhost", "db_port": "5432"}
    for entry, names in ((default, DATABASE), (_entry(found, "gmao"), GMAO)):
        for key, name in names.items():
            value = entry.get(name)
            if value is COMPUTED:
                collected.hide(_computed(n), key)
            elif value in (None, "") and key not in usual:
                continue
            elif name == "PASSWORD":
                collected.tell(n.settings, **{key: Secret(key, str(value))})
            else:
                collected.tell(n.settings, **{key: _this_machine(str(value or usual[key]))})
    if "db_password" not in collected.detected:
        # None is made in its place: it would not be the one of the role that is there.
        collected.tell(n.settings, db_password=Secret("db_password", ""))
