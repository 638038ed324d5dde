"""Verifying: findings for every probe that counts, and the exit status they make."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.probes.fake import FakeHands
from tests.unit.walking import Proves, Site, point, raising, sees
from wizard.base import confidential
from wizard.base.secret import MASK, Secret
from wizard.commands.status import exit_status
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.guide import Checkpoint
from wizard.host.facts import Facts
from wizard.host.live import Live
from wizard.host.reading import Host, NotKnown, Unknown
from wizard.probes.nothere import NotApplicable
from wizard.record.state import State
from wizard.record.trials import Tried, last_trials, remember_trial
from wizard.steps.files import Directory
from wizard.walk.verification import Verified, outcome, verify

UNSEEN = raising(NotKnown(Unknown("closed", "root")))
BROKEN = raising(ValueError("odd"))


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A folder to work in."""
    return Site(tmp_path)


def there(name: str, probes: Sequence[Probe], trials: Sequence[Proves] = ()) -> Checkpoint:
    """A checkpoint that every host has reached."""
    return point(name, [Directory("/usr/bin", shared=True)], probes, trials)


def verified(points: Sequence[Checkpoint], state: State | None = None, **more: object) -> list[Verified]:
    """All of it."""
    return list(verify(points, Live(facts=Facts()), state, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("probes", "worst", "status"),
    [
        ([sees("a")], "passed", 0),
        ([sees("a"), sees("b", warning("look"))], "warning", 0),
        ([sees("a"), sees("b", UNSEEN)], "unknown", 77),
        ([sees("a", warning("look")), sees("b", UNSEEN)], "unknown", 77),
        ([sees("a", failed("no")), sees("b", UNSEEN)], "failed", 1),
        ([sees("a", BROKEN), sees("b", UNSEEN)], "crashed", 1),
        ([sees("a", BROKEN), sees("b", failed("no"))], "failed", 1),
    ],
)
def test_the_worst_of_all_makes_the_status(probes: list[Probe], worst: str, status: int) -> None:
    found = verified([there("one", probes)])
    assert outcome(found) == worst
    assert exit_status(found) == status


def test_what_depends_on_something_red_is_skipped_with_the_reason() -> None:
    [found] = verified([there("one", [sees("a", failed("no")), sees("b", BROKEN, after=("a",))])])
    assert [one.finding.outcome for one in found.observed] == ["failed", "skipped"]
    assert "depends on a" in found.observed[1].finding.because


def test_across_checkpoints_too() -> None:
    _first, second = verified([there("one", [sees("a", failed("no"))]), there("two", [sees("b", after=("a",))])])
    assert second.observed[0].finding.outcome == "skipped"


class TestReached:
    def test_probes_of_checkpoints_not_reached_are_skipped_and_the_status_is_1(self, site: Site) -> None:
        later = point("two", [site.file("missing")], [sees("b", BROKEN)])
        first, second = verified([there("one", [sees("a")]), later])
        assert (first.reached, second.reached) == (True, False)
        [skipped] = second.observed
        assert skipped.finding.outcome == "skipped"
        assert "Two has not been reached" in skipped.finding.because
        assert second.outcome == "skipped"
        assert exit_status([first, second]) == 1

    def test_a_probe_whose_time_is_over_is_left_out(self, site: Site) -> None:
        points = [there("one", [sees("a"), sees("b", failed("502"), gone="two")]), point("two", [site.file("f")])]
        first, _second = verified(points)
        assert [one.probe.id for one in first.observed] == ["a", "b"]
        site.application().apply([point("two", [site.file("f")])])
        first, second = verified(points)
        assert [one.probe.id for one in first.observed] == ["a"]
        assert exit_status([first, second]) == 0

    def test_only_one_is_looked_at_and_alone_makes_the_status(self) -> None:
        points = [there("one", [sees("a", failed("no"))]), there("two", [sees("b")])]
        [found] = verified(points, only="two")
        assert found.checkpoint.id == "two"
        assert exit_status([found]) == 0


class TestTrials:
    def points(self, finding: Finding | None = None) -> list[Checkpoint]:
        """A checkpoint with a trial."""
        return [
            there("one", [sees("a")], [Proves("one.trial", "a trial", lambda host, hands: finding or passed("proven"))])
        ]

    def test_one_that_was_never_made_does_not_count(self, site: Site) -> None:
        [found] = verified(self.points(), site.state)
        trial = found.observed[1]
        assert trial.trial
        assert trial.finding.outcome == "skipped"
        assert "--trials" in trial.finding.because
        assert found.outcome == "passed"
        assert not site.state.folder.exists()

    def test_a_plain_verification_makes_none(self, site: Site) -> None:
        def never(host: Host, hands: object) -> Finding:
            raise AssertionError("a trial was made")

        verified([there("one", [sees("a")], [Proves("one.trial", "a trial", never)])], site.state)

    def test_its_finding_is_kept_with_its_date(self, site: Site) -> None:
        verified(self.points(failed("it did not come back")), site.state, hands=FakeHands())
        [found] = verified(self.points(), site.state)
        trial = found.observed[1]
        assert (trial.finding.outcome, trial.finding.evidence) == ("failed", "it did not come back")
        assert "tried on 20" in trial.finding.because
        assert trial.when > 1e9
        assert exit_status([found]) == 1

    def test_a_newer_one_takes_its_place(self, site: Site) -> None:
        for finding in (failed("no"), passed("yes")):
            verified(self.points(finding), site.state, hands=FakeHands())
        assert last_trials(site.state)["one.trial"].finding.outcome == "passed"

    def test_one_that_was_skipped_leaves_the_last_finding(self, site: Site) -> None:
        verified(self.points(passed("yes")), site.state, hands=FakeHands())
        depends = Proves("one.trial", "a trial", lambda host, hands: passed("no"), after=("a",))
        [found] = verified([there("one", [sees("a", failed("red"))], [depends])], site.state, hands=FakeHands())
        assert found.observed[1].finding.outcome == "skipped"
        assert last_trials(site.state)["one.trial"].finding.evidence == "yes"

    def test_one_that_was_skipped_when_it_was_due_counts_as_never_made(self, site: Site) -> None:
        [found] = verified(self.points(), site.state, hands=FakeHands())
        remember_trial(site.state, "one.trial", Tried(Finding("skipped", "", "a is red"), 0.0, 0.0))
        [found] = verified(self.points(), site.state)
        assert "never tried" in found.observed[1].finding.because

    def test_one_that_lacks_what_nobody_has_is_skipped_and_nothing_is_wrong(self, site: Site) -> None:
        never = Proves("one.trial", "a trial", lambda host, hands: failed("it was made"), wanting="nobody knows it")
        [found] = verified([there("one", [sees("a")], [never])], site.state, hands=FakeHands())
        assert found.observed[1].finding == Finding("skipped", "", "nobody knows it")
        assert exit_status([found]) == 0

    def test_one_of_a_checkpoint_not_reached_is_not_made(self, site: Site) -> None:
        def never(host: Host, hands: object) -> Finding:
            raise AssertionError("a trial was made")

        points = [point("one", [site.file("missing")], [], [Proves("one.trial", "a trial", never)])]
        [found] = verified(points, site.state, hands=FakeHands())
        assert found.observed[0].finding.outcome == "skipped"

    @pytest.mark.parametrize("text", ["", "nonsense", "[]", "null"])
    def test_what_was_kept_and_cannot_be_read_is_as_if_never_made(self, site: Site, text: str) -> None:
        site.state.make()
        site.state.trials.write_text(text)
        assert last_trials(site.state) == {}
        [found] = verified(self.points(), site.state)
        assert found.observed[1].finding.outcome == "skipped"

    def test_what_the_version_before_kept_is_read(self, site: Site) -> None:
        site.state.make()
        kept = """{
 "one.trial": {
  "outcome": "failed", "evidence": "it stayed away", "seconds": 1.5, "when": 1760000000.25,
  "cause": {"id": "gone", "text": "It is gone."},
  "remedy": {"text": "Start it.", "commands": ["true"], "step": "", "safe": true}
 },
 "other.trial": {"outcome": "passed", "evidence": "fine", "seconds": 0.5, "when": 1760000000.5, "cause": null,
  "remedy": {"text": "Nothing.", "commands": []}},
 "warned.trial": {"outcome": "warned", "evidence": "slow", "seconds": 0.5, "when": 1760000000.5},
 "other-word.trial": {"outcome": "superb", "evidence": "?", "seconds": 0.5, "when": 1760000000.5},
 "damaged.trial": {"evidence": "no outcome"}
}"""
        site.state.trials.write_text(kept)
        remedy = Remedy("Start it.", ("true",), "", True)
        tried = Tried(Finding("failed", "it stayed away", "", Cause("gone", "It is gone."), remedy), 1.5, 1760000000.25)
        found = last_trials(site.state)
        assert found["one.trial"] == tried
        assert found["other.trial"].finding.remedy == Remedy("Nothing.")
        assert found["warned.trial"].finding == Finding("warning", "slow")
        assert not {"damaged.trial", "other-word.trial"} & {*found}
        remember_trial(site.state, "other.trial", tried)
        assert last_trials(site.state) == {
            "one.trial": tried,
            "other.trial": tried,
            "warned.trial": found["warned.trial"],
        }

    def test_all_may_read_what_is_kept(self, site: Site) -> None:
        [found] = verified(self.points(), site.state, hands=FakeHands())
        remember_trial(site.state, "one.trial", Tried(found.observed[1].finding, 0.1, 2.0))
        assert site.state.trials.stat().st_mode & 0o777 == 0o644

    def test_what_a_program_printed_of_a_secret_is_not_kept(self, site: Site) -> None:
        confidential.remember([Secret("db_password", "d786o52LCmiVwx")])
        cause = Cause("job-failed", "It fails: 'PASSWORD': 'd786o52LCmiVwx'")
        remedy = Remedy("Not d786o52LCmiVwx.", ("echo d786o52LCmiVwx",))
        remember_trial(
            site.state, "one.trial", Tried(Finding("failed", "it said d786o52LCmiVwx", "", cause, remedy), 1, 2)
        )
        confidential.forget()
        kept = site.state.trials.read_text()
        assert "d786o52LCmiVwx" not in kept
        assert kept.count(MASK) == 4


def test_each_finding_is_told_as_it_comes() -> None:
    told: list[str] = []
    verified([there("one", [sees("a"), sees("b")])], tell=lambda one: told.append(one.probe.id))
    assert told == ["a", "b"]


def test_nothing_is_written(site: Site) -> None:
    verified([there("one", [sees("a")])], site.state)
    assert not site.state.folder.exists()


def test_what_has_nothing_to_look_at_here_leaves_the_outcome_as_it_is() -> None:
    found = verified([there("one", [sees("a")]), there("two", [NotApplicable("b", "t", "no such program")])])
    assert [one.outcome for one in found] == ["passed", "skipped"]
    assert (outcome(found), exit_status(found)) == ("passed", 0)
    found = verified([there("one", [sees("a", warning("look")), NotApplicable("b", "t", "no such program")])])
    assert outcome(found) == "warning"
