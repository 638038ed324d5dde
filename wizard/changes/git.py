"""Changes of git checkouts, made as the user who owns them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.addresses import access_of, without_password
from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.rendering import shell_word
from wizard.base.secret import Secret
from wizard.changes.change import Change, Failed, Hands, Keep, Typed
from wizard.changes.files import TreeRemoved
from wizard.host.files import Entry, EntryAt
from wizard.host.git import RECEIPT, Checkout, CheckoutAt
from wizard.host.overlay import Effect, Hides, Sets
from wizard.host.reading import Host

ENVIRONMENT = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=20"}
UNKNOWN_COMMIT = "?"
COMMIT = pattern(r"[0-9a-f]{40}")
# A repository of this machine may belong to somebody else, which git refuses to serve unless it is told.
UPLOAD = "git -c safe.directory=* upload-pack"
# What opens an address comes over standard input into a file without a name, and git asks a helper that reads it there:
# it stands in no argument, no environment and no configuration. Helpers of the user's own would keep it.
ASKED = """
umask 077
kept=$(mktemp) || exit 1
exec 9<>"$kept" && rm -f -- "$kept" && cat >&9 || exit 1
exec </dev/null
helper='!f() { test "$1" != get || cat /proc/self/fd/9; }; f'
where=$1
shift
exec git -c credential.helper= -c "credential.$where.helper=$helper" "$@"
"""


def is_local(source: str) -> bool:
    """Whether a git address is a path on this machine."""
    return source.startswith(("/", "file://"))


def _upload(source: str) -> tuple[str, ...]:
    return ("--upload-pack", UPLOAD) if is_local(source) else ()


def _address(source: str) -> str:
    """Return the address for git; for a plain path, git would ignore `--upload-pack`."""
    return f"file://{source}" if source.startswith("/") else source


def _git(hands: Hands, words: Sequence[str], source: str, access: Secret | None, user: str, cwd: str = "/") -> None:
    """Run git with what opens the address `source`, if that is known."""
    known = access_of(access.reveal(), source) if access else None
    if known is None:
        hands.run(("git", *words), user=user, env=ENVIRONMENT, cwd=cwd)
        return
    told = f"username={known.user}\npassword={known.password}\n"
    hands.run(("sh", "-c", ASKED, "git", known.where, *words), user=user, env=ENVIRONMENT, cwd=cwd, stdin=told)


class Cloned(Change):
    """Clone a repository, check out a revision, and record its commit in a receipt. `access` is what opens its
    address."""

    kind: ClassVar[str] = "Cloned"
    path: str
    source: str
    revision: str
    user: str
    access: Secret | None = None
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("clone {source} into {path}, revision {revision}").format(
            source=self.source, path=self.path, revision=self.revision or _("its own default")
        )

    def carry_out(self, hands: Hands) -> None:
        """Clone to a temporary name, check the revision out, then rename, so that no partial clone is ever in place."""
        aside = f"{self.path}.jalon"
        hands.run(("rm", "-rf", "--", aside), user=self.user)
        words = (
            "clone",
            "--progress",
            "--config",
            "gc.auto=0",
            *_upload(self.source),
            "--",
            _address(self.source),
            aside,
        )
        _git(hands, words, self.source, self.access, self.user)
        put_on(hands, aside, self.revision, self.user)
        hands.run(("mv", "-T", "--", aside, self.path), user=self.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.path, _("known once the code is cloned"))
        yield Sets(EntryAt(self.path), Entry("directory", self.user, self.user, 0o755, changed=host.clock))
        yield Sets(EntryAt(f"{self.path}/.git/{RECEIPT}"), Entry("file", self.user, self.user, changed=host.clock))
        yield Sets(CheckoutAt(self.path), held(self.revision, self.source))

    def typed(self) -> Sequence[Typed]:
        upload = f" --upload-pack {shell_word(UPLOAD)}" if is_local(self.source) else ""
        lines = [f"git clone{upload} -- {shell_word(_address(self.source))} {shell_word(self.path)}"]
        if self.revision:
            lines.append(f"git -C {shell_word(self.path)} checkout {shell_word(self.revision)}")
        return tuple(Typed(line, self.user) for line in lines)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the checkout, when data is removed too."""
        return (TreeRemoved(self.path),)


