"""What an instance's own files, processes and jobs tell of its answers. Nothing is run, and nothing is asked of it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wizard.api import (
    COMPUTED,
    Checkout,
    CheckoutAt,
    Content,
    DatabaseState,
    Entry,
    EntryAt,
    Environment,
    EnvironmentAt,
    Host,
    Inside,
    Listing,
    Package,
    Secret,
    Unit,
    UnitState,
    Unknown,
    _,
    compiled,
    loads,
    normalised,
    poetry_folder,
    runs,
    settings,
)
from wizard.guides.biomaid import unit
from wizard.guides.biomaid.beyond import PREFIX
from wizard.guides.biomaid.names import DOCUMENTATION, Names

if TYPE_CHECKING:
    from wizard.guides.biomaid.discovery import Collected

ENGINE = "django.db.backends.postgresql"
SET_THERE = ("domain", "debug", "email_host", "email_port", "static_folder", "hostnames", "secret_key")
DATABASE = {"db_name": "NAME", "db_user": "USER", "db_host": "HOST", "db_port": "PORT", "db_password": "PASSWORD"}
GMAO = {key.replace("db_", "gmao_"): name for key, name in DATABASE.items()}


def on_postgresql(n: Names, host: Host) -> bool:
    """Whether the settings name a database of PostgreSQL: a developer's checkout has none."""
    text = host.read(Content(n.settings))
    try:
        database = _entry(settings(compiled(text, n.settings)), "default") if isinstance(text, bytes) else {}
    except SyntaxError:
        return False
    return str(database.get("ENGINE", "")).startswith(ENGINE)


def settings_of(n: Names, host: Host, collected: Collected) -> Sequence[str] | None:
    """The answers that stand in the settings; returns the names that Django accepts, where that is known."""
    text, local = host.read(Content(n.settings)), host.read(Content(f"{n.link}/settings.py"))
    why = text.why if isinstance(text, Unknown) else ""
    found: dict[str, object] = {}
    if text is None:
        why = _("{path} is not there").format(path=n.settings)
    for path, source in ((f"{n.link}/settings.py", local), (n.settings, text)):
        if isinstance(source, bytes):
            try:
                found.update(settings(compiled(source, path)))
            except SyntaxError as error:
                why = _("{path}, line {line}: it is no Python").format(path=path, line=error.lineno or 0)
    if why:
        collected.hide(why, *SET_THERE, *DATABASE)
        return None
    if _literal(found.get("SECRET_KEY")):
        collected.tell(n.settings, secret_key=Secret("secret_key", str(found["SECRET_KEY"])))
    elif "SECRET_KEY" in found:
        collected.hide(_computed(n), "secret_key")
    if isinstance(found.get("DEBUG"), bool):
        collected.tell(n.settings, debug=found["DEBUG"])
    for key, name in (("domain", "DEFAULT_DOMAIN"), ("email_host", "EMAIL_HOST"), ("email_port", "EMAIL_PORT")):
        if _literal(found.get(name)):
            collected.tell(n.settings, **{key: found[name]})
    _database(n, found, collected)
    script = found.get("FORCE_SCRIPT_NAME")
    if isinstance(script, str) and script.strip("/"):
        collected.beyond[PREFIX] = f"/{script.strip('/')}"
    static = found.get("STATIC_ROOT")
    folder = posixpath.normpath(posixpath.join(n.checkout, static)) if isinstance(static, str) and static else ""
    if posixpath.dirname(folder) == n.home:
        collected.tell(n.settings, static_folder=posixpath.basename(folder))
    elif folder:
        collected.hide(
            _("the static files lie in {folder}, outside of the home").format(folder=folder), "static_folder"
        )
    names = found.get("ALLOWED_HOSTS")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list | tuple | set) else None


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
    if "db_password" not in collected.told:
        # None is made in its place: it would not be the one of the role that is there.
        collected.tell(n.settings, db_password=Secret("db_password", ""))


