"""Makes the stand-in's wheels from the folders below `source`, one a distribution; nothing but zipfile is needed."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.standin.logo import png

SOURCE = Path(__file__).parent / "source"
VERSION, NEWER = "5.99.0", "5.99.1"
APPS = ("figure", "iviewer")
ICE = "zeroc_ice-3.6.5-py3-none-any.whl"
OTHER_ICE = "zeroc_ice-3.7.10-py3-none-any.whl"
PICTURES = {
    "omero-web": "omeroweb/static/webclient/image/logo_login_web.png",
    **{f"omero-{name}": f"omero_{name}/static/omero_{name}/image/logo.png" for name in APPS},
}


@dataclass(frozen=True)
class Distribution:
    """One project: its name, version, what it requires, and the command that it brings."""

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    command: str = ""


def _web(version: str) -> tuple[Distribution, ...]:
    extra = 'django-redis==99.0; extra == "redis"'
    requires = (f"omero-py=={version}", "gunicorn", extra)
    return (
        Distribution("omero-py", version, command="omero = omero.main:main"),
        Distribution("omero-web", version, requires=requires, extras=("redis",)),
    )


OMERO = (
    *_web(VERSION),
    *_web(NEWER),
    Distribution("django-redis", "99.0"),
    # Newer than any that an index offers.
    *(Distribution(f"omero-{name}", "99.0", requires=("omero-web>=5.6",)) for name in APPS),
)


def make_wheels(target: Path) -> None:
    """Makes `target` a folder that pip takes for its `find-links`, with the Ice that OMERO takes in it; below `other`
    lies one that it refuses. The same source gives the same wheels."""
    other = target / "other"
    other.mkdir(parents=True)
    for one in OMERO:
        _wheel(target, one, _files(one.name))
    for folder, version in ((target, "3.6.5"), (other, "3.7.10")):
        files = {name: data.replace(b"@VERSION@", version.encode()) for name, data in _files("zeroc-ice").items()}
        _wheel(folder, Distribution("zeroc-ice", version), files)


def _files(name: str) -> dict[str, bytes]:
    folder = SOURCE / name
    found = {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.py"))}
    return {**found, PICTURES[name]: png()} if name in PICTURES else found


def _wheel(folder: Path, one: Distribution, files: Mapping[str, bytes]) -> None:
    stem = f"{one.name.replace('-', '_')}-{one.version}"
    lines = [f"Name: {one.name}", f"Version: {one.version}"]
    lines += [f"Provides-Extra: {extra}" for extra in one.extras]
    lines += [f"Requires-Dist: {requirement}" for requirement in one.requires]
    told = {
        "METADATA": "\n".join(("Metadata-Version: 2.1", *lines, "")),
        "WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    if one.command:
        told["entry_points.txt"] = f"[console_scripts]\n{one.command}\n"
    contents = {**files, **{f"{stem}.dist-info/{name}": text.encode() for name, text in told.items()}}
    record = f"{stem}.dist-info/RECORD"
    rows = [f"{name},sha256={_digest(data)},{len(data)}" for name, data in contents.items()]
    contents[record] = "\n".join((*rows, f"{record},,", "")).encode()
    with zipfile.ZipFile(folder / f"{stem}-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            entry = zipfile.ZipInfo(name, (2024, 6, 21, 12, 0, 0))
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, data)


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
