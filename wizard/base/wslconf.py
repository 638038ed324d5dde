"""The setting with which WSL starts systemd, in the text of `/etc/wsl.conf`.

As WSL's own parser takes it (microsoft/WSL, src/shared/configfile): names count in any case, of a setting that stands
there twice the first one, a `#` begins a comment, and a line that ends in `\\` goes on in the next. Versions before it
was published stumble over the line ends of Windows, and all of them over a byte order mark.
"""

from __future__ import annotations

from collections.abc import Iterator

from wizard.base.patterns import pattern

SECTION = pattern(r"[ \t]*\[(?P<name>[A-Za-z][A-Za-z0-9]*)\][ \t]*(?:#.*)?")
SETTING = pattern(r"[ \t]*(?P<name>[A-Za-z][A-Za-z0-9]*)[ \t]*=[ \t]*(?P<value>[^#]*)")
YES = ("true", "1")


def starts_systemd(text: str) -> bool:
    """Whether every WSL that can start systemd does so with this file."""
    found = next(_settings(text.split("\n")), None)
    return found is not None and found[1].lower() in YES and text == _plain(text)


def starting_systemd(text: str) -> str:
    """Return the text with that setting, and all else as it was, but for line ends of Windows and a byte order mark."""
    lines = _plain(text).split("\n")
    if found := next(_settings(lines), None):
        lines[found[0]] = "systemd=true"
        return "\n".join(lines)
    boot = next((at for at, section, _line in _within_sections(lines) if section == "boot"), None)
    if boot is not None:
        return "\n".join([*lines[: boot + 1], "systemd=true", *lines[boot + 1 :]])
    rest = "\n".join(lines).rstrip("\n")
    return f"{rest}\n\n[boot]\nsystemd=true\n".lstrip("\n")


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r", "")


def _settings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines with the setting, by number, and their values."""
    for number, section, line in _within_sections(lines):
        if section == "boot" and (found := SETTING.match(line)) and found["name"].lower() == "systemd":
            yield number, found["value"].strip().strip('"')


def _within_sections(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    """The lines by number, each with the section that it is in or begins."""
    section = ""
    for number, line in _beginnings(lines):
        if found := SECTION.fullmatch(line.rstrip("\r")):
            section = found["name"].lower()
        yield number, section, line


def _beginnings(lines: list[str]) -> Iterator[tuple[int, str]]:
    """The lines that continue none before them."""
    continued = False
    for number, line in enumerate(lines):
        if not continued:
            yield number, line
        continued = (len(line) - len(line.rstrip("\\"))) % 2 == 1
