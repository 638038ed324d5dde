"""What an instance's settings tell of its answers. They are read, never run."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence

from wizard.api import COMPUTED, Content, Host, Secret, Unknown, _, parse_source, settings
from wizard.guides.biomaid.collected import Collected
from wizard.guides.biomaid.names import Names
from wizard.guides.biomaid.unsupported import PREFIX

ENGINE = "django.db.backends.postgresql"
SET_THERE = ("domain", "debug", "email_host", "email_port", "static_folder", "hostnames", "secret_key")
DATABASE = {"db_name": "NAME", "db_user": "USER", "db_host": "HOST", "db_port": "PORT", "db_password": "PASSWORD"}
GMAO = {key.replace("db_", "gmao_"): name for key, name in DATABASE.items()}


def on_postgresql(n: Names, host: Host) -> bool:
    """Whether the settings name a database of PostgreSQL: a developer's checkout has none."""
    text = host.read(Content(n.settings))
    try:
        database = _entry(settings(parse_source(text, n.settings)), "default") if isinstance(text, bytes) else {}
    except SyntaxError:
        return False
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
    text = host.read(Content(path))
    why = text.why if isinstance(text, Unknown) else ""
    if text is None:
        why = _("{path} is not there").format(path=path)
    found: dict[str, object] = {}
    for place, source in ((project, host.read(Content(project))), (path, text)):
        try:
            found.update(settings(parse_source(source, place)) if isinstance(source, bytes) else {})
        except SyntaxError as error:
            why = _("{path}, line {line}: it is no Python").format(path=place, line=error.lineno or 0)
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
                collected.tell(n.settings, **{key: str(value or usual[key])})
    if "db_password" not in collected.detected:
        # None is made in its place: it would not be the one of the role that is there.
        collected.tell(n.settings, db_password=Secret("db_password", ""))