def code(n: Names, host: Host, collected: Collected) -> None:
    """Where the code came from, on which revision it stands, and the local folder."""
    checkout = host.read(CheckoutAt(n.checkout))
    if isinstance(checkout, Unknown):
        collected.hide(checkout.why, "source", "revision", "local_name")
        return
    if isinstance(checkout, Checkout):
        where = f"{n.checkout}/.git"
        if checkout.origin:
            collected.tell(where, source=checkout.origin)
        collected.tell(where, revision=checkout.branch or [*checkout.tags, checkout.commit][0])
    link = host.read(EntryAt(n.link))
    if isinstance(link, Entry) and link.kind == "link":
        place = posixpath.normpath(posixpath.join(n.checkout, link.target))
        if posixpath.dirname(place) != n.home:
            collected.hide(_("the local folder is {place}, outside of the home").format(place=place), "local_name")
            return
        collected.tell(n.link, local_name=posixpath.basename(place))
        local = host.read(CheckoutAt(place))
        if isinstance(local, Checkout) and local.origin:
            collected.tell(f"{place}/.git", local_source=local.origin)


def environment(n: Names, host: Host, collected: Collected) -> None:
    """The optional modules that are installed."""
    folders = f"{n.home}/.cache/pypoetry/virtualenvs"
    names = host.read(Listing(folders))
    others = [] if isinstance(names, Unknown) else [f"{folders}/{one}" for one in names or () if "biomaid-" in one]
    project = host.read(Content(f"{n.checkout}/pyproject.toml"))
    for path in (poetry_folder(n.home, "biomaid", n.checkout, host.facts.python), f"{n.checkout}/.venv", *others):
        there = host.read(EnvironmentAt(path))
        if isinstance(there, Environment) and isinstance(project, bytes):
            extras = _extras(project, there.distributions)
            collected.tell(path, extras=extras)
            if "sphinx" in there.distributions and all(_installed(package, host) for package in DOCUMENTATION):
                collected.tell(path, with_docs=True)
            return


def _installed(package: str, host: Host) -> bool:
    version = host.read(Package(package))
    return isinstance(version, str)


def _extras(project: bytes, installed: Mapping[str, str]) -> tuple[str, ...]:
    try:
        extras: dict[str, Any] = loads(project.decode())["tool"]["poetry"]["extras"]
    except (ValueError, KeyError, TypeError):
        return ()
    wanted = ((extra, extras.get(extra, ())) for extra in ("ldap", "oracle"))
    return tuple(extra for extra, names in wanted if names and all(normalised(name) in installed for name in names))


def service(n: Names, host: Host, collected: Collected) -> None:
    """The unit, where it is another than the document's; and the workers: as many as are configured, or else as run."""
    if found := unit.other(n, host):
        collected.beyond["unit"] = found
    text, state = host.read(Content(n.config)), host.read(Unit(found or n.unit))
    try:
        workers = loads(text.decode())["gunicorn_settings"]["workers"] if isinstance(text, bytes) else None
    except (ValueError, KeyError, TypeError):
        workers = None
    if isinstance(workers, int):
        collected.tell(n.config, workers=workers)
    elif isinstance(state, UnitState):
        running = [process for process in state.processes if runs(process, "gunicorn")]
        pids = {process.pid for process in running}
        if count := sum(process.parent in pids for process in running):
            collected.tell(found or n.unit, workers=count)


def account(n: Names, host: Host, collected: Collected) -> None:
    """A superuser. Nobody knows its password but whoever chose it: none is made in its place."""
    name = collected.value("db_name", "")
    port = str(collected.value("db_port", "5432"))
    if not name or not port.isdigit():
        return
    inside = host.read(Inside(name, int(port), "common_user"))
    if isinstance(inside, Unknown):
        collected.hide(inside.why, "first_account")
    elif isinstance(inside, DatabaseState) and inside.superusers:
        first = "admin" if "admin" in inside.superusers else inside.superusers[0]
        where = _("the database {name}").format(name=name)
        collected.tell(where, first_account=first)
        password = "first_account_password"  # noqa: S105 - the key of an answer
        collected.tell(where, **{password: Secret(password, "")})
        collected.hide(_("the database keeps only what checks it"), password)
