"""This machine in a few lines, and what of it is too little or missing for the guides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from screens.model.point import LOOK, OK
from wizard.base.language import Figure, _, _n
from wizard.guide import Guide
from wizard.guides.registry import guides
from wizard.host.distributions import MANAGERS
from wizard.host.facts import GIB, Facts

# What should be free of a disk. A tenth of memory and disk is the kernel's own.
FREE = 5 * GIB
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
    if facts.package_manager not in MANAGERS:
        told = _("{name}: has none of {managers}; only the practice instance can be made here")
        return LOOK, told.format(name=name, managers=", ".join(MANAGERS))
    if facts.systemd and any(facts.package_manager not in one.needs.managers for one in _installing()):
        return _of_another_manager(name, facts.package_manager)
    if facts.systemd:
        return OK, _("{name}, with systemd").format(name=name)
    if facts.wsl == 1:
        told = _("{name}: only the practice instance; `wsl --set-version NAME 2` in Windows makes it WSL 2")
        return LOOK, told.format(name=name)
    if facts.wsl:
        return LOOK, _("{name}, without systemd: the first step of a guide switches it on").format(name=name)
    return LOOK, _("{name}, without systemd: only the practice instance can be made here").format(name=name)


def _installing() -> Sequence[Guide]:
    """The guides that install packages."""
    return [guide for guide in guides().values() if guide.needs.managers]


def _of_another_manager(name: str, manager: str) -> tuple[str, str]:
    fit = [guide.title() for guide in _installing() if manager in guide.needs.managers]
    other = next(guide for guide in _installing() if manager not in guide.needs.managers)
    text = _("{name}: has no {manager}, which {guide} wants; {others} can be made here")
    wanted = " / ".join(other.needs.managers)
    return LOOK, text.format(name=name, manager=wanted, guide=other.title(), others=", ".join(fit))


def _memory(facts: Facts) -> tuple[str, str]:
    processors = _n("{count} processor", "{count} processors", facts.processors).format(count=facts.processors)
    text = _("{size} of memory, {processors}").format(size=_size(facts.memory), processors=processors)
    largest = max(guides().values(), key=lambda guide: guide.needs.memory)
    if facts.memory < SLACK * largest.needs.memory:
        return LOOK, _least(text, largest, largest.needs.memory)
    return OK, text


def _disk(facts: Facts) -> tuple[str, str]:
    text = _("{free} of disk free, of {total}").format(free=_size(facts.disk_free), total=_size(facts.disk))
    largest = max(guides().values(), key=lambda guide: guide.needs.disk)
    if facts.disk < SLACK * largest.needs.disk:
        return LOOK, _least(text, largest, largest.needs.disk)
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


def _least(found: str, guide: Guide, wanted: int) -> str:
    text = _("{found}: {guide} wants at least {wanted}; enough to practise")
    return text.format(found=found, guide=guide.title(), wanted=_size(wanted))


def _size(count: int) -> str:
    return _("{number} GB").format(number=f"{Figure(round(count / GIB, 1)):g}")
