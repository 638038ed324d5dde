"""Changes of Python environments, made as the user who owns them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from wizard.base.language import _
from wizard.base.rendering import shell_word
from wizard.base.values import field
from wizard.changes.change import Change, Failed, Hands, Keep, Typed
from wizard.changes.files import TreeRemoved
from wizard.changes.receipts import Receipt, leave_receipt
from wizard.host.environments import Environment, EnvironmentAt
from wizard.host.files import Entry, EntryAt
from wizard.host.interpreters import minor_of
from wizard.host.overlay import Effect, Hides, Sets
from wizard.host.reading import Host

NULL_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
# Lets Poetry use a mirror that has no JSON interface, as those of companies.
MIRROR_PLUGIN = "poetry-plugin-pypi-mirror"
STALE = ("files", "environments")


class EnvironmentMade(Change):
    """Create a virtual environment with that interpreter, and install these projects in it."""

    kind: ClassVar[str] = "EnvironmentMade"
    fetches: ClassVar[bool] = True
    path: str
    projects: tuple[str, ...]
    user: str
    python: str = "python3"
    index: str = ""
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("make the environment {path} with {names}").format(path=self.path, names=", ".join(self.projects))

    @property
    def _pip(self) -> tuple[str, ...]:
        index = ("--index-url", self.index) if self.index else ()
        return (f"{self.path}/bin/python", "-m", "pip", "install", "--no-input", *index, *self.projects)

    def carry_out(self, hands: Hands) -> None:
        """Run `venv --clear`, which removes what an interrupted run left, then pip."""
        hands.run(("mkdir", "-p", "--", self.path), user=self.user)
        hands.run((self.python, "-m", "venv", "--clear", self.path), user=self.user)
        hands.run(self._pip, user=self.user, cwd=self.path)

    def effect(self, host: Host) -> Iterable[Effect]:
        versions = dict(project.partition("==")[::2] for project in self.projects)
        yield Hides(self.path, _("known once the environment is made"))
        yield Sets(EntryAt(self.path), Entry("directory", self.user, self.user, 0o755, changed=host.clock))
        yield Sets(EnvironmentAt(self.path), Environment(host.facts.python, "/usr/bin", versions))

    def typed(self) -> Sequence[Typed]:
        words = (f"{self.python} -m venv {shell_word(self.path)}", " ".join(map(shell_word, self._pip)))
        return tuple(Typed(line, self.user) for line in words)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the environment, when data is removed too."""
        return (TreeRemoved(self.path),)


