"""Who opens, lists or stats files without `wizard.host.opening`."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.unit.importing import dotted, walk

OF_OS = {
    *("access", "chdir", "fwalk", "getxattr", "listdir", "lstat", "open", "readlink", "scandir", "stat", "statvfs"),
    *("walk",),
}
OF_PATHS = {"exists", "getmtime", "getsize", "isdir", "isfile", "islink", "ismount", "lexists", "realpath", "samefile"}
METHODS = {
    *("exists", "glob", "group", "is_block_device", "is_char_device", "is_dir", "is_fifo", "is_file", "is_mount"),
    *("is_socket", "is_symlink", "iterdir", "lstat", "open", "owner", "read_bytes", "read_text", "readlink", "rglob"),
    *("samefile", "stat", "walk"),
}
# Of other modules, by the name that they are called with.
OTHERS = {
    *("ElementTree.parse", "crossplane.parse", "glob.glob", "glob.iglob", "io.open", "json.load", "shutil.copyfileobj"),
    *("sqlite3.connect", "tarfile.open", "zipfile.ZipFile", "configparser.ConfigParser.read", "fileinput.input"),
}
# What has methods of such names and opens nothing by them: the one way, and names that are no paths.
HARMLESS = {"opening", "re", "ast", "found", "one", "match"}


def opens(module: ast.Module) -> Iterator[str]:
    """The calls that open, list or stat something by its path, each after its line."""
    for node in walk(module):
        if not isinstance(node, ast.Call):
            continue
        called = dotted(node.func)
        owner, _dot, method = called.rpartition(".")
        if owner in HARMLESS:
            continue
        if owner == "os":
            found = method in OF_OS
        elif owner == "os.path":
            found = method in OF_PATHS
        else:
            found = called in OTHERS or called == "open" or bool(owner and method in METHODS)
        if found:
            yield f"{node.lineno}: {called}"
