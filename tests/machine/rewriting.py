"""A proxy as some sites have it: it wants a password, and gives every site a certificate of its own authority.

    rewriting.py ADDRESS PORT FOLDER USER, the password as the first line of standard input; prints "ready".

FOLDER receives the authority (`authority.pem`) and the certificates. It knows what apt, pip, git, Poetry and curl ask.
"""

from __future__ import annotations

import base64
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

_KEY = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
_lock = threading.Lock()


def make_authority(folder: Path) -> None:
    """Makes the authority's key and certificate."""
    places = ("-keyout", str(folder / "authority.key"), "-out", str(folder / "authority.pem"))
    _openssl("req", "-x509", *_KEY, "-subj", "/O=A site/CN=Authority of a site", *places)


def context_for(folder: Path, host: str) -> ssl.SSLContext:
    """What answers as that host, with a certificate of the authority."""
    place = folder / f"{host}.pem"
    with _lock:
        if not place.exists():
            key, request, signed = (folder / f"{host}.{end}" for end in ("key", "csr", "crt"))
            extensions = folder / f"{host}.ext"
            extensions.write_text(f"subjectAltName=DNS:{host}\nkeyUsage=digitalSignature,keyEncipherment\n")
            _openssl("req", *_KEY, "-subj", f"/CN={host[:60]}", "-keyout", str(key), "-out", str(request))
            _openssl("x509", "-req", "-in", str(request), "-CA", str(folder / "authority.pem"), "-CAkey",
                     str(folder / "authority.key"), "-CAcreateserial", "-days", "2", "-extfile", str(extensions),
                     "-out", str(signed))  # fmt: skip
            place.write_text(key.read_text() + signed.read_text())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place)
    return context


def _openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def _head(client: socket.socket) -> bytes:
    said = b""
    while b"\r\n\r\n" not in said and len(said) < 65536:
        part = client.recv(65536)
        if not part:
            break
        said += part
    return said


def _serve(client: socket.socket, folder: Path, wanted: str) -> None:
    with client:
        client.settimeout(120)
        while said := _head(client):
            head, _end, rest = said.partition(b"\r\n\r\n")
            line, *fields = head.decode("latin-1").split("\r\n")
            given = {name.lower(): value.strip() for name, _colon, value in (one.partition(":") for one in fields)}
            if given.get("proxy-authorization", "").removeprefix("Basic ") != wanted:
                client.sendall(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=site\r\n"
                    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
                )
                return
            method, target, _version = line.split(" ", 2)
            if method == "CONNECT":
                _rewrite(client, folder, target)
                return
            if not _plain(client, method, target, given, rest):
                return


def _rewrite(client: socket.socket, folder: Path, target: str) -> None:
    host, _colon, port = target.rpartition(":")
    try:
        upstream = ssl.create_default_context().wrap_socket(
            socket.create_connection((host, int(port)), 30), server_hostname=host
        )
    except OSError:
        client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        return
    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
    with upstream, context_for(folder, host).wrap_socket(client, server_side=True) as inner:
        both = [
            threading.Thread(target=_pump, args=ends, daemon=True) for ends in ((inner, upstream), (upstream, inner))
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while part := source.recv(65536):
            sink.sendall(part)
    except OSError:
        pass
    finally:
        for one in (source, sink):
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def _plain(client: socket.socket, method: str, target: str, given: dict[str, str], rest: bytes) -> bool:
    """Hands one request on by a connection of its own; whether another may follow."""
    parts = urlsplit(target)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    kept = {name: value for name, value in given.items() if not name.startswith("proxy-") and name != "connection"}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in kept.items())
    with socket.create_connection((parts.hostname or "", parts.port or 80), 30) as upstream:
        upstream.sendall((head + "Connection: close\r\n\r\n").encode("latin-1") + rest)
        while part := upstream.recv(65536):
            client.sendall(part)
    return False


def main(address: str, port: str, folder: str, user: str) -> None:
    """Serves until it is ended."""
    wanted = base64.b64encode(f"{user}:{sys.stdin.readline().rstrip(chr(10))}".encode()).decode()
    place = Path(folder)
    make_authority(place)
    with socket.create_server((address, int(port)), backlog=100) as server:
        print("ready", flush=True)
        while True:
            client, _address = server.accept()
            threading.Thread(target=_tried, args=(client, place, wanted), daemon=True).start()


def _tried(client: socket.socket, folder: Path, wanted: str) -> None:
    try:
        _serve(client, folder, wanted)
    except (OSError, ValueError):
        client.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
