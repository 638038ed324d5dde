"""Versions and their ranges, as pip and `pyproject.toml` state them; the oracle is `packaging`."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.specifiers import SpecifierSet
from packaging.version import Version as Oracle

from wizard.base.ranges import may_satisfy, satisfies
from wizard.base.versions import parse, version


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("3.11", (3, 11)),
        (" 3.11.2", (3, 11, 2)),
        ("v2.5.1", (2, 5, 1)),
        ("15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
        ("3.13rc1", (3, 13)),
        ("", ()),
        ("python", ()),
    ],
)
def test_the_numbers_of_a_version(text: str, numbers: tuple[int, ...]) -> None:
    assert parse(text) == numbers


@pytest.mark.parametrize(
    ("version", "requirement", "holds"),
    [
        ("3.11", ">=3.9,<3.13", True),
        ("3.9", ">=3.9,<3.13", True),
        ("3.12", ">=3.9,<3.13", True),
        ("3.13", ">=3.9,<3.13", False),
        ("3.8", ">=3.9,<3.13", False),
        ("3.10", ">= 3.9 , < 4", True),
        ("4.0", "^3.9", False),
        ("3.14", "^3.9", True),
        ("3.8", "^3.9", False),
        ("3.11", "~3.11", True),
        ("3.12", "~3.11", False),
        ("3.12", "~=3.11", True),
        ("4.0", "~=3.11", False),
        ("3.11", "==3.11", True),
        ("3.11", "3.11", True),
        ("3.12", "==3.11", False),
        ("3.11", "!=3.11", False),
        ("3.12", "!=3.11", True),
        ("3.12", ">3.11", True),
        ("3.11", ">3.11", False),
        ("3.11", "<=3.11", True),
        ("3.12", "<=3.11", False),
        # Numbers, not text.
        ("3.9", "<3.10", True),
        ("3.10", ">3.9", True),
        # What was installed, as pip sees it.
        ("5.33", ">5.33", False),
        ("5.33.1", ">5.33", True),
        ("5.33.post1", ">5.33", False),
        ("5.33+local", ">5.33", False),
        ("5.33.1", "!=5.33", True),
        ("5.33.0", "!=5.33", False),
        ("5.33.1", "==5.33", False),
        ("5.33.1", "==5.33.*", True),
        ("5.33+deb12", "==5.33", True),
        ("5.33+deb12", "==5.33+deb12", True),
        ("5.33", "==5.33+deb12", False),
        ("5.33rc1", ">=5.33", False),
        ("5.33rc1", "<5.33", False),
        ("5.32.9", "<5.33", True),
        ("1!1.0", ">2.0", True),
        ("5.6.9", "~=5.6.3", True),
        ("5.7", "~=5.6.3", False),
        ("odd", "===odd", True),
        ("15.18 (Debian 15.18-0+deb12u1)", ">=15,<16", True),
        ("python", ">=3", False),
        # As Poetry writes them.
        ("0.3.9", "^0.3", True),
        ("0.4", "^0.3", False),
        ("0.0.4", "^0.0.3", False),
        ("0.9", "^0", True),
        ("0.1", "^0.0", False),
        ("1.2.9", "~1.2", True),
        ("1.3", "~1.2.3", False),
        ("1.9", "~1", True),
        ("2.0rc1", "^1.2", False),
        ("3.8", "^2.7 || ^3.8", True),
        ("3.8", "2.7.* | 3.9.*", False),
        ("3.8", ">=3.7 <3.9", True),
        # Nothing is asked.
        ("3.11", "*", True),
        ("3.11", "", True),
    ],
)
def test_whether_a_version_is_within_a_range(version: str, requirement: str, holds: bool) -> None:
    assert satisfies(version, requirement) is holds


@pytest.mark.parametrize(
    ("minor", "requirement", "may"),
    [
        # The distribution's 3.11 may be 3.11.9.
        ("3.11", ">=3.11.2", True),
        ("3.11", "<3.11.2", True),
        ("3.11", ">3.11.2", True),
        ("3.12", "<3.11.2", False),
        ("3.11", ">3.11.2,<3.11.4", True),
        ("3.11", ">3.11", True),
        ("3.11", "!=3.11.0,!=3.11.1", True),
        ("3.11", "!=3.11.*", False),
        ("3.11", ">=3.9,<3.13", True),
        ("3.13", ">=3.9,<3.13", False),
        ("3.12", "~3.11", False),
        ("3.1", ">=3.11.2", False),
    ],
)
def test_whether_a_version_known_by_two_numbers_may_be_within_a_range(minor: str, requirement: str, may: bool) -> None:
    assert may_satisfy(minor, requirement) is may


NUMBER = st.sampled_from([0, 0, 1, 2, 10])
RELEASE = st.lists(NUMBER, min_size=1, max_size=4).map(lambda numbers: ".".join(map(str, numbers)))
EPOCH = st.sampled_from(["", "", "0!", "1!"])
PRE = st.sampled_from(["", "", "", "a0", "b1", "rc1", "-alpha.1", ".preview", "c2", "RC"])
POST = st.sampled_from(["", "", "", ".post0", "-1", ".rev2", "post"])
DEV = st.sampled_from(["", "", "", ".dev0", "dev3", "_dev"])
LOCAL = st.sampled_from(["", "", "", "+deb12", "+deb.12", "+1", "+1.a", "+A-1"])
PUBLIC = st.tuples(EPOCH, RELEASE, PRE, POST, DEV).map("".join)
ANY = st.tuples(PUBLIC, LOCAL).map("".join)
CLAUSE = st.one_of(
    st.tuples(st.sampled_from([">=", "<=", ">", "<"]), PUBLIC),
    st.tuples(st.sampled_from(["==", "!="]), st.one_of(ANY, st.tuples(EPOCH, RELEASE, st.just(".*")).map("".join))),
    st.tuples(st.just("~="), st.tuples(EPOCH, NUMBER.map("{}.".format), RELEASE, PRE, POST, DEV).map("".join)),
    st.tuples(st.just("==="), ANY),
).map("".join)

# No wall limit: a busy machine is not a fault.
untimed = settings(deadline=None, database=None)


class TestAgainstPackaging:
    @untimed
    @given(ANY, ANY)
    def test_versions_are_ordered_alike(self, one: str, other: str) -> None:
        mine, theirs = version(one), version(other)
        assert mine and theirs
        assert ((mine.order, mine.local) < (theirs.order, theirs.local)) is (Oracle(one) < Oracle(other))
        assert ((mine.order, mine.local) == (theirs.order, theirs.local)) is (Oracle(one) == Oracle(other))

    @untimed
    @given(ANY, st.lists(CLAUSE, min_size=1, max_size=3).map(",".join))
    def test_ranges_hold_alike(self, one: str, requirement: str) -> None:
        assert satisfies(one, requirement) is SpecifierSet(requirement).contains(one, prereleases=True)

    @untimed
    @given(PUBLIC, RELEASE)
    def test_a_caret_keeps_the_first_number_that_is_not_zero(self, one: str, release: str) -> None:
        numbers = [int(number) for number in release.split(".")]
        last = next((place for place, number in enumerate(numbers) if number), len(numbers) - 1)
        above = ".".join(map(str, [*numbers[:last], numbers[last] + 1]))
        oracle = SpecifierSet(f">={release},<{above}").contains(one, prereleases=True)
        assert satisfies(one, f"^{release}") is oracle

    @untimed
    @given(PUBLIC, RELEASE)
    def test_a_tilde_keeps_two_numbers(self, one: str, release: str) -> None:
        numbers = [int(number) for number in release.split(".")][:2]
        above = ".".join(map(str, [*numbers[:-1], numbers[-1] + 1]))
        oracle = SpecifierSet(f">={release},<{above}").contains(one, prereleases=True)
        assert satisfies(one, f"~{release}") is oracle
