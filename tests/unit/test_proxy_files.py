"""What a machine is told of proxies and authorities, and who may tell it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.host.proxies import Proxy
from wizard.host.proxy_files import found_in


def laid(root: Path, **files: str) -> Path:
    """A root folder with these files of /etc, by names in which two underscores stand for a slash."""
    for name, text in files.items():
        path = root / "etc" / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o644)
    return root


APT = """\
// Acquire::http::Proxy "http://old:1";
Acquire { http { Proxy "http://cache:3142"; Proxy::inner "DIRECT"; }; https::Proxy "DIRECT"; };
Acquire::https::CaInfo "/etc/site.pem";
"""


def test_what_each_tool_is_told(tmp_path: Path) -> None:
    root = laid(
        tmp_path,
        environment=(
            'PATH="/usr/bin"\nexport https_proxy="http://u:s3cret@px.example:3128/"\nno_proxy=.example.org, 10.1.2.3\n'
        ),
        pip_conf="[global]\nproxy = http://p:1\ncert = /p.pem\n[other]\nproxy = http://no:1\n",
        gitconfig="[http]\n\tproxy = g:2\n\tsslCAInfo = /g.pem\n",
        dnf__dnf_conf="[main]\nproxy=_none_\n",
    )
    (root / "etc/apt/apt.conf.d").mkdir(parents=True)
    (root / "etc/apt/apt.conf.d/90px").write_text(APT)
    (root / "etc/apt/apt.conf.d/90px.dpkg-old").write_text('Acquire::http::Proxy "http://gone:1";')
    (root / ".curlrc").write_text('proxy = "http://c:3"\n--cacert /c.pem\n')
    network = found_in({"HTTP_PROXY": "http://upper:1", "http_proxy": "env:8080"}, root, Path("/"))
    assert [(one.tool, one.scheme, one.address, one.where) for one in network.proxies] == [
        ("", "http", "http://env:8080", ""),
        ("", "https", "http://px.example:3128", "/etc/environment"),
        ("apt", "http", "http://cache:3142", "/etc/apt/apt.conf.d/90px"),
        ("pip", "http", "http://p:1", "/etc/pip.conf"),
        ("pip", "https", "http://p:1", "/etc/pip.conf"),
        ("git", "http", "http://g:2", "/etc/gitconfig"),
        ("git", "https", "http://g:2", "/etc/gitconfig"),
        ("curl", "http", "http://c:3", "/.curlrc"),
        ("curl", "https", "http://c:3", "/.curlrc"),
    ]
    assert [(one.tool, one.path) for one in network.authorities] == [
        ("apt", "/etc/site.pem"),
        ("pip", "/p.pem"),
        ("git", "/g.pem"),
        ("curl", "/c.pem"),
    ]
    assert network.readable == ("/etc/environment",)
    assert [network.spared(one) for one in ("a.example.org", "localhost", "10.1.2.3", "example.com")] == [
        *(True, True, True, False)
    ]
    apt, git = network.set_for("apt", "https"), network.set_for("git", "https")
    assert apt is not None
    assert git is not None
    assert (apt.where, git.address) == ("/etc/environment", "http://g:2")


@pytest.mark.parametrize(
    ("given", "address", "place"),
    [
        ("http://u:p%40ss@px:3128/", "http://px:3128", ("px", 3128)),
        ("px", "http://px", ("px", 80)),
        ("http://[fd00::1]:8080", "http://[fd00::1]:8080", ("fd00::1", 8080)),
        ("http://u:p@ss@px:3128", "http://px:3128", ("px", 3128)),
        ("http://u:p/w#x@px:3128", "http://px:3128", None),
        ("http://px:port", "http://px:port", None),
    ],
)
def test_an_address_is_shown_without_its_password(given: str, address: str, place: tuple[str, int] | None) -> None:
    proxy = Proxy("http", given, "")
    assert (proxy.address, proxy.place) == (address, place)
    assert "p@ss" not in repr(proxy)
    assert "p/w" not in repr(proxy)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's files can be another's")
@pytest.mark.parametrize("who", ["owner", "mode", "folder"])
def test_what_others_may_write_chooses_nothing(tmp_path: Path, who: str) -> None:
    root = laid(tmp_path, pip_conf="[global]\nproxy = http://mine:1\n", hosts="")
    if who == "owner":
        os.chown(root / "etc/pip.conf", 65534, 65534)
    else:
        (root / ("etc" if who == "folder" else "etc/pip.conf")).chmod(0o777)
    network = found_in({}, root)
    assert (network.proxies, network.writable) == ((), ("/etc/pip.conf",))
