"""Seeds, laid out as they stand on a host, and damaged there one at a time.

A seed is a folder below `seeds/KIND`. `dot-git` stands for `.git`, which git would not keep; the end `.zlib` says that
a file is compressed where it lies, `.seed` that it is no source of ours.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from tests.mutations.mutations import PLACES, damaged
from wizard.base.values import Value

SEEDS = Path(__file__).with_name("seeds")
ODD_PLACES = 0.04


class Tree(Value):
    """The files of one seed, by their paths below a folder."""

    name: str
    files: tuple[tuple[str, bytes, bool], ...]

    def lay(self, folder: Path) -> None:
        """All of it, whole."""
        for name, data, packed in self.files:
            _write(folder / name, data, packed)


def trees(kind: str) -> list[Tree]:
    """The seeds of one kind, in their order."""
    return [_tree(folder) for folder in sorted((SEEDS / kind).iterdir())]


def _tree(folder: Path) -> Tree:
    files = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        name = path.relative_to(folder).as_posix().replace("dot-git", ".git").removesuffix(".seed")
        files.append((name.removesuffix(".zlib"), path.read_bytes(), name.endswith(".zlib")))
    return Tree(folder.name, tuple(files))


@contextmanager
def one_damaged(tree: Tree, folder: Path, chance: Random) -> Iterator[str]:
    """One file of a tree that lies in a folder is damaged, until the end; tells how."""
    name, data, packed = chance.choice(tree.files)
    path = folder / name
    if chance.random() < ODD_PLACES:
        how = chance.choice(list(PLACES))
        path.unlink()
        PLACES[how](path)
    else:
        how = "is damaged"
        data = damaged(data, chance)
        if packed and chance.random() < 0.5:
            path.write_bytes(damaged(zlib.compress(data), chance))
        else:
            _write(path, data, packed)
    try:
        yield f"{tree.name}/{name} {how}"
    finally:
        _restore(tree, folder, path)


def _restore(tree: Tree, folder: Path, path: Path) -> None:
    with suppress(OSError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    data, packed = next((data, packed) for name, data, packed in tree.files if folder / name == path)
    _write(path, data, packed)


def _write(path: Path, data: bytes, packed: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.compress(data) if packed else data)