class PoetryInstalled(Change):
    """Install the packages of a checkout's lock file with Poetry, for the given groups and extras; with the interpreter
    `python`, where it is not the one that runs Poetry."""

    kind: ClassVar[str] = "PoetryInstalled"
    fetches: ClassVar[bool] = True
    checkout: str
    home: str
    user: str
    environment: str
    without: tuple[str, ...]
    extras: tuple[str, ...] = ()
    index: str = ""
    receipt: Receipt | None = field(default=None, hash=False)
    python: str = ""
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("install what {checkout} needs into its environment").format(checkout=self.checkout)

    @property
    def words(self) -> tuple[str, ...]:
        """The command line."""
        groups = tuple(f"--without={name}" for name in self.without)
        extras = tuple(word for extra in self.extras for word in ("-E", extra))
        return (
            f"{self.home}/.local/bin/poetry",
            "install",
            "--no-root",
            "--no-interaction",
            "--no-ansi",
            *groups,
            *extras,
        )

    @property
    def _pip(self) -> str:
        """Poetry's own pip."""
        return f"{self.home}/.local/share/pypoetry/venv/bin/pip"

    def carry_out(self, hands: Hands) -> None:
        """`poetry install`; where the index is a mirror without a JSON interface, again through the mirror plugin."""
        env = dict(NULL_KEYRING)
        if self.index:
            self._mirror(hands, self.index)
            env["POETRY_PYPI_MIRROR_URL"] = self.index
        if self.python:
            hands.run(self._use, user=self.user, cwd=self.checkout, env=NULL_KEYRING)
        try:
            hands.run(self.words, user=self.user, cwd=self.checkout, env=env)
        except Failed as failure:
            if self.index or "installation candidates" not in failure.output:
                raise
            index = self._index_of_pip(hands)
            self._mirror(hands, index)
            hands.run(self.words, user=self.user, cwd=self.checkout, env={**env, "POETRY_PYPI_MIRROR_URL": index})
        if self.receipt:
            leave_receipt(hands, self.receipt, self.user)

    @property
    def _use(self) -> tuple[str, ...]:
        """What makes the environment with that interpreter, and has Poetry use it from then on."""
        return (f"{self.home}/.local/bin/poetry", "env", "use", "--no-interaction", "--no-ansi", self.python)

    def _mirror(self, hands: Hands, index: str) -> None:
        hands.run((self._pip, "install", "--no-input", "--index-url", index, MIRROR_PLUGIN), user=self.user)

    def _index_of_pip(self, hands: Hands) -> str:
        """The simple index that pip itself would use: what works for it works for the plugin."""
        return hands.run(("sh", "-c", f"echo {self._asks_pip}"), user=self.user).strip()

    @property
    def _asks_pip(self) -> str:
        """Words of a shell that stand for the simple index of pip, its own default known to itself alone."""
        venv = f"{self.home}/.local/share/pypoetry/venv/bin"
        default = f"{venv}/python -c 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)'"
        return f"${{PIP_INDEX_URL:-$({self._pip} config get global.index-url 2>/dev/null || {default})}}"

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.environment, _("known once the environment is made"))
        yield Sets(EntryAt(self.environment), Entry("directory", self.user, self.user, 0o755, changed=host.clock))
        minor = minor_of(self.python, host.facts) if self.python else host.facts.python
        yield Sets(EnvironmentAt(self.environment), Environment(minor, "/usr/bin", {"*": "*"}))
        if self.receipt:
            yield from self.receipt.effect(host, self.user)

    def typed(self) -> Sequence[Typed]:
        """As typed; where only pip knows the mirror, the second way follows the first one's failure here too."""
        go, words = f"cd {shell_word(self.checkout)} &&", " ".join(map(shell_word, self.words))
        plugin = f"{shell_word(self._pip)} install --no-input"
        first = (Typed(f"{go} {' '.join(map(shell_word, self._use))}", self.user),) if self.python else ()
        if self.index:
            index = shell_word(self.index)
            lines = (
                f"{plugin} --index-url {index} {MIRROR_PLUGIN}",
                f"{go} POETRY_PYPI_MIRROR_URL={index} {words}",
            )
            return (*first, *(Typed(line, self.user) for line in lines))
        again = f"index={self._asks_pip} && {plugin} {MIRROR_PLUGIN} && POETRY_PYPI_MIRROR_URL=$index {words}"
        return (*first, Typed(f"{go} {{ {words} || {{ {again}; }}; }}", self.user))

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the environment, when data is removed too."""
        return (TreeRemoved(self.environment),)


class LockInstalled(Change):
    """A virtual environment that holds what a Poetry lock file names, by pip, every file by its hash, and what the
    requirements in `besides` name. `reader` is the program that prints the lock as requirements."""

    kind: ClassVar[str] = "LockInstalled"
    fetches: ClassVar[bool] = True
    path: str
    checkout: str
    user: str
    reader: str
    besides: str
    left_out: tuple[str, ...] = ()
    index: str = ""
    receipt: Receipt | None = field(default=None, hash=False)
    stale: ClassVar[tuple[str, ...]] = STALE

    @property
    def title(self) -> str:
        return _("make the environment {path} with what {checkout} locks").format(
            path=self.path, checkout=self.checkout
        )

    @property
    def _python(self) -> str:
        return f"{self.path}/bin/python"

    @property
    def _reading(self) -> tuple[str, ...]:
        return (self._python, self.reader, self.checkout, *self.left_out)

    def _pip(self, requirements: str) -> tuple[str, ...]:
        # Its cache lies elsewhere in the home, and would stay there.
        quiet = ("--no-input", "--no-cache-dir", "--disable-pip-version-check", "--require-hashes")
        index = ("--index-url", self.index) if self.index else ()
        return (self._python, "-m", "pip", "install", *quiet, *index, "-r", requirements)

    def carry_out(self, hands: Hands) -> None:
        """Run `venv --clear`, which removes what an interrupted run left, then pip."""
        locked = f"{self.path}/locked.txt"
        hands.run(("python3", "-m", "venv", "--clear", self.path), user=self.user)
        script = 'place=$1; shift; "$@" >"$place"'
        hands.run(("sh", "-c", script, "sh", locked, *self._reading), user=self.user)
        for requirements in (locked, self.besides):
            hands.run(self._pip(requirements), user=self.user, cwd=self.path)
        if self.receipt:
            leave_receipt(hands, self.receipt, self.user)

    def effect(self, host: Host) -> Iterable[Effect]:
        yield Hides(self.path, _("known once the environment is made"))
        yield Sets(EntryAt(self.path), Entry("directory", self.user, self.user, 0o755, changed=host.clock))
        yield Sets(EnvironmentAt(self.path), Environment(host.facts.python, "/usr/bin", {"*": "*"}))
        if self.receipt:
            yield from self.receipt.effect(host, self.user)

    def typed(self) -> Sequence[Typed]:
        locked = f"{self.path}/locked.txt"
        lines = (
            f"python3 -m venv {shell_word(self.path)}",
            f"{' '.join(map(shell_word, self._reading))} > {shell_word(locked)}",
            *(" ".join(map(shell_word, self._pip(requirements))) for requirements in (locked, self.besides)),
        )
        return tuple(Typed(line, self.user) for line in lines)

    def undo(self, host: Host, keep: Keep) -> Sequence[Change]:
        """Remove the environment, when data is removed too."""
        return (TreeRemoved(self.path),)
