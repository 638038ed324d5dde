"""Readings of the migrations that the packages of an environment bring to a Django project, without starting Django."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, ClassVar

from wizard.api import Reading, Value, field, opening
from wizard.guides.django.parts import migrations
from wizard.guides.django.parts.migrations import MODULE, MOST

LONGEST = 2**17
# Names of lists of applications: INSTALLED_APPS itself, and what people join to it.
LIST = re.compile(
    r"^(?P<indent>[ \t]*)(?P<name>\w*APPS)\b[^=+\n\[(]*(?P<sign>\+?=)\s*[\[(](?P<body>[^\])]*)[\])]", re.MULTILINE
)
CALL = re.compile(
    r"^(?P<indent>[ \t]*)INSTALLED_APPS\.(?P<verb>append|extend|insert|remove)\((?P<body>[^)]*)\)", re.MULTILINE
)
TEXT = re.compile(r"""["']([A-Za-z_][\w.]*)["']""")
COMMENT = re.compile(r"#[^\n]*")
LABEL = re.compile(r"""^[ \t]+label\s*=\s*["'](\w+)["']""", re.MULTILINE)


class Installed(Value):
    """The applications of an environment that settings name: the `certain` ones by label, the folder of migrations of
    each that has one, and these migrations as pairs of label and name."""

    certain: frozenset[str] = frozenset()
    folders: Mapping[str, str] = field(default_factory=dict, hash=False)
    files: frozenset[tuple[str, str]] = frozenset()


class InstalledMigrations(Reading["Installed | None"]):
    """The migrations of the applications that settings files name, in the first of some `environments` that is there.

    None where there is no such environment, or where the settings place migrations elsewhere (MIGRATION_MODULES).
    """

    family: ClassVar[str] = "migrations"
    settings: tuple[str, ...]
    environments: tuple[str, ...]


class Detail(Value):
    """What one migration says: what it comes after, what it stands for, and the tables that it makes."""

    after: frozenset[tuple[str, str]] = frozenset()
    replaces: frozenset[tuple[str, str]] = frozenset()
    tables: frozenset[str] = frozenset()


class MigrationDetails(Reading["Mapping[str, Detail] | None"]):
    """What the migrations of a folder say, by name; `label` is that of their application."""

    family: ClassVar[str] = "migrations"
    folder: str
    label: str


def answer(readings: Iterable[Reading[Any]]) -> dict[Reading[Any], Any]:
    """Answer the readings of a checkout's migrations, of those of its environment, and of what they say."""
    wanted = list(readings)
    found = migrations.answer(wanted)
    for one in wanted:
        if isinstance(one, InstalledMigrations):
            found[one] = installed(one)
        elif isinstance(one, MigrationDetails):
            found[one] = details(one)
    return found


def installed(wanted: InstalledMigrations) -> Any:
    """Answer `InstalledMigrations`."""
    try:
        texts = [COMMENT.sub("", text) for text in map(_text, wanted.settings) if text]
        site = next(filter(None, map(_site, (*wanted.environments, *_likely(wanted.environments)))), None)
        if site is None or any(re.search(r"\bMIGRATION_MODULES\b", text) for text in texts):
            return None
        certain, doubtful = _applications(texts)
        folders: dict[str, str] = {}
        sure = set()
        for application in (*certain, *doubtful):
            if found := _folder(site, application):
                label, folder = found
                folders[label] = folder
                sure |= {label} if application in certain else set()
        files = frozenset(pair for label, folder in folders.items() for pair in _files(label, folder))
        return Installed(frozenset(sure), folders, files)
    except OSError as error:
        return opening.unknown(wanted.environments[0], error)


def details(wanted: MigrationDetails) -> Any:
    """Answer `MigrationDetails`."""
    try:
        names = [found["name"] for name in opening.names(wanted.folder) if (found := MODULE.fullmatch(name))]
        return {name: _detail(opening.text(f"{wanted.folder}/{name}.py", 2**20), wanted.label) for name in names}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return opening.unknown(wanted.folder, error)


def _text(path: str) -> str:
    try:
        return opening.text(path, LONGEST)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return ""


def _likely(environments: Iterable[str]) -> Iterator[str]:
    """The one environment of the same project that was made with another Python (`name-py3.12`), where there is one."""
    for one in environments:
        above, _slash, name = one.rpartition("/")
        stem, mark, _python = name.rpartition("-py")
        found = [other for other in opening.names_if_there(above) if mark and other.startswith(f"{stem}-py")]
        if len(found) == 1:
            yield f"{above}/{found[0]}"


def _site(environment: str) -> str | None:
    for name in opening.names_if_there(f"{environment}/lib"):
        if name.startswith("python3.") and opening.is_folder(f"{environment}/lib/{name}/site-packages"):
            return f"{environment}/lib/{name}/site-packages"
    return None


def _applications(texts: Iterable[str]) -> tuple[list[str], list[str]]:
    """The applications that settings name for certain, and those that they may name: within an `if`, or replaced by a
    later list."""
    certain: dict[str, None] = {}
    doubtful: dict[str, None] = {}
    for whole in texts:
        # Behind the last bracket no list ends, and none is looked for.
        text = whole[: max(whole.rfind("]"), whole.rfind(")")) + 1]
        for found in LIST.finditer(text):
            names = TEXT.findall(found["body"])
            anew = found["name"] == "INSTALLED_APPS" and found["sign"] == "=" and not re.search(r"[*+]", found["body"])
            if anew and not found["indent"]:
                doubtful |= certain
                certain.clear()
            (doubtful if found["indent"] else certain).update(dict.fromkeys(names))
        for found in CALL.finditer(text):
            names = TEXT.findall(found["body"])
            if found["verb"] == "remove":
                for name in names:
                    certain.pop(name, None)
                    doubtful[name] = None
            else:
                (doubtful if found["indent"] else certain).update(dict.fromkeys(names))
    return list(certain), [name for name in doubtful if name not in certain]


def _folder(site: str, application: str) -> tuple[str, str] | None:
    """The label of an application, and the folder of its migrations; None where it has none in that environment."""
    # `package.apps.PackageConfig` names a class in a module of the package.
    place = PurePosixPath(application.replace(".", "/"))
    package = next((one for one in (place, *place.parents) if one.name and opening.is_folder(f"{site}/{one}")), None)
    if package is None or not opening.is_folder(f"{site}/{package}/migrations"):
        return None
    own = LABEL.search(_text(f"{site}/{package}/apps.py"))
    return own[1] if own else package.name, f"{site}/{package}/migrations"


def _files(label: str, folder: str) -> Iterator[tuple[str, str]]:
    names = opening.names(folder)
    if len(names) > MOST:
        return
    for name in names:
        if (found := MODULE.fullmatch(name)) and name.isprintable():
            yield label, found["name"]


PAIRS = re.compile(r"""\(\s*["'](\w+)["']\s*,\s*["']([^"']+)["']\s*(?:,\s*)?\)""")
MODEL = re.compile(r"""\bCreateModel\(\s*(?:name\s*=\s*)?["'](\w+)["']""")
NO_TABLE = re.compile(r"""["'](?:proxy["']\s*:\s*True|managed["']\s*:\s*False)""")
TABLE = re.compile(r"""["']db_table["']\s*:\s*["']([^"']+)["']""")


def _detail(text: str, label: str) -> Detail:
    text = COMMENT.sub("", text)
    return Detail(_pairs("dependencies", text), _pairs("replaces", text), frozenset(_tables(text, label)))


def _pairs(name: str, text: str) -> frozenset[tuple[str, str]]:
    # The first list of that name, wherever it ends: to look for the end of each would take the square of the time.
    found = re.search(rf"^[ \t]+{name}\b[^=\n]*=\s*\[", text, re.MULTILINE)
    inside, end, _rest = text[found.end() :].partition("]") if found else ("", "", "")
    return frozenset((app, one) for app, one in PAIRS.findall(inside if end else "") if not one.startswith("__"))


def _tables(text: str, label: str) -> Iterator[str]:
    """The tables of the models that a migration makes, by their own names where they have some."""
    models = list(MODEL.finditer(text))
    for number, model in enumerate(models):
        end = models[number + 1].start() if number + 1 < len(models) else len(text)
        rest = text[model.end() : end]
        if NO_TABLE.search(rest):
            continue
        own = TABLE.search(rest)
        yield own[1] if own else f"{label}_{model[1].lower()}"
