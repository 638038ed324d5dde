"""The parts of a guide: checkpoints, requirements, and the guide itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from wizard.answers.found import Found
from wizard.answers.questions import Answers, Question
from wizard.base.values import Value, field
from wizard.host.facts import Facts

if TYPE_CHECKING:
    from wizard.findings.probe import Probe, Trial
    from wizard.host.reading import Host
    from wizard.steps.step import Step


class Checkpoint(Value):
    """A section of the guide: the steps to apply, and the probes and trials that prove it.

    `absent` are the probes that replace its own where the instance may do without it and none of its steps was applied;
    without any, a checkpoint not reached is a failure. `needs` are ids of probes of earlier checkpoints: while one of
    them has failed, a repair carries out none of the steps.
    """

    id: str
    title: str
    objective: str
    steps: Sequence[Step] = ()
    probes: Sequence[Probe] = ()
    trials: Sequence[Trial] = ()
    absent: Sequence[Probe] = ()
    needs: Sequence[str] = ()


class Arrival(Value):
    """What to show at the end of a guide.

    `address` is the URL to open; `account` the name of the first account, and `account_secret` the key of the answer
    that is its password; `logo` the path of an image below the address; `running` the ids of the probes of running
    services; `elsewhere` (how another machine reaches it), `backups` (where and when) and `next` (the next chapter of
    the document) are texts.
    """

    address: str = ""
    account: str = ""
    account_secret: str = ""
    logo: str = ""
    running: Sequence[str] = ()
    elsewhere: str = ""
    backups: str = ""
    next: str = ""


class Circumstances(Value):
    """Input for the checkpoints of an instance besides its answers.

    `by_hand`: it was installed without Jalon. `beyond` is what was discovered of it that no answer covers, by keys of
    its guide. `update_since` (seconds since the epoch): code with an older receipt is updated to the current commit of
    its revision; 0 updates nothing.
    """

    by_hand: bool = False
    unsupported: Mapping[str, str] = field(default_factory=dict, hash=False)
    update_since: float = 0.0


class Needs(Value):
    """What a guide requires of a machine: one of these package managers (empty: none needed), and at least this much
    memory and disk, in bytes."""

    managers: Sequence[str] = ()
    memory: int = 0
    disk: int = 0


class Guide(Value):
    """An installation guide: its questions, and for given answers its checkpoints in order.

    `instance_key` is the key of the answer that names an instance, "" for a guide with one instance per host. `state`
    is the folder of the state below the instance, whose name is then a folder too; "" is for the usual place.
    `root`: changes need root. `by_defaults`: an instance may be made from default answers only.
    `discover` finds the instances installed by hand, with their answers. `retired` maps the keys of questions of older
    versions to the only answer still accepted for them. `api` is the version of `wizard.api` that an outside guide is
    written for.

    `readers` maps a family of the guide's own readings to the function that answers them, and `kinds` are the guide's
    own changes that an undo may contain, each as `module:name`, imported when needed. `needs` is checked before the
    guide begins. `updates`: a probe (`UpdatesPending`) asks which updates wait, the slowest of all readings, which
    is then begun before the guide's own code is loaded.
    """

    id: str
    title: Callable[[], str]
    summary: Callable[[], str]
    questions: Callable[[], Sequence[Question]]
    checkpoints: Callable[[Answers, Facts, Circumstances], Sequence[Checkpoint]] = field(repr=False)
    instance_key: str = ""
    state: str = ""
    root: bool = True
    by_defaults: bool = False
    arrival: Callable[[Answers, Facts], Arrival] | None = field(default=None, repr=False)
    discover: Callable[[Host], Sequence[Found]] | None = field(default=None, repr=False)
    retired: Mapping[str, str | bool] = field(default_factory=dict, hash=False)
    api: int = 0
    readers: Mapping[str, str] = field(default_factory=dict, hash=False, repr=False)
    kinds: Sequence[str] = ()
    needs: Needs = Needs()
    updates: bool = False

    def instance(self, answers: Mapping[str, Any]) -> str:
        """The name of the instance with these answers."""
        return str(answers[self.instance_key]) if self.instance_key else "default"


def late(module: str, name: str) -> Callable[..., Any]:
    """A stand-in for a function whose module is imported at the first call, to keep the start of commands fast."""

    def called(*given: Any) -> Any:
        return getattr(import_module(module), name)(*given)

    return called
