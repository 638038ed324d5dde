"""What `fix` carries out of a remedy's commands: nothing as root that names what somebody else may exchange."""

from __future__ import annotations

import os
import pwd
from pathlib import Path

import pytest

from wizard.changes.change import Failed
from wizard.changes.files import HandedOver
from wizard.changes.ran import Ran
from wizard.walk.remedies import change_of

NOBODY = pwd.getpwnam("nobody")
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="root alone changes what is another's")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of `nobody`, a link in it that leads to /etc, and one of root's that leads into it."""
    made = tmp_path / "home"
    made.mkdir()
    (made / "d").symlink_to("/etc")
    (tmp_path / "site").symlink_to(made / "site.conf")
    for path in (made, made / "d"):
        os.lchown(path, NOBODY.pw_uid, NOBODY.pw_gid)
    return made


def runs(command: str) -> bool:
    change = change_of(command, root=True)
    assert isinstance(change, Ran) and change.words == ("sh", "-c", command)
    return True


@pytest.mark.parametrize(
    "command",
    [
        "chown demo {home}/d/shadow",
        "chown -h demo {home}/d/shadow; true",
        "chown -R demo:demo {home}",
        "chmod 0750 {home}",
        "chmod o+r {home}/x",
        "install -d -o demo {home}/d/x",
        "rm -rf {home}/d/x",
        "cp /etc/shadow {home}/x",
        "sed -i s/a/b/ {home}/.bashrc",
        "tee <{home}/x",
        "x=1 sh {home}/x",
        "python3 --file={home}/x",
        "runuser -u root -- chmod 0750 {home}",
        "runuser -u nobody -- true; chmod 0750 {home}",
        "systemctl restart x; chmod 0750 {home}",
        "systemctl restart $(cat {home}/x)",
        "chmod o+r {base}/site",
        "echo 'unbalanced {home}/x",
        "( crontab -u demo -l; cat {home}/x ) | crontab -u demo -",
        "( crontab -u demo -l; printf '%s' x >{home}/x ) | crontab -u demo -",
        "( crontab -u demo -l | grep -vxF -f {home}/x ) | crontab -u demo -",
        "crontab -u demo {home}/x",
        "git -C {home} checkout x",
    ],
)
def test_root_touches_nothing_foreign(home: Path, command: str) -> None:
    with pytest.raises(Failed, match="is not carried out as root"):
        change_of(command.format(home=home, base=home.parent), root=True)


@pytest.mark.parametrize(
    "command",
    [
        "runuser -u nobody -- chmod 0750 {home}",
        "runuser -u nobody -- mkdir -m 0700 {home}/log",
        "runuser -u nobody -- rm -f {home}/x.sock",
        "systemctl restart nginx.service",
        "nginx -t",
        "rm {base}/site",
        "chmod 0440 /etc/sudoers",
        "chown root:root /etc/sudoers",
        "( crontab -u demo -l 2>/dev/null; printf '%s\\n' '* * * * * x >> {home}/log 2>&1' ) | crontab -u demo -",
        "( crontab -u demo -l | grep -vxF -e 'a {home}/x'; printf '%s\\n' 'it'\"'\"'s {home}/x' ) | crontab -u demo -",
        "echo 'fr_FR.UTF-8 UTF-8' >> /etc/locale.gen",
        "useradd --home-dir {home} demo",
    ],
)
def test_what_is_root_s_is_root_s_to_do(home: Path, command: str) -> None:
    assert runs(command.format(home=home, base=home.parent))


def test_what_root_left_is_handed_over_by_a_descriptor(home: Path) -> None:
    path = f"{home}/queries.log"
    for owner in ("nobody", "nobody:nobody"):
        assert change_of(f"chown -h {owner} {path}", root=True) == HandedOver(path, "nobody")


def test_one_s_own_is_done_as_it_is(home: Path) -> None:
    change = change_of(f"chmod 0750 {home}", root=False)
    assert isinstance(change, Ran)
