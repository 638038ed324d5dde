"""What a guide is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from importlib import import_module
from typing import TYPE_CHECKING, Any

from wizard.answers.found import Found
from wizard.answers.questions import Answers, Question
from wizard.base.values import Value
from wizard.host.facts import Facts

if TYPE_CHECKING:
    from wizard.findings.probe import Probe, Trial
    from wizard.host.reading import Host
    from wizard.steps.step import Step


class Checkpoint(Value):
    """A point of the guide at which something holds that can be proven.

    `absent` are the probes that stand for it where the instance may do without it, and none of its steps was ever
    taken; without any, not having come so far is a failure.
    """

    id: str
    title: str
    objective: str
    steps: Sequence[Step] = ()
    probes: Sequence[Probe] = ()
    trials: Sequence[Trial] = ()
    absent: Sequence[Probe] = ()


class Arrival(Value):
    """What awaits whoever has walked a guide to its end.

    `address` is the one to open; `account` the first account's name, and `account_secret` the key of the answer that is
    its password; `logo` the path of a picture below the address; `running` the ids of the probes that look at what must
    run; `backups` and `next` are words: where and when, and what comes next in the document.
    """

    address: str = ""
    account: str = ""
    account_secret: str = ""
    logo: str = ""
    running: Sequence[str] = ()
    backups: str = ""
    next: str = ""


class Circumstances(Value):
    """What the checkpoints of an instance go by beside its answers.

    `by_hand`: somebody else installed it, without Jalon. `beyond` is what was found of it then that no answer says, by
    words of its guide. `update_since` (seconds since the epoch): code whose receipt is older is moved to what its
    revision stands for now; 0 leaves it.
    """

    by_hand: bool = False
    unsupported: Mapping[str, str] = field(default_factory=dict, hash=False)
    update_since: float = 0.0


class Needs(Value):
    """What a guide asks of a machine: one of these package managers (none: it installs no packages), and at least so
    many bytes of memory and disk."""

    managers: Sequence[str] = ()
    memory: int = 0
    disk: int = 0


class Guide(Value):
    """An installation guide: its questions, and for given answers its checkpoints in order.

    `instance_key` is the answer that names an instance, or empty for a guide of which a host has one. `state` is the
    folder of the state where that is within the instance, whose name is then a folder too. `root` says that changing
    takes root, `by_defaults` that the defaults alone make an instance worth having.
    `discover` finds the instances that somebody installed by hand, and the answers that a host gives of itself.
    `retired` are the keys of questions that an older version asked, each with the only answer that it took: files and
    states that hold it are read, and any other answer to it is refused.
    `api` is the version of `wizard.api` that a guide from outside is written for.

    What it brings of its own is named as `module:name`, and loaded when it is needed: in `readers`, by family, the
    function that answers its readings of that family (none that Jalon has itself); in `kinds`, the changes that its
    undos may hold beside Jalon's own. `needs` is what is said of a machine before the guide is begun.
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

    def instance(self, answers: Mapping[str, Any]) -> str:
        """The name of the instance that these answers are for."""
        return str(answers[self.instance_key]) if self.instance_key else "default"


def late(module: str, name: str) -> Callable[..., Any]:
    """A function of a module that is loaded when it is first called: a command about one guide has no use for the
    others, nor a verification for the end."""

    def called(*given: Any) -> Any:
        return getattr(import_module(module), name)(*given)

    return called
