"""What a unit file says (systemd.syntax(7)): its settings, without comments."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.base.lines import lines_of

Settings = Mapping[tuple[str, str], tuple[str, ...]]

# As systemd.syntax(7) has them: they mean the same.
_TRUE, _FALSE = ("1", "yes", "true", "on"), ("0", "no", "false", "off")


def parse_unit(text: str) -> Settings:
    """Return the values of each setting, by section and name, in their order; an empty one takes back those before it.

    What is no setting is left out; any text is parsed.
    """
    found: dict[tuple[str, str], list[str]] = {}
    section = ""
    for line in _whole_lines(text):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        name, equals, value = line.partition("=")
        if not equals:
            continue
        values = found.setdefault((section, name.strip()), [])
        if value.strip():
            values.append(_plain(value.strip()))
        else:
            values.clear()
    return {key: tuple(values) for key, values in found.items() if values}


def _whole_lines(text: str) -> list[str]:
    """The lines without blank ones and comments, each with those that carry it on."""
    lines: list[str] = []
    carried = False
    for line in lines_of(text):
        if line.lstrip().startswith(("#", ";")) or not (line.strip() or carried):
            continue
        if carried:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line.strip())
        carried = lines[-1].endswith("\\")
        lines[-1] = lines[-1].removesuffix("\\").rstrip() if carried else lines[-1]
    return lines


def _plain(value: str) -> str:
    word = value.lower()
    return "true" if word in _TRUE else "false" if word in _FALSE else value
