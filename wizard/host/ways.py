"""Live tests of the ways out of a machine: a connection to a host, directly or through a proxy, as far as TLS.

Nothing is fetched. A proxy is given its password, which goes to no program of an ordinary account of this machine.
"""

from __future__ import annotations

import base64
import errno
import os
import socket
from urllib.parse import unquote, urlsplit

from wizard.base.values import Value
from wizard.host import opening
from wizard.host.children import run_query
from wizard.host.deadline_socket import with_deadline
from wizard.host.proxies import PLAIN, SECURE, Proxy
from wizard.host.reaching import answers_for_another, place

SECONDS = 4.0
MOST_HEAD = 65536
MOST_ADDRESSES = 4
# What became of it. The first four are said of the first host on the way, the proxy or the address itself.
REACHED, UNRESOLVED, REFUSED, SILENT, CLOSED = "", "unresolved", "refused", "silent", "closed"
# Of the proxy: it wants another password or any, forbids the address, does not get on, speaks no TLS itself, is no
# proxy, or is a program of an ordinary account.
ASKS, FORBIDS, BEYOND, NO_TLS, STRANGE, ORDINARY = "asks", "forbids", "beyond", "no-tls", "strange", "ordinary"
# Of the proxy, or of what is behind it.
REJECTS = "rejects"
# Of the address: its certificate is by no authority that is known here.
UNTRUSTED = "untrusted"
OF_PROXY = (UNRESOLVED, REFUSED, SILENT, CLOSED, ASKS, NO_TLS, STRANGE, ORDINARY)


class Way(Value):
    """What became of a test, and what was said, by whom it may be."""

    outcome: str = REACHED
    said: str = ""


class _Ended(Exception):
    def __init__(self, outcome: str, said: str = "") -> None:
        super().__init__(outcome)
        self.way = Way(outcome, said)


def tried(address: str, proxy: Proxy | None = None, bundle: str = "", seconds: float = SECONDS) -> Way:
    """Test the way to an address of http or https ("": only to the proxy), in so many seconds for each host on it;
    certificates by that bundle, or else by what is trusted here."""
    parts = urlsplit(address)
    secure = parts.scheme == SECURE
    host, port = parts.hostname or "", parts.port or (443 if secure else 80)
    first = proxy.place if proxy else (host, port)
    if first is None or not (first[0] and (proxy or host)):
        return Way(STRANGE)
    try:
        with _connected(*first, seconds) as connection:
            if proxy is not None:
                _through(connection, proxy, address if host else "", (host, port), secure=secure, seconds=seconds)
            if secure and host:
                _greet(connection, host, bundle)
    except _Ended as ended:
        return ended.way
    except TimeoutError:
        return Way(SILENT)
    except OSError as error:
        return Way(STRANGE if proxy else CLOSED, errno.errorcode.get(error.errno or 0, ""))
    return Way()


def _connected(host: str, port: int, seconds: float) -> socket.socket:
    """A connection to the first of the host's addresses that takes one; of those that do not, the first says why."""
    found = _addresses(host, seconds)
    failed: _Ended | None = None
    for one in found:
        try:
            return with_deadline(socket.create_connection(place(one, port), seconds / len(found)), seconds)
        except TimeoutError:
            failed = failed or _Ended(SILENT)
        except ConnectionRefusedError:
            failed = failed or _Ended(REFUSED)
        except OSError as error:
            failed = failed or _Ended(CLOSED, errno.errorcode.get(error.errno or 0, ""))
    raise failed or _Ended(UNRESOLVED)


def _addresses(host: str, seconds: float) -> list[str]:
    """The addresses of a host, a few of them. A child asks for them: whoever is asked may take as long as it likes, and
    in this process nothing could end that."""
    if host == "localhost" or ":" in host or host.replace(".", "").isdigit():
        return [host]
    lines = run_query(("getent", "ahosts", host), deadline=seconds).out.split("\n")
    return list(dict.fromkeys(line.split()[0] for line in lines if line.strip()))[:MOST_ADDRESSES]


def _through(
    connection: socket.socket, proxy: Proxy, address: str, target: tuple[str, int], *, secure: bool, seconds: float
) -> None:
    if proxy.kind not in (PLAIN, SECURE) or not address:
        return
    if proxy.kind == SECURE:
        raise _Ended(NO_TLS) if not _speaks_tls(proxy, seconds) else _Ended(REACHED)
    if proxy.login and answers_for_another(connection):
        raise _Ended(ORDINARY)
    host, port = target
    name = f"[{host}]" if ":" in host else host
    line = f"CONNECT {name}:{port}" if secure else f"HEAD {address}"
    head = [f"{line} HTTP/1.1", f"Host: {name}:{port}"] + ([] if secure else ["Connection: close"])
    if proxy.login:
        known = base64.b64encode(unquote(proxy.login).encode()).decode()
        head.append(f"Proxy-Authorization: Basic {known}")
    connection.sendall("\r\n".join([*head, "", ""]).encode())
    _judge(_status(connection), secure=secure)


def _status(connection: socket.socket) -> str:
    """The status line of the answer, its head read to the end and nothing behind it."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < MOST_HEAD:
        part = connection.recv(1)
        if not part:
            break
        head += part
    return head.split(b"\r\n", 1)[0].decode("latin-1")[:200]


def _judge(line: str, *, secure: bool) -> None:
    words = line.split(" ", 2)
    status = words[1] if len(words) > 1 and words[0].startswith("HTTP/") else ""
    if status == "407":
        raise _Ended(ASKS, line)
    if status == "401":  # tinyproxy 1.11 says this of a wrong password; an address in clear may say so itself
        raise _Ended(ASKS if secure else REJECTS, line)
    if status in ("502", "503", "504"):
        raise _Ended(BEYOND, line)
    if not status.isdigit():
        raise _Ended(STRANGE, line)
    # Of an address in clear it is not told whether the proxy says this, or who was asked.
    if secure and not status.startswith("2"):
        raise _Ended(FORBIDS, line)


def _speaks_tls(proxy: Proxy, seconds: float) -> bool:
    import ssl

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    host, port = proxy.place or ("", 0)
    try:
        with (
            socket.create_connection(place(_addresses(host, seconds)[0], port), seconds) as connection,
            context.wrap_socket(connection, server_hostname=host),
        ):
            return True
    except ssl.SSLError:
        return False


def _greet(connection: socket.socket, host: str, bundle: str) -> None:
    import ssl

    context = ssl.create_default_context(cafile=bundle if bundle and opening.exists(bundle) else None)
    # A plain socket anew: TLS reads by itself, within the timeout of the socket.
    plain = socket.socket(fileno=os.dup(connection.fileno()))
    plain.settimeout(SECONDS)
    try:
        with context.wrap_socket(plain, server_hostname=host):
            return
    except ssl.SSLCertVerificationError as error:
        raise _Ended(UNTRUSTED, error.verify_message) from None
    finally:
        plain.close()
