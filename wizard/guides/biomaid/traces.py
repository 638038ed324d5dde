"""What an instance's own files, processes and jobs tell of its answers. Nothing is run, and nothing is asked of it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from wizard.api import (
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
    loads,
    minor_of,
    normalised,
    poetry_folder,
    runs,
    table,
    texts,
)
from wizard.guides.biomaid import unit
from wizard.guides.biomaid.collected import Collected
from wizard.guides.biomaid.names import ACCOUNTS_TABLE, DOCUMENTATION_PACKAGES, Names

MINOR = re.compile(r"3\.[0-9]{1,2}")
HERE = ("localhost", "127.0.0.1", "::1")


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
    link = host.read(EntryAt(n.local_link))
    if isinstance(link, Entry) and link.kind == "link":
        place = posixpath.normpath(posixpath.join(n.checkout, link.target))
        if posixpath.dirname(place) != n.home:
            collected.hide(_("the local folder is {place}, outside of the home").format(place=place), "local_name")
            return
        collected.tell(n.local_link, local_name=posixpath.basename(place))
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
            minor = ".".join(there.python.split(".")[:2])
            # Who owns the environment writes what it says of itself, and alone runs what it names.
            if MINOR.fullmatch(minor) and minor != minor_of("python3", host.facts) and there.home.startswith("/"):
                collected.tell(f"{path}/pyvenv.cfg", python=f"{there.home}/python{minor}")
            extras = _extras(project, there.distributions)
            collected.tell(path, extras=extras)
            if "sphinx" in there.distributions and all(_installed(package, host) for package in DOCUMENTATION_PACKAGES):
                collected.tell(path, with_docs=True)
            return


def _installed(package: str, host: Host) -> bool:
    version = host.read(Package(package))
    return isinstance(version, str)


def _extras(project: bytes, installed: Mapping[str, str]) -> tuple[str, ...]:
    try:
        extras = table(loads(project.decode()), "tool", "poetry", "extras")
    except ValueError:
        return ()
    wanted = ((extra, texts(extras.get(extra))) for extra in ("ldap", "oracle"))
    return tuple(extra for extra, names in wanted if names and all(normalised(name) in installed for name in names))


def service(n: Names, host: Host, collected: Collected) -> None:
    """The unit, where it is another than the document's; and the workers: as many as are configured, or else as run."""
    if found := unit.other(n, host):
        collected.unsupported["unit"] = found
    text, state = host.read(Content(n.config)), host.read(Unit(found or n.unit))
    try:
        workers = table(loads(text.decode()), "gunicorn_settings").get("workers") if isinstance(text, bytes) else None
    except ValueError:
        workers = None
    if isinstance(workers, int) and not isinstance(workers, bool):
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
    # The settings are the instance's to write: nothing but this machine is asked at their word.
    where = str(collected.value("db_host", "localhost"))
    if where not in HERE:
        collected.hide(_("the database is on another machine, {host}").format(host=where), "first_account")
        return
    user, secret = str(collected.value("db_user", "")), collected.value("db_password", None)
    inside = host.read(Inside(name, int(port), ACCOUNTS_TABLE, user, secret, where))
    if isinstance(inside, Unknown):
        collected.hide(inside.why, "first_account")
    elif isinstance(inside, DatabaseState) and inside.superusers:
        first = "admin" if "admin" in inside.superusers else inside.superusers[0]
        where = _("the database {name}").format(name=name)
        collected.tell(where, first_account=first)
        password = "first_account_password"  # noqa: S105 - the key of an answer
        collected.tell(where, **{password: Secret(password, "")})
        collected.hide(_("the database keeps only what checks it"), password)
