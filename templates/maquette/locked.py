"""Prints what a Poetry project locks for this Python, as requirements with hashes that pip holds to.

    python locked.py PROJECT [LEFT_OUT...]

PROJECT is a folder with pyproject.toml and poetry.lock. The names that follow are left out, with what only they need.
Run it with the Python that the requirements are for: it reads markers as pip does, by pip's own modules.
"""

import sys
from pathlib import Path

from pip._vendor.packaging.markers import Marker
from pip._vendor.packaging.requirements import Requirement
from pip._vendor.packaging.specifiers import SpecifierSet
from pip._vendor.packaging.utils import canonicalize_name

try:
    import tomllib
except ImportError:  # Python 3.10
    from pip._vendor import tomli as tomllib

PYTHON = ".".join(map(str, sys.version_info[:3]))


def poetry_range(text):
    """A range of Pythons, with Poetry's caret and tilde, which pip does not know."""
    found = []
    for part in text.split(","):
        part = part.strip()
        if part[:1] in ("^", "~") and part[1:2] != "=":
            version = part[1:].split(".")
            last = int(version[0]) + 1 if part[0] == "^" else f"{version[0]}.{int(version[1]) + 1}"
            part = f">={part[1:]},<{last}"
        found.append(part if part not in ("", "*") else ">=0")
    return SpecifierSet(",".join(found))


def fits(constraint):
    """Whether a dependency is one for this Python and this system."""
    if not isinstance(constraint, dict):
        return True
    markers, python = constraint.get("markers"), constraint.get("python")
    if markers and not Marker(markers).evaluate({"extra": ""}):
        return False
    return not python or poetry_range(python).contains(PYTHON)


def chosen(dependencies):
    """The names that this system needs, each with the extras asked of it."""
    for name, given in dependencies.items():
        for constraint in given if isinstance(given, list) else [given]:
            if not fits(constraint):
                continue
            if isinstance(constraint, dict) and constraint.get("optional"):
                continue
            yield canonicalize_name(name), tuple(constraint.get("extras", ())) if isinstance(constraint, dict) else ()


def packages(lock):
    """The package of each name that is for this Python."""
    found = {}
    for package in lock["package"]:
        if SpecifierSet(package["python-versions"].replace("*", ">=0", 1)
                        if package["python-versions"].startswith("*") else package["python-versions"]).contains(PYTHON):
            found.setdefault(canonicalize_name(package["name"]), package)
    return found


def wanted(project, lock, left_out):
    """The locked packages that the project needs, by name."""
    known, found = packages(lock), {}
    poetry = project["tool"]["poetry"]
    left = [one for one in chosen(poetry["dependencies"]) if one[0] != "python"]
    seen = set()
    while left:
        name, extras = left.pop()
        if name in left_out or (name, extras) in seen or name not in known:
            continue
        seen.add((name, extras))
        package = found[name] = known[name]
        left += chosen(package.get("dependencies", {}))
        for extra in extras:
            named = package.get("extras", {}).get(extra, ())
            left += [(canonicalize_name(Requirement(one).name), ()) for one in named]
    return found


def main(folder, *left_out):
    project = tomllib.loads(Path(folder, "pyproject.toml").read_text(encoding="utf-8"))
    lock = tomllib.loads(Path(folder, "poetry.lock").read_text(encoding="utf-8"))
    names = {canonicalize_name(name) for name in left_out}
    for name, package in sorted(wanted(project, lock, names).items()):
        hashes = "".join(f" \\\n    --hash={file['hash']}" for file in package["files"])
        print(f"{name}=={package['version']}{hashes}")


main(*sys.argv[1:])
