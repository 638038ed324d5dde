"""Validation of generated files by the program that reads them, before they are written."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol

from wizard.base.language import _
from wizard.base.lines import lines_of
from wizard.base.values import Value

if TYPE_CHECKING:
    from wizard.changes.change import Hands


class Validation(Protocol):
    """Validates a file before it is written."""

    def check(self, hands: Hands, path: str, data: bytes) -> None:
        """Return if the file is valid; raises `Failed` with the program's message otherwise."""


def failed(text: str, output: str = "", remedy: str = "") -> Exception:
    """Return the `Failed` of a validation."""
    from wizard.changes.change import Failed

    return Failed(text, output=output, remedy=remedy)


class PythonCompiles(Value):
    """Python compiles the file. The source line is not quoted, because it may contain a secret."""

    def check(self, hands: Hands, path: str, data: bytes) -> None:
        """Compile the file in memory."""
        try:
            compile(data, path, "exec")
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 0
            raise failed(_("{path}, line {line}: not valid Python").format(path=path, line=line)) from None


class NginxAccepts(Value):
    """`nginx -t` accepts a copy of the whole configuration with this file in it."""

    tree: str = "/etc/nginx"
    enabled: str = "sites-enabled"

    def check(self, hands: Hands, path: str, data: bytes) -> None:
        """Copies the tree, points its includes at the copy, tests it without and then with the file.

        Where the tree fails before the file is in it, the foreign file that is wrong is named by nginx itself.
        """
        shadow = hands.scratch() / "nginx"
        hands.run(("cp", "-a", "--", self.tree, str(shadow)))
        # Links that lead back into the tree must lead into the copy.
        script = (
            'find "$2" -type l | while read -r l; do t=$(readlink "$l");'
            ' case $t in "$1"/*) ln -sfn "$2${t#"$1"}" "$l";; esac; done;'
            ' grep -rlZ -- "$1/" "$2" | xargs -0 -r sed -i "s|$1/|$2/|g"'
        )
        hands.run(("sh", "-c", script, "sh", self.tree, str(shadow)))
        test = ("nginx", "-t", "-q", "-c", str(shadow / "nginx.conf"))
        before = hands.run(test, accept=(0, 1))
        if before.strip():
            self._refuse(before, shadow, _("nginx does not accept its configuration as it is now; nothing was placed"))
        text = data.decode().replace(f"{self.tree}/", f"{shadow}/").encode()
        for own in self._places(path):
            place = shadow / own
            hands.remove(str(place))
            hands.write(str(place), text, mode=0o600, owner="root", group="root")
        after = hands.run(test, accept=(0, 1))
        if after.strip():
            self._refuse(after, shadow, _("nginx does not accept {path}; it was not placed").format(path=path))

    def _places(self, path: str) -> tuple[str, ...]:
        """Where the file is to lie in the tree: a site among those that are available and those that are enabled, any
        other where it lies, such as in `conf.d`, which is all that some distributions have."""
        place, name = PurePosixPath(path), PurePosixPath(path).name
        if place.is_relative_to(self.tree) and place.parent.name not in ("sites-available", self.enabled):
            return (str(place.relative_to(self.tree)),)
        return (f"sites-available/{name}", f"{self.enabled}/{name}")

    def _refuse(self, output: str, shadow: Path, text: str) -> None:
        said = output.replace(str(shadow), self.tree)
        emergencies = [line for line in lines_of(said) if "[emerg]" in line]
        if emergencies:
            first = emergencies[0].partition("[emerg]")[2].strip()
            remedy = _("correct the file that nginx names, then run this again")
            raise failed(f"{text}: {first}", output=said, remedy=remedy)


class NginxAcceptsAlone(Value):
    """`nginx -t` accepts this file as a complete configuration, for an nginx that is not the system's."""

    def check(self, hands: Hands, path: str, data: bytes) -> None:
        """Tests a copy; what nginx opens and makes while it tests is what the file says."""
        copy = hands.scratch() / PurePosixPath(path).name
        hands.write(str(copy), data, mode=0o600, owner="root", group="root")
        output = hands.run(("nginx", "-t", "-q", "-e", "stderr", "-c", str(copy)), accept=(0, 1))
        emergencies = [line for line in lines_of(output) if "[emerg]" in line]
        if emergencies:
            first = emergencies[0].partition("[emerg]")[2].strip().replace(str(copy), path)
            text = _("nginx does not accept {path}; it was not placed").format(path=path)
            raise failed(f"{text}: {first}", output=output.replace(str(copy), path))


class SystemdAccepts(Value):
    """`systemd-analyze verify` prints nothing about the file; its exit status is 0 even for warnings.

    `tried` is a command that ends by itself: as `user` in `folder` it must succeed within all that the unit keeps from
    its service, unless it fails without the unit too. So a machine or an application that needs more than the unit
    leaves it keeps the unit that it has.
    """

    instance: str = ""
    tried: tuple[str, ...] = ()
    user: str = ""
    folder: str = "/"

    def check(self, hands: Hands, path: str, data: bytes) -> None:
        """Verify a copy with the name that the unit will have, and try it with another program."""
        name = PurePosixPath(path).name
        if self.instance:
            name = name.replace("@.", f"@{self.instance}.")
        copy = hands.scratch() / name
        hands.write(str(copy), data, mode=0o644, owner="root", group="root")
        output = hands.run(("systemd-analyze", "verify", "--man=no", str(copy)), accept=(0, 1))
        about = [line for line in lines_of(output) if name in line]
        if about:
            text = _("systemd does not accept {path}: {line}").format(path=path, line=about[0])
            raise failed(text.replace(str(copy), path), output=output)
        if self.tried:
            from wizard.changes.unit_trial import try_unit

            try_unit(hands, path, data.decode(), self.instance, self.tried, self.user, self.folder)


class ShellAccepts(Value):
    """`sh -n` accepts the file."""

    def check(self, hands: Hands, path: str, data: bytes) -> None:
        """Parse the script without running it."""
        output = hands.run(("sh", "-n"), stdin=data.decode(), accept=(0, 1, 2))
        if output.strip():
            raise failed(_("{path} is not a valid shell script: {line}").format(path=path, line=lines_of(output)[0]))
