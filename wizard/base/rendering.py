"""Files made from templates: quoting by the target's own rules, secrets revealed only where they are placed."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from wizard.base.language import _
from wizard.base.resources import templates
from wizard.base.secret import MASK, Secret
from wizard.base.values import Value

if TYPE_CHECKING:
    from jinja2 import Environment


# How a secret is placed: the secret, its quoting, and the quoting's name.
Place = Callable[[Secret, Callable[[Any], str], str], str]
PLACE = "_place"


class Body(Protocol):
    """The contents of a file: whole for the disk, with masks for the eyes, with placeholders for a script."""

    def render(self) -> bytes:
        """What lands on the disk."""

    def redacted(self) -> str:
        """The same with every secret masked."""

    def with_placeholders(self) -> str:
        """The same with `@@VARIABLE:quoting@@` in place of every secret."""

    @property
    def confidential(self) -> bool:
        """Whether it holds a secret."""


class Text(Value):
    """A body that is just text."""

    text: str

    def render(self) -> bytes:
        """The text."""
        return self.text.encode()

    def redacted(self) -> str:
        """The text."""
        return self.text

    def with_placeholders(self) -> str:
        """The text."""
        return self.text

    @property
    def confidential(self) -> bool:
        """Plain text holds none."""
        return False


class Rendered(Value):
    """A body from `templates/`, or from a folder of templates that a guide brings, where that has the template.
    Raises `ValueError` for a value that the target cannot hold."""

    template: str
    values: Mapping[str, Any] = field(hash=False)
    folder: Path | None = None

    def render(self) -> bytes:
        """What lands on the disk, secrets in it."""
        return self._render(lambda secret, quoted, name: quoted(secret.reveal())).encode()

    def redacted(self) -> str:
        """With every secret masked."""
        return self._render(lambda secret, quoted, name: quoted(MASK))

    def with_placeholders(self) -> str:
        """With a placeholder for every secret, for whoever fills them in at run time."""
        return self._render(lambda secret, quoted, name: f"@@{secret.variable}:{name}@@")

    @property
    def confidential(self) -> bool:
        """Whether any of its values is a secret."""
        return any(isinstance(value, Secret) for value in self.values.values())

    def _render(self, place: Place) -> str:
        return environment(self.folder).get_template(self.template).render(**self.values, **{PLACE: place})


def from_template(template: str, /, **values: Any) -> Rendered:
    """The body that a template gives with these values and no others."""
    return Rendered(template, values)


def hash_of(data: bytes) -> str:
    """The hash by which generated files are told apart."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


def redact(data: bytes, body: Body | None, told: str | None = None) -> str:
    """What stands on a disk in place of `body`, as eyes may see it: where that holds secrets, only the lines that it
    shows itself, and those of `told`, which was shown before. Without a body, masks in `told` say that it held some."""
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
    """A Python literal of text, a number, a truth value or a list of them."""
    return repr(list(value)) if isinstance(value, tuple | list) else repr(value)


def nginx_string(value: Any) -> str:
    """A quoted string of nginx's configuration; nginx has no way to write a dollar or a line's end in one."""
    text = str(value)
    if re.search(r"[\x00-\x1f\x7f$]", text):
        _refuse("nginx's configuration", text)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def systemd_word(value: Any) -> str:
    """One word of a unit file (systemd.syntax: quoting; systemd.unit: specifiers)."""
    text = str(value)
    if re.search(r"[\x00-\x1f\x7f]", text):
        _refuse("a unit file", text)
    return '"' + text.replace("%", "%%").replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$") + '"'


def cron_command(value: Any) -> str:
    """A command in a crontab, where a percent sign ends it (crontab(5)); there is no way to write one after a
    backslash."""
    text = str(value)
    if re.search(r"[\x00-\x1f\x7f]|(?<!\\)(?:\\\\)*\\%", text):
        _refuse("a crontab", text)
    return text.replace("%", "\\%")


def shell_word(value: Any) -> str:
    """One word of a POSIX shell, which no NUL can be part of."""
    text = str(value)
    if "\0" in text:
        _refuse("a shell word", text)
    return shlex.quote(text)


def toml_string(value: Any) -> str:
    """A TOML basic string."""
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
    """The one Jinja2 environment of a folder of templates, behind which Jalon's own are found. A secret that passes no
    quoting filter is an error, not a mask on the disk."""
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
