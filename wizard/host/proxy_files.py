"""Where proxies and authorities are set: the environment, and files of apt, pip, git, curl and dnf.

Only what root alone may write is obeyed: whoever chooses the proxy, or the authority, chooses what is fetched.
"""

from __future__ import annotations

import os
import pwd
import re
import stat
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from wizard.base.lines import lines_of
from wizard.base.patterns import pattern
from wizard.host import opening
from wizard.host.proxies import PLAIN, SECURE, Authority, Network, Proxy
from wizard.host.trust import weakness

ENVIRONMENT = "/etc/environment"
APT, APT_FOLDER = "/etc/apt/apt.conf", "/etc/apt/apt.conf.d"
PIP, GIT, DNF = "/etc/pip.conf", "/etc/gitconfig", ("/etc/dnf/dnf.conf", "/etc/yum.conf")
CURLRC = ".curlrc"
# Where an administrator lays a site's own authorities, and the bundle that the distribution makes of them.
ANCHORS = {
    "apt": ("/usr/local/share/ca-certificates", "/etc/ssl/certs/ca-certificates.crt"),
    "dnf": ("/etc/pki/ca-trust/source/anchors", "/etc/pki/tls/certs/ca-bundle.crt"),
    "pacman": ("/etc/ca-certificates/trust-source/anchors", "/etc/ssl/certs/ca-certificates.crt"),
}
BUNDLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "GIT_SSL_CAINFO")
MOST = 2**20
VARIABLE = pattern(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*")
SETTING = pattern(r"\s*(?:--)?([A-Za-z0-9_.-]+)(?:\s*[=:]\s*|\s+)(.*?)\s*")
# `Acquire::http::Proxy "ADDRESS";`, or its parts in braces around each other (apt.conf(5)).
APT_COMMENT = pattern(r"(?ms)^[ \t]*(?://|#(?!clear|include))[^\n]*|/\*.*?\*/")
APT_WORD = pattern(r'"([^"\n]*)"|([{};])|([^\s{};"]+)')
APT_PROXY, APT_AUTHORITY = pattern(r"acquire::(https?)::proxy"), "acquire::https::cainfo"
APT_OFF = "direct"
APT_SCRIPTS = tuple(f"acquire::{scheme}::{name}" for scheme in (PLAIN, SECURE)
                    for name in ("proxy-auto-detect", "proxyautodetect"))  # fmt: skip
# Which files of its folder apt reads.
APT_NAME = pattern(r"[A-Za-z0-9_-]+(?:\.conf)?|[A-Za-z0-9_.-]+\.conf")


def anchors_of(manager: str) -> tuple[str, str]:
    """Where authorities are laid on hosts of a package manager, and the bundle that is made of them."""
    return ANCHORS.get(manager, ANCHORS["apt"])


@lru_cache(maxsize=1)
def settings() -> Network:
    """What is set, read once."""
    try:
        home = Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:
        home = None
    return found_in(os.environ, Path("/"), home)


def found_in(environment: Mapping[str, str], root: Path, home: Path | None = None) -> Network:
    """What is set in that environment, and in files below `root`; curl's own is in `home`."""
    seen = _Seen(root)
    seen.variables(environment, "")
    seen.variables(_variables(seen.text(ENVIRONMENT, "_proxy", "_ca", "ssl_", "pip_cert")), ENVIRONMENT)
    try:
        names = sorted(one.name for one in (root / APT_FOLDER[1:]).iterdir())
    except OSError:
        names = []
    for path in (*(f"{APT_FOLDER}/{name}" for name in names if APT_NAME.fullmatch(name)), APT):
        seen.of_apt(path)
    for name, value in _section(seen.text(PIP, "proxy", "cert", "index-url"), "global", "install"):
        seen.of_tool("pip", PIP, name, value, proxy="proxy", authority="cert")
    for name, value in _section(seen.text(GIT, "proxy", "sslcainfo"), "http"):
        seen.of_tool("git", GIT, name, value, proxy="proxy", authority="sslcainfo")
    for path in DNF:
        for name, value in _section(seen.text(path, "proxy", "sslcacert"), "main"):
            seen.of_tool("dnf", path, name, value, proxy="proxy", authority="sslcacert")
    if home is not None:
        place = str(home / CURLRC)
        for name, value in map(_setting, lines_of(seen.text(place, "proxy", "cacert"))):
            seen.of_tool("curl", place, name, value, proxy="proxy", authority="cacert")
    return seen.network()


class _Seen:
    """What was seen so far, in the order in which it counts."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._proxies: list[Proxy] = []
        self._authorities: list[Authority] = []
        self._direct: dict[str, None] = {}
        self._writable: list[str] = []
        self._readable: dict[str, None] = {}
        self._index = ""
        self._scripts = False

    def text(self, path: str, *words: str) -> str:
        """The text of a file that says one of these words, in small letters; "" where others than root may write it."""
        place = self._root / path[1:]
        try:
            found = place.lstat()
            # What lies in /etc as a plain file is root's to read as it is; a link may lead anywhere.
            plain = stat.S_ISREG(found.st_mode) and found.st_size <= MOST
            text = place.read_text(errors="replace") if plain else opening.text(place, MOST)
        except OSError:
            return ""
        if not any(word in text.lower() for word in words):
            return ""
        if weakness(place, {0} if str(self._root) == "/" else None) is not None:
            self._writable.append(path)
            return ""
        return text

    def variables(self, found: Mapping[str, str], where: str) -> None:
        """Of an environment. What a shell exports in small letters comes first, as with curl."""
        lower = {name.lower(): value for name, value in sorted(found.items()) if value}
        for scheme in (PLAIN, SECURE):
            value = lower.get(f"{scheme}_proxy") or lower.get("all_proxy")
            if value:
                self._proxy(Proxy(scheme, value, where))
        self._direct.update(dict.fromkeys(re.split(r"[,\s]+", lower.get("no_proxy", "").strip())))
        self._authorities += [Authority(found[name], where) for name in BUNDLES if found.get(name)]

    def of_apt(self, path: str) -> None:
        """Of one of apt's files."""
        for name, value in _apt(self.text(path, "proxy", "cainfo")):
            found = APT_PROXY.fullmatch(name)
            if found and value and value.lower() != APT_OFF:
                self._proxy(Proxy(found[1], value, path, "apt"))
            elif name in APT_SCRIPTS:
                self._scripts = True
            elif name == APT_AUTHORITY:
                self._authorities.append(Authority(value, path, "apt"))

    def of_tool(self, tool: str, path: str, name: str, value: str, *, proxy: str, authority: str) -> None:
        """Of a file in which each tool names one proxy for all schemes."""
        name, value = name.lower(), value.strip("\"'")
        if name == proxy and value and value != "_none_":
            for scheme in (PLAIN, SECURE):
                self._proxy(Proxy(scheme, value, path, tool))
        elif name == "index-url" and tool == "pip":
            self._index = value
        elif name == authority and value:
            self._authorities.append(Authority(value, path, tool))

    def _proxy(self, found: Proxy) -> None:
        self._proxies.append(found)
        if ":" in found.login and found.where:
            place = self._root / found.where[1:]
            if stat.S_IMODE(place.stat().st_mode) & stat.S_IROTH:
                self._readable[found.where] = None

    def network(self) -> Network:
        """All of it."""
        bundle = next((bundle for folder, bundle in ANCHORS.values() if self._has_anchors(folder, bundle)), "")
        direct = tuple(one for one in self._direct if one)
        return Network(tuple(self._proxies), direct, tuple(self._authorities), tuple(self._writable),
                       tuple(self._readable), bundle, self._index, scripts=self._scripts)  # fmt: skip

    def _has_anchors(self, folder: str, bundle: str) -> bool:
        try:
            return any((self._root / folder[1:]).iterdir()) and (self._root / bundle[1:]).exists()
        except OSError:
            return False


def _variables(text: str) -> dict[str, str]:
    """The assignments of /etc/environment, which is no script (pam_env(8))."""
    lines = (VARIABLE.fullmatch(line.partition("#")[0]) for line in lines_of(text))
    return {found[1]: found[2].strip("\"'") for found in lines if found}


def _setting(line: str) -> tuple[str, str]:
    found = SETTING.fullmatch(line)
    return (found[1], found[2]) if found else ("", "")


def _section(text: str, *sections: str) -> Iterator[tuple[str, str]]:
    """The settings of these sections of an INI file."""
    within = False
    for line in lines_of(text):
        if line.strip().startswith("["):
            within = line.strip().strip("[]").strip().lower() in sections
        elif within and not line.strip().startswith(("#", ";")):
            yield _setting(line)


def _apt(text: str) -> Iterator[tuple[str, str]]:
    """The settings of one of apt's files, with their whole names in small letters."""
    around: list[str] = []
    name, value = "", ""
    for found in APT_WORD.finditer(APT_COMMENT.sub("", text)):
        quoted, mark, word = found.groups()
        if mark == "{":
            around.append(name)
        elif mark:
            if name and value:
                yield "::".join([*filter(None, around), name]), value
            if mark == "}" and around:
                around.pop()
        elif name:
            value = quoted if quoted is not None else word
            continue
        else:
            name = (quoted if quoted is not None else word).lower()
            continue
        name, value = "", ""
