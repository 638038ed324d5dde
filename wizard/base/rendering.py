"""Render files from templates, quoting values by the target's syntax; secrets are revealed only in the file itself."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from wizard.base.language import _
from wizard.base.resources import templates
from wizard.base.secret import MASK, Secret
from wizard.base.values import Value, field

if TYPE_CHECKING:
    from jinja2 import Environment


# Renders one secret: the secret, its quoting function, and the name of that quoting.
Place = Callable[[Secret, Callable[[Any], str], str], str]
PLACE = "_place"


class Body(Protocol):
    """The contents of a file: for the disk, redacted for display, or with placeholders for a script."""

    def render(self) -> bytes:
        """Return the bytes to write to the disk, secrets included."""

    def redacted(self) -> str:
        """Return the text with every secret masked."""

    def with_placeholders(self) -> str:
        """Return the text with `@@VARIABLE:quoting@@` in place of every secret."""

    @property
    def confidential(self) -> bool:
        """Whether it contains a secret."""


class Text(Value):
    """A body of plain text, which contains no secret."""

    text: str

    def render(self) -> bytes:
        """Return the text encoded as UTF-8."""
        return self.text.encode()

    def redacted(self) -> str:
        """Return the text unchanged."""
        return self.text

    def with_placeholders(self) -> str:
        """Return the text unchanged."""
        return self.text

    @property
    def confidential(self) -> bool:
        """Always false."""
        return False


class Rendered(Value):
    """A body rendered from a template in `folder`, a guide's own, or else in `templates/`.
    Rendering raises `ValueError` for a value that the target's syntax cannot express."""

    template: str
    values: Mapping[str, Any] = field(hash=False)
    folder: Path | None = None

    def render(self) -> bytes:
        """Return the rendered file with its secrets."""
        return self._render(lambda secret, quoted, name: quoted(secret.reveal())).encode()

    def redacted(self) -> str:
        """Return the rendered file with every secret masked."""
        return self._render(lambda secret, quoted, name: quoted(MASK))

    def with_placeholders(self) -> str:
        """Return the rendered file with a placeholder for every secret, to be filled in at run time."""
        return self._render(lambda secret, quoted, name: f"@@{secret.variable}:{name}@@")

    @property
    def confidential(self) -> bool:
        """Whether any of its values is a secret."""
        return any(isinstance(value, Secret) for value in self.values.values())

    def _render(self, place: Place) -> str:
        template = environment(self.folder).get_template(self.template)
        from jinja2 import UndefinedError

        try:
            return template.render(**self.values, **{PLACE: place})
        except UndefinedError as error:
            # Its own message names the value alone.
            raise UndefinedError(f"{self.template}: {error.message}") from error


def from_template(template: str, /, **values: Any) -> Rendered:
    """Return a body rendered from Jalon's template with these values."""
    return Rendered(template, values)


def hash_of(data: bytes) -> str:
    """Return the SHA-256 of a file's contents in hexadecimal."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def redact(data: bytes, body: Body | None, told: str | None = None) -> str:
    """Return a file from the disk, redacted. If `body`, which is generated in its place, contains secrets, only lines
    that also occur in it or in `told`, the version redacted earlier, are kept; every other line is replaced by a note.
    Without a body, a mask in `told` means that the file contains secrets."""
    text = data.decode(errors="replace")
    if not (body.confidential if body else told is None or MASK in told):
        return text
    lines = (
        dict(zip(*(one.splitlines() for one in (body.render().decode(), body.redacted())), strict=False))
        if body
        else {}
    )
    lines = {line: line for line in (told or "").splitlines()} | lines
    hidden = _("(a line that is not shown: this file holds secrets)")
    return "".join(f"{lines.get(line, hidden)}\n" for line in text.splitlines())


def _refuse(kind: str, value: str) -> None:
    raise ValueError(f"{value!r} cannot stand in {kind}")


def python_literal(value: Any) -> str:
    """Quote a string, number, boolean or list of them as a Python literal."""
    return repr(list(value)) if isinstance(value, tuple | list) else repr(value)


def nginx_string(value: Any) -> str:
    """Quote a string for nginx's configuration. Raises `ValueError` for `$` and control characters, which nginx cannot
    escape."""
    text = str(value)
    if re.search(r"[\x00-\x1f\x7f$]", text):
        _refuse("nginx's configuration", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def systemd_word(value: Any) -> str:
    """Quote one word for a unit file (systemd.syntax(7), "Quoting"; systemd.unit(5), "Specifiers"). Raises `ValueError`
    for control characters."""
    text = str(value)
    if re.search(r"[\x00-\x1f\x7f]", text):
        _refuse("a unit file", text)
    return '"' + text.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'


def cron_command(value: Any) -> str:
    """Escape a command for a crontab, where `%` ends it (crontab(5)). Raises `ValueError` for control characters and
    for `%` after a backslash, which cron cannot express."""
    text = str(value)
    if re.search(r"[\x00-\x1f\x7f]|(?<!\\)(?:\\\\)*\\%", text):
        _refuse("a crontab", text)
    return text.replace("%", "\\%")


def shell_word(value: Any) -> str:
    """Quote one word for a POSIX shell. Raises `ValueError` for a NUL."""
    text = str(value)
    if "\0" in text:
        _refuse("a shell word", text)
    return shlex.quote(text)


def toml_string(value: Any) -> str:
    """Quote a TOML basic string."""
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


QUOTING: Mapping[str, Callable[[Any], str]] = {
    "python_literal": python_literal,
    "nginx_string": nginx_string,
    "systemd_word": systemd_word,
    "cron_command": cron_command,
    "shell_word": shell_word,
    "toml_string": toml_string,
}


@lru_cache
def environment(folder: Path | None = None) -> Environment:
    """Return the Jinja2 environment for a folder of templates, with Jalon's own templates as a fallback. Rendering a
    secret without a quoting filter raises `TypeError`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
    from jinja2.runtime import Context

    def finalize(value: Any) -> Any:
        if isinstance(value, Secret):
            raise TypeError(f"{value.name} stands in a template without a quoting filter")
        return value

    def quoting(name: str, quoted: Callable[[Any], str]) -> Callable[[Context, Any], str]:
        @pass_context
        def apply(context: Context, value: Any) -> str:
            if not isinstance(value, Secret):
                return quoted(value)
            place: Place = context[PLACE]
            return place(value, quoted, name)

        return apply

    made = Environment(
        loader=FileSystemLoader([*filter(None, [folder]), templates()]),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - no target is HTML; each has its own filter
        finalize=finalize,
    )
    made.filters.update({name: quoting(name, quoted) for name, quoted in QUOTING.items()})
    return made
