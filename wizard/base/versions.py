"""Versions as PEP 440 has them: `1!2.0rc1.post2.dev3+local`."""

from __future__ import annotations

import math
import re

from wizard.base.values import Value

VERSION = re.compile(
    r"""\s* v? (?: (?P<epoch>\d+) ! )? (?P<release>\d+ (?: \.\d+ )*)
    (?: [-_.]? (?P<phase>alpha|beta|preview|pre|rc|a|b|c) [-_.]? (?P<pre>\d*) )?
    (?: - (?P<implicit>\d+) | [-_.]? (?P<after>post|rev|r) [-_.]? (?P<post>\d*) )?
    (?: [-_.]? (?P<unfinished>dev) [-_.]? (?P<dev>\d*) )?
    (?: \+ (?P<local>[a-z0-9]+ (?: [-_.][a-z0-9]+ )*) )? \s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
PHASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
# What stands for a part that is not there: before any number, or after any.
FIRST, LAST = -1.0, math.inf
FINAL = (3, 0)


class Version(Value):
    """A version in parts that compare as PEP 440 orders them; `order` is all of them but the local one."""

    epoch: int
    release: tuple[int, ...]
    pre: tuple[int, int] = FINAL
    post: float = FIRST
    dev: float = LAST
    local: tuple[tuple[int, int, str], ...] = ()

    @property
    def order(self) -> tuple[int, tuple[int, ...], tuple[float, int], float, float]:
        """What it is sorted by: zeros at the end count for nothing, and `1.0.dev1` comes before `1.0a1`."""
        early = self.pre == FINAL and self.post == FIRST and self.dev != LAST
        return self.epoch, without_zeros(self.release), (FIRST, 0) if early else self.pre, self.post, self.dev

    @property
    def base(self) -> tuple[int, tuple[int, ...]]:
        """Its epoch and release, of whatever length."""
        return self.epoch, without_zeros(self.release)

    @property
    def early(self) -> bool:
        """Whether it comes before the release that it names: `rc1`, `dev2`."""
        return self.pre != FINAL or self.dev != LAST

    @property
    def late(self) -> bool:
        """Whether it comes after the release that it names: `post1`."""
        return self.post != FIRST


def version(text: str) -> Version | None:
    """A version by its text; None where it is none."""
    found = VERSION.fullmatch(text)
    if found is None:
        return None
    part = found.groupdict("")
    late = part["implicit"] or (part["post"] or "0") * bool(part["after"])
    return Version(
        epoch=int(part["epoch"] or 0),
        release=tuple(int(number) for number in part["release"].split(".")),
        pre=(PHASES[part["phase"].lower()], int(part["pre"] or 0)) if part["phase"] else FINAL,
        post=int(late) if late else FIRST,
        dev=int(part["dev"] or 0) if part["unfinished"] else LAST,
        local=tuple(_local(one) for one in re.split(r"[-_.]", part["local"].lower()) if one),
    )


def _local(part: str) -> tuple[int, int, str]:
    # Numbers come after words.
    return (1, int(part), "") if part.isdigit() else (0, 0, part)


def without_zeros(release: tuple[int, ...]) -> tuple[int, ...]:
    """The numbers of a release without the zeros at its end: 3.11.0 is 3.11."""
    length = len(release)
    while length and not release[length - 1]:
        length -= 1
    return release[:length]


def parse(text: str) -> tuple[int, ...]:
    """The numbers that a text begins with; what follows them (`rc1`, `+deb12u1`) is left out."""
    found = re.match(r"\s*v?(\d+(?:\.\d+)*)", text)
    return tuple(int(number) for number in found.group(1).split(".")) if found else ()