class CheckedOut(Change):
    """Fetch from the origin and check out a revision."""

    kind: ClassVar[str] = "CheckedOut"
    path: str
    revision: str
    user: str
    source: str
    was: str = ""
    access: Secret | None = None
    stale: ClassVar[tuple[str, ...]] = ("*",)

    @property
    def title(self) -> str:
        return _("put {path} on revision {revision}").format(path=self.path, revision=self.revision)

    def carry_out(self, hands: Hands) -> None:
        """Fetch what is not here, then check out. Raises `Failed` if local modifications conflict."""
        if not self._is_here(hands):
            words = ("-C", self.path, "fetch", "--progress", "--tags", *_upload(self.source), "origin")
            _git(hands, words, self.source, self.access, self.user)
        put_on(hands, self.path, self.revision, self.user)

    def _is_here(self, hands: Hands) -> bool:
        """Whether the revision is a commit that was fetched before, as an undo's is, which knows no password."""
        if not COMMIT.fullmatch(self.revision):
            return False
        words = ("git", "-C", self.path, "rev-parse", "--quiet", "--verify", f"{self.revision}^{{commit}}")
        return hands.run(words, user=self.user, env=ENVIRONMENT, accept=(0, 1, 128)).strip() == self.revision

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.path, _("known once the revision is checked out"))
        yield Sets(EntryAt(self.path), Entry("directory", self.user, self.user, 0o755, changed=host.clock))
        yield Sets(EntryAt(f"{self.path}/.git/HEAD"), Entry("file", self.user, self.user, changed=host.clock))
        yield Sets(EntryAt(f"{self.path}/.git/{RECEIPT}"), Entry("file", self.user, self.user, changed=host.clock))
        yield Sets(CheckoutAt(self.path), held(self.revision, self.source))

    def typed(self) -> Sequence[Typed]:
        place = shell_word(self.path)
        return (
            Typed(f"git -C {place} fetch --tags origin", self.user),
            Typed(f"git -C {place} checkout {shell_word(self.revision)}", self.user),
        )

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Check out the earlier commit."""
        return (CheckedOut(self.path, self.was, self.user, self.source),) if self.was else ()


def held(revision: str, source: str) -> Checkout:
    """Return the planned checkout, whose commit is known only at apply time."""
    return Checkout(
        commit=UNKNOWN_COMMIT,
        origin=source,
        held_revision=revision,
        held_commit=UNKNOWN_COMMIT,
        branch=revision,
    )


def put_on(hands: Hands, path: str, revision: str, user: str) -> None:
    """Check out a revision (branch of the origin, tag or commit) and write its receipt. Raises `Failed` if unknown."""

    def git(*words: str, accept: Sequence[int] = (0,)) -> str:
        return hands.run(("git", "-C", path, *words), user=user, env=ENVIRONMENT, accept=accept).strip()

    if revision:
        for name in (f"refs/remotes/origin/{revision}", f"refs/tags/{revision}", revision):
            commit = git(
                "rev-parse",
                "--quiet",
                "--verify",
                "--end-of-options",
                f"{name}^{{commit}}",
                accept=(0, 1, 128),
            )
            if len(commit) == 40 and all(digit in "0123456789abcdef" for digit in commit):
                break
        else:
            branches = git("for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin").split()
            raise Failed(
                _("{source} has no revision {revision}").format(
                    source=without_password(git("remote", "get-url", "origin")), revision=revision
                ),
                remedy=_("choose one of its branches ({names}), a tag or a commit").format(names=", ".join(branches)),
            )
        if name.startswith("refs/remotes/"):
            git("checkout", "--quiet", "-B", revision, "--track", f"origin/{revision}")
        else:
            git("checkout", "--quiet", "--detach", commit)
    commit = git("rev-parse", "HEAD")
    receipt = json.dumps({"revision": revision, "commit": commit})
    hands.run(("sh", "-c", 'printf "%s\\n" "$2" >"$1"', "sh", f"{path}/.git/{RECEIPT}", receipt), user=user)
