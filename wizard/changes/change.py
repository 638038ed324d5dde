"""The base class of changes, and the interface that they use to change a host."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar, Protocol

from wizard.base.language import _
from wizard.base.rendering import Body
from wizard.base.secret import Secret
from wizard.base.values import Value, field_names, replace
from wizard.host.files import Entry, EntryAt
from wizard.host.overlay import Effect
from wizard.host.reading import Host

Keep = Callable[[str], str]


class Failed(Exception):
    """A change failed: the reason, the remedy, the program's output, and the exit status for the run."""

    def __init__(self, text: str, *, remedy: str = "", output: str = "", status: int = 1) -> None:
        super().__init__(text)
        self.text = text
        self.remedy = remedy
        self.output = output
        self.status = status


class RoleLogin(Value):
    """How to log in to a database of this machine's PostgreSQL as a role."""

    name: str
    password: Secret
    database: str
    port: int = 5432


class Hands(Protocol):
    """The operations with which changes are carried out; implemented by `wizard.carry_out` alone.

    Below a folder that root does not own, files are accessed as the folder's owner, never as root.
    Every method raises `Failed` with a message for the user.
    """

    def run(
        self,
        words: Sequence[str],
        *,
        user: str | None = None,
        cwd: str = "/",
        env: Mapping[str, str | Secret] | None = None,
        stdin: str | None = None,
        deadline: float = 1800,
        accept: Sequence[int] = (0,),
        unread: bool = False,
    ) -> str:
        """Run a program, reporting its output as events, and return the output. `deadline` in seconds; `accept` are the
        exit statuses that are no failure; `unread`: where this process is killed meanwhile, the program goes on to its
        end, though nobody reads its output any more."""

    def read(self, path: str) -> bytes:
        """Return the bytes of a file."""

    def write(self, path: str, data: bytes, *, mode: int, owner: str, group: str) -> None:
        """Write a file atomically, with its owner and mode."""

    def make_directory(self, path: str, *, mode: int, owner: str, group: str) -> None:
        """Create a folder, or set owner and mode of an existing one."""

    def remove(self, path: str) -> None:
        """Remove a file, a link or an empty folder, if it exists."""

    def remove_empty(self, path: str) -> None:
        """Remove a folder, if it exists and is empty."""

    def remove_tree(self, path: str) -> None:
        """Remove a folder with its contents; a link in its place goes, and what it leads to stays."""

    def link(self, path: str, target: str) -> None:
        """Create or replace a symbolic link atomically."""

    def set_mode(self, path: str, mode: int) -> None:
        """Set the permission bits."""

    def hand_over(self, path: str, owner: str) -> None:
        """Give a user a file or folder that root left in that user's own folder, once that is proven."""

    def hand_over_tree(self, path: str, owner: str) -> None:
        """Give a user a folder in one of root's, with its contents; the folder itself last."""

    def take_back(self, path: str, mode: int) -> None:
        """Give a home to root, if it exists, with that mode; not its contents."""

    def restored(self, name: str) -> bytes:
        """Return a file that was kept in the state's `replaced/`."""

    def dump_database(self, name: str, port: int, role: RoleLogin | None = None) -> str:
        """Dump a database into `replaced/` (0600), logged in as that role, and return the file's name there. A `name`
        that starts with a slash is the path of an SQLite file, which needs no role."""

    def run_as_role(
        self,
        words: Sequence[str],
        role: RoleLogin,
        *,
        stdin: str | None = None,
        reads: str = "",
        writes: str = "",
        deadline: float = 1800,
    ) -> str:
        """Run one of PostgreSQL's programs as the user `nobody`, logged in as that role; returns its output. The
        password is in no argument and no environment. `reads` and `writes` are files of root that become its standard
        input and output; the one that is written must exist."""

    def scratch(self) -> Path:
        """Create a private temporary folder, removed at the end of the run."""


class Typed(Value):
    """A change as a shell command, and the user who runs it. `lays` is the body of a file prepared for the command, to
    which `{laid}` refers; `secrets` are those that the command reads from the environment. `path` is what root makes,
    changes or removes with it, where that may lie in a folder of somebody else's (`typed_on`)."""

    text: str
    user: str = "root"
    lays: Body | None = None
    secrets: tuple[Secret, ...] = ()
    path: str = ""

    def fed(self, place: str, runner: str = "root") -> str:
        """The command with the prepared file, a shell's word, in it; for another user than the one who types it, who
        may not read that file, from standard input."""
        if self.user == runner:
            return self.text.replace("{laid}", place)
        # A pipe of that user's own: /dev/stdin is opened anew, with that user's rights.
        return "cat | " + self.text.replace("{laid}", "/dev/stdin")


