"""Versions according to PEP 440: `1!2.0rc1.post2.dev3+local`."""

from __future__ import annotations

import math
import re

from wizard.base.patterns import pattern
from wizard.base.values import Value

VERSION = pattern(
    r"""\s* v? (?: (?P<epoch>\d+) ! )? (?P<release>\d+ (?: \.\d+ )*)
    (?: [-_.]? (?P<phase>alpha|beta|preview|pre|rc|a|b|c) [-_.]? (?P<pre>\d*) )?
    (?: - (?P<implicit>\d+) | [-_.]? (?P<after>post|rev|r) [-_.]? (?P<post>\d*) )?
    (?: [-_.]? (?P<unfinished>dev) [-_.]? (?P<dev>\d*) )?
    (?: \+ (?P<local>[a-z0-9]+ (?: [-_.][a-z0-9]+ )*) )? \s*""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
PHASES = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
# Longer texts are no versions, and their numbers might have more digits than Python makes a number of.
LONGEST = 200
# Sort keys for a missing part: below or above every number.
FIRST, LAST = -1.0, math.inf
FINAL = (3, 0)


class Version(Value):
    """A parsed version. `order` is its sort key, without the local part."""

    epoch: int
    release: tuple[int, ...]
    pre: tuple[int, int] = FINAL
    post: float = FIRST
    dev: float = LAST
    local: tuple[tuple[int, int, str], ...] = ()

    @property
    def order(self) -> tuple[int, tuple[int, ...], tuple[float, int], float, float]:
        """Sort key by PEP 440: trailing zeros are ignored, and `1.0.dev1` sorts before `1.0a1`."""
        early = self.pre == FINAL and self.post == FIRST and self.dev != LAST
        return self.epoch, without_zeros(self.release), (FIRST, 0) if early else self.pre, self.post, self.dev

    @property
    def base(self) -> tuple[int, tuple[int, ...]]:
        """Epoch and release, without trailing zeros."""
        return self.epoch, without_zeros(self.release)

    @property
    def early(self) -> bool:
        """Whether it is a pre-release or development release: `rc1`, `dev2`."""
        return self.pre != FINAL or self.dev != LAST

    @property
    def late(self) -> bool:
        """Whether it is a post-release: `post1`."""
        return self.post != FIRST


def version(text: str) -> Version | None:
    """Parse a version; None if the text is not a valid one."""
    found = VERSION.fullmatch(text[:LONGEST])
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
    """Strip the trailing zeros of a release: 3.11.0 becomes 3.11."""
    length = len(release)
    while length and not release[length - 1]:
        length -= 1
    return release[:length]


def parse(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version text, without suffixes such as `rc1` or `+deb12u1`; () if none."""
    found = re.match(r"\s*v?([0-9]+(?:\.[0-9]+)*)", text[:LONGEST])
    return tuple(int(number) for number in found.group(1).split(".")) if found else ()
