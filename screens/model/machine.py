"""This machine in a few lines, and what of it is too little or missing for the guides."""

from __future__ import annotations

from collections.abc import Iterator

from screens.model.point import LOOK, OK
from wizard.base.language import _, _n
from wizard.host.facts import GIB, Facts

# The document's minimum (chapter 1.2.1) and what should be free of it. A tenth of memory and disk is the kernel's own.
MEMORY, DISK, FREE = 2 * GIB, 20 * GIB, 5 * GIB
SLACK = 0.9
LINES = 4


def lines(facts: Facts) -> Iterator[tuple[str, str]]:
    """Each line with its state, `ok` or `look`."""
    yield _system(facts)
    yield _memory(facts)
    yield _disk(facts)
    yield _person(facts)


def _system(facts: Facts) -> tuple[str, str]:
    name = facts.name or f"{facts.distribution} {facts.version}"
    if facts.wsl:
        name = _("{name} on WSL {version}").format(name=name, version=facts.wsl)
    if facts.package_manager not in ("apt", "dnf"):
        told = _("{name}: has neither apt nor dnf; only the practice instance can be made here")
        return LOOK, told.format(name=name)
    if facts.systemd and facts.package_manager == "dnf":
        return LOOK, _("{name}: has no apt, which BiomAid wants; OMERO.web can be made here").format(name=name)
    if facts.systemd:
        return OK, _("{name}, with systemd").format(name=name)
    if facts.wsl == 2:
        told = _("{name}, without systemd: put `systemd=true` below `[boot]` in /etc/wsl.conf, then `wsl --shutdown`")
        return LOOK, told.format(name=name)
    return LOOK, _("{name}, without systemd: only the practice instance can be made here").format(name=name)


def _memory(facts: Facts) -> tuple[str, str]:
    processors = _n("{count} processor", "{count} processors", facts.processors).format(count=facts.processors)
    text = _("{size} of memory, {processors}").format(size=_size(facts.memory), processors=processors)
    if facts.memory < SLACK * MEMORY:
        return LOOK, _least(text, MEMORY)
    return OK, text


def _disk(facts: Facts) -> tuple[str, str]:
    text = _("{free} of disk free, of {total}").format(free=_size(facts.disk_free), total=_size(facts.disk))
    if facts.disk < SLACK * DISK:
        return LOOK, _least(text, DISK)
    if facts.disk_free < FREE:
        return LOOK, _("{found}: little is left, make room before you install").format(found=text)
    return OK, text


def _person(facts: Facts) -> tuple[str, str]:
    if facts.root:
        return OK, _("You are root.")
    if facts.sudo:
        return OK, _("You are {user}; what takes root goes through sudo.").format(user=facts.user)
    told = _("You are {user}, without sudo: only the practice instance, unless jalon is started as root.")
    return LOOK, told.format(user=facts.user)


def _least(found: str, wanted: int) -> str:
    text = _("{found}: BiomAid wants at least {wanted}; enough to practise")
    return text.format(found=found, wanted=_size(wanted))


def _size(count: int) -> str:
    return _("{number} GB").format(number=f"{count / GIB:.1f}".removesuffix(".0"))
