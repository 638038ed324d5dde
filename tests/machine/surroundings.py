"""What a machine takes from the host around it: mirror, name servers, certificates, index, proxy.

No address of any of them stands in the repository: each is read where the host itself reads it.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
from pathlib import Path

from tests.machine import network
from tests.machine.nspawn import HOSTNAME
from tests.machine.places import MachineError, must

BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_LOCAL_CERTIFICATES = "usr/local/share/ca-certificates"
_PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_INDEXES = ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT")


def mirrors() -> dict[str, str]:
    """The Debian archives the host's apt uses, by name ("debian", "debian-security"); empty elsewhere."""
    found: dict[str, str] = {}
    files = [Path("/etc/apt/sources.list"), *sorted(Path("/etc/apt/sources.list.d").glob("*"))]
    for path in files:
        if path.suffix not in (".list", ".sources") or not path.is_file():
            continue
        text = re.sub(r"^\s*#.*\n?", "", path.read_text(errors="replace"), flags=re.MULTILINE)
        if path.suffix == ".sources":
            addresses = re.findall(r"^URIs:\s*(\S+)", text, re.MULTILINE | re.IGNORECASE)
        else:
            addresses = re.findall(r"^deb\s+(?:\[[^\]]*\]\s+)?(\S+)", text, re.MULTILINE)
        for address in addresses:
            kind = address.rstrip("/").rpartition("/")[2]
            if kind in ("debian", "debian-security"):
                found.setdefault(kind, address)
    return found


def sources(suite: str) -> str:
    """The `sources.list` of a fresh machine: main, updates and security, as an installer writes it."""
    known = mirrors()
    if "debian" not in known:
        raise MachineError("this host's apt names no Debian mirror")
    lines = [f"deb {known['debian']} {suite} main", f"deb {known['debian']} {suite}-updates main"]
    if "debian-security" in known:
        lines.append(f"deb {known['debian-security']} {suite}-security main")
    return "\n".join(lines) + "\n"


def settle(root: Path) -> None:
    """Makes the powered-off machine below `root` at home on this host: names, name servers, certificates."""
    etc = root / "etc"
    (etc / "hosts").write_text(_hosts())
    (etc / "hostname").write_text(HOSTNAME + "\n")
    resolv = etc / "resolv.conf"
    resolv.unlink(missing_ok=True)
    resolv.write_text("".join(f"nameserver {server}\n" for server in network.nameservers()))
    # Two machines of one identity confuse the journal and whatever derives names from it.
    (etc / "machine-id").write_text(os.urandom(16).hex() + "\n")
    _certificates(root)


def binds() -> tuple[str, ...]:
    """What of the host is bound into every machine, read-only: where its pip finds the index."""
    for path in (Path("/etc/pip.conf"), Path("/root/.config/pip/pip.conf"), Path("/root/.pip/pip.conf")):
        if path.is_file():
            return (f"{path}:/etc/pip.conf",)
    return ()


def environment() -> dict[str, str]:
    """What every command in a machine is told of the host: its proxy and its certificates."""
    told = {name: os.environ[name] for name in (*_PROXIES, *_INDEXES) if os.environ.get(name)}
    if BUNDLE.exists():
        told |= dict.fromkeys(("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), str(BUNDLE))
    return told


def _hosts() -> str:
    lines = ["127.0.0.1\tlocalhost", "::1\tlocalhost ip6-localhost ip6-loopback", f"127.0.1.1\t{HOSTNAME}"]
    for line in Path("/etc/hosts").read_text(errors="replace").splitlines():
        # The host may know its mirror or its proxy by this file alone.
        if line.strip() and not re.match(r"\s*(#|127\.|::1|fe00:|ff0[02]::)", line):
            lines.append(line)
    return "\n".join(lines) + "\n"


def _certificates(root: Path) -> None:
    """Adds to the machine the authorities that this host trusts and a fresh Debian does not (a proxy's).

    They are added as an administrator adds them. The host's bundle bound over the machine's would make every
    later `update-ca-certificates` fail: it replaces that file, and a mount cannot be replaced.
    """
    if not BUNDLE.exists() or not (root / "usr/sbin/update-ca-certificates").exists():
        return
    shipped = {body for path in (root / "usr/share/ca-certificates").rglob("*.crt") for body in _pem(path)}
    wanted = {hashlib.sha256(body.encode()).hexdigest()[:12]: body for body in _pem(BUNDLE) if body not in shipped}
    folder = root / _LOCAL_CERTIFICATES
    folder.mkdir(parents=True, exist_ok=True)
    present = {path.stem.removeprefix("host-"): path for path in folder.glob("host-*.crt")}
    if set(present) == set(wanted):
        return
    for path in present.values():
        path.unlink()
    for digest, body in wanted.items():
        (folder / f"host-{digest}.crt").write_text(body)
    must("chroot", str(root), "update-ca-certificates", "--fresh")


def _pem(path: Path) -> list[str]:
    text = path.read_text(errors="replace")
    blocks = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.DOTALL)
    return [block.replace("\r", "") + "\n" for block in blocks]


def debootstrap(suite: str, packages: tuple[str, ...], target: Path, log: Path) -> None:
    """Makes a fresh machine's folder from the host's mirror; MachineError with the end of the log."""
    known = mirrors()
    if "debian" not in known:
        raise MachineError("this host's apt names no Debian mirror")
    with log.open("w") as output:
        done = subprocess.run(
            [
                "debootstrap",
                "--variant=minbase",
                f"--include={','.join(packages)}",
                suite,
                str(target),
                known["debian"],
            ],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode != 0:
        raise MachineError(f"debootstrap of {suite} failed:\n{log.read_text(errors='replace')[-1500:]}")