class Consent(Value):
    """A question asked before a change, and the change made instead if the user refuses or the run is unattended."""

    question: str
    otherwise: Change


class Change(Value, ABC):
    """One change to a host, as a step yields it.

    `kind` identifies the class in the journal and in JSON, and never changes once released, even if the class is
    renamed. `mark` is `+` for a change that creates something, `-` removes, `~` alters, `!` starts or stops a service.
    `stale` are the families of readings that it invalidates; `data`: it destroys users' data; `settles`, if not 0: an
    undo runs it once, after everything else, lower numbers first; `restarts`: it stops a running service, which may
    fail to start again; `fetches`: it fetches something from elsewhere, so that the way out is tested before
    anything begins.
    """

    kind: ClassVar[str]
    mark: ClassVar[str] = "+"
    stale: ClassVar[tuple[str, ...]] = ("files",)
    data: ClassVar[bool] = False
    settles: ClassVar[int] = 0
    restarts: ClassVar[bool] = False
    fetches: ClassVar[bool] = False

    @property
    @abstractmethod
    def title(self) -> str:
        """The change in a few words for the user, without secrets."""

    @abstractmethod
    def carry_out(self, hands: Hands) -> None:
        """Carry the change out. Raises `Failed` if that is impossible."""

    @abstractmethod
    def effect(self, host: Host) -> Iterable[Effect]:
        """Yield the answers that the change gives to readings, for plans."""

    @abstractmethod
    def typed(self) -> Sequence[Typed]:
        """Return the commands with which a person would do it."""

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """What reverses it, in order; read before it is carried out. `keep(path)` sets a copy of a file aside and
        returns its name. Nothing, unless there is something to reverse."""
        return ()

    @property
    def invalidates(self) -> tuple[str, ...]:
        """The families of readings that it invalidates: those of its kind, `stale`, unless each change has its own."""
        return self.stale

    @property
    def consent(self) -> Consent | None:
        """The question to ask first; None for most changes."""
        return None

    @property
    def withdraws(self) -> bool:
        """Whether it removes what an earlier change of its kind and subject made."""
        return False

    @property
    def subject(self) -> str:
        """The thing that is changed: a path, a role, a unit; by default the first field."""
        names = field_names(self)
        first = getattr(self, names[0]) if names else ""
        return first if isinstance(first, str) else " ".join(map(str, first))


def to_data(change: Change) -> dict[str, Any]:
    """Serialise a change for the journal. Raises `TypeError` if it contains a secret."""
    values = {name: getattr(change, name) for name in field_names(change)}
    if any(isinstance(value, Secret) for value in values.values()):
        raise TypeError(f"{change.kind} holds a secret and cannot be written down")
    return {"kind": change.kind, **values}


def from_data(data: Mapping[str, Any], kinds: Mapping[str, type[Change]]) -> Change:
    """Deserialise a change from the journal. Raises `Failed` for an unknown kind, and for one that lacks a value."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    kind = str(values.pop("kind"))
    if kind not in kinds:
        text = _("the journal names a change of a kind that is not known here: {kind}")
        remedy = _("use the version of Jalon, and of the guide, that made the instance")
        raise Failed(text.format(kind=kind), remedy=remedy)
    try:
        return kinds[kind](**values)
    except TypeError as error:
        text = _("the journal names a change that is not whole: {kind}: {error}")
        raise Failed(
            text.format(kind=kind, error=error), remedy=_("correct that line of the journal by hand, or remove it")
        ) from None


def typed_on(change: Change, host: Host) -> tuple[Typed, ...]:
    """The typed forms of a change on that host. What lies in a folder of somebody else's, who may put a link in its
    place, is that one's to make, change or remove, and never root's by its path."""
    return tuple(_by_owner(typed, host) for typed in change.typed())


def _by_owner(typed: Typed, host: Host) -> Typed:
    for folder in reversed(PurePosixPath(typed.path).parents) if typed.path else ():
        entry = host.read(EntryAt(str(folder)))
        if isinstance(entry, Entry) and entry.owner != "root":
            return replace(typed, user=entry.owner if entry.owner != host.facts.user else typed.user)
    return typed
