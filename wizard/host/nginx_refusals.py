"""What nginx would refuse of a configuration that can be read, without running it: `nginx -t` opens the logs and the
file of the process's number that the configuration names, and makes those that are not there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from posixpath import basename, dirname, join

from wizard.base.language import _
from wizard.host.files import Content, EntryAt
from wizard.host.nginx_files import Block, Fault
from wizard.host.nginx_twice import twice
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, NotKnown

PROGRAM, PREFIX, NUMBER = "/usr/sbin/nginx", "/etc/nginx", "/run/nginx.pid"
MODULES = ("/usr/lib/nginx/modules", "/usr/lib64/nginx/modules")
# In these blocks stand data, and no directives.
OF_DATA = frozenset({"types", "map", "geo", "split_clients", "charset_map", "match"})
MOST_NAMES = 1000
"""Different directives of which it is asked whether nginx knows them, which is more than it has."""
FILES = frozenset({"ssl_certificate", "ssl_certificate_key", "ssl_dhparam", "ssl_trusted_certificate"})


def refusals(host: Host, blocks: Sequence[Block]) -> tuple[Fault, ...]:
    """Return the directives that neither nginx nor its modules know, the files of certificates that are not there, and
    what stands twice; each once. Where the nginx that runs has read all of it as it is, it knows the directives."""
    found = dict.fromkeys((*_missing(host, blocks), *twice(blocks)))
    asked = dict.fromkeys((one.name, one.file) for one in _all(blocks))
    names = dict.fromkeys(islice(asked, MOST_NAMES))
    has_read = _has_read(host, blocks, list(dict.fromkeys(file for _name, file in asked)))
    programs = [] if has_read else _programs(host, blocks)
    if programs:
        unknown = {name for name, _file in names if not any(_knows(data, name) for data in programs)}
        why = _("unknown directive `{name}`")
        found |= dict.fromkeys(Fault(file, why.format(name=name)) for name, file in names if name in unknown)
    return tuple(found)


def _all(blocks: Sequence[Block]) -> Iterator[Block]:
    for one in blocks:
        yield one
        if one.name not in OF_DATA:
            yield from _all(one.within)


def _has_read(host: Host, blocks: Sequence[Block], files: Sequence[str]) -> bool:
    """Whether the nginx that runs has read all of these files as they are: neither they, nor links to them, nor their
    folders, nor nginx itself changed since it started, which is when it wrote its number. To look for each directive in
    a program of a million bytes takes longer than all else about nginx."""
    number = next((one.args[0] for one in blocks if one.name == "pid" and one.args), NUMBER)
    modules = [one for places in _modules(blocks) for one in places if host.read(EntryAt(one))]
    try:
        written = host.get(EntryAt(join(PREFIX, number)))
        # It reads first, and then writes it.
        since = written.changed - 1 if written and written.owner == "root" else 0.0

        def older(path: str) -> bool:
            each = (host.get(EntryAt(path)), resolve_symlinks(host, path)[1])
            return all(one is not None and one.changed < since for one in each)

        return all(map(older, dict.fromkeys([PROGRAM, *modules, *files, *map(dirname, files)])))
    except NotKnown:
        return False


def _modules(blocks: Sequence[Block]) -> list[list[str]]:
    """The places where each module that nginx loads may lie."""
    loaded = [basename(one.args[0]) for one in blocks if one.name == "load_module" and one.args]
    return [[f"{folder}/{name}" for folder in MODULES] for name in loaded]


def _knows(program: bytes, name: str) -> bool:
    """Whether a program has that name among its texts. A linker lets one text be the end of another."""
    return name.encode() + b"\0" in program


def _programs(host: Host, blocks: Sequence[Block]) -> list[bytes]:
    """Return nginx and the modules it loads; none where one of them cannot be read."""
    found = []
    for places in ([PROGRAM], *_modules(blocks)):
        read = (data for place in places if isinstance(data := host.read(Content(place)), bytes))
        data = next(read, b"")
        if not data:
            return []
        found.append(data)
    return found


def _missing(host: Host, blocks: Sequence[Block]) -> Iterator[Fault]:
    for one in _all(blocks):
        if one.name in FILES and one.args and "$" not in one.args[0] and ":" not in one.args[0]:
            path = join(PREFIX, one.args[0])
            if host.read(EntryAt(path)) is None:
                yield Fault(one.file, _("{path}, which it names, is not there").format(path=path))
