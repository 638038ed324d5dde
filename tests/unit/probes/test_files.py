"""The probes of files, and of what settings say."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.probes.fake import fake
from wizard.host.files import Content, Entry, EntryAt
from wizard.host.reading import NotKnown, Unknown
from wizard.probes.files import EntryIs, LineIn, LinkLeads, SettingsSafe, SourceCompiles

PATH = "/home/prod/biomaid/instance_settings.py"
KEY = "k3y-that-nobody-may-see"


def entry(mode: int = 0o600, owner: str = "prod", group: str = "prod", kind: str = "file") -> Entry:
    """What stands there."""
    return Entry(kind=kind, owner=owner, group=group, mode=mode)


AS = "runuser -u prod -- "


@pytest.mark.parametrize(
    ("found", "asked", "cause", "says", "command"),
    [
        (entry(), {"owner": "prod", "at_most": 0o600}, None, "file, 0600 prod:prod", ""),
        (entry(0o400), {"at_most": 0o600}, None, "0400", ""),
        (entry(0o644), {"mode": 0o644}, None, "0644", ""),
        (None, {}, "entry-missing", "is not there", ""),
        (entry(kind="directory"), {}, "entry-other-kind", "folder, 0600 prod:prod; it should be: file", ""),
        (entry(owner="root"), {"owner": "prod"}, "entry-other-owner", "it should be prod", f"chown -h prod {PATH}"),
        (
            entry(group="root"),
            {"group": "prod"},
            "entry-other-group",
            "it should be :prod",
            f"{AS}chgrp -h prod {PATH}",
        ),
        (entry(0o600), {"mode": 0o640}, "entry-other-mode", "it should be 0640", f"{AS}chmod 0640 {PATH}"),
        (entry(0o640), {"at_most": 0o600}, "entry-too-open", "it should be 0600 at most", f"{AS}chmod 0600 {PATH}"),
        (entry(0o454), {"at_most": 0o640}, "entry-too-open", "0640 at most", f"{AS}chmod 0440 {PATH}"),
    ],
)
def test_entry(found: Any, asked: dict[str, Any], cause: str | None, says: str, command: str) -> None:
    finding = EntryIs("settings.mode", "", PATH, "file", **asked).observe(fake({EntryAt(PATH): found}))
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence
    assert (finding.remedy.commands[0] if finding.remedy else "") == command


LINK = "/home/prod/biomaid/local"
FOLDER = Entry(kind="directory")


@pytest.mark.parametrize(
    ("answers", "exists", "cause", "says"),
    [
        ({LINK: "../local_x", "/home/prod/local_x": FOLDER}, True, None, "leads to ../local_x (folder)"),
        ({LINK: "/srv/x", "/srv/x": FOLDER}, True, None, "leads to /srv/x (folder)"),
        ({LINK: "a", "/home/prod/biomaid/a": "b", "/home/prod/biomaid/b": entry()}, True, None, "leads to a (file)"),
        ({LINK: "../local_x"}, True, "link-dangling", "leads to ../local_x, where nothing is"),
        ({LINK: "local"}, True, "link-dangling", "where nothing is"),
        ({LINK: "../local_x"}, False, None, "leads to ../local_x"),
        ({}, True, "link-missing", "is not there"),
        ({LINK: FOLDER}, True, "link-replaced", "should be a link; found: folder"),
    ],
)
def test_link(answers: dict[str, Any], exists: bool, cause: str | None, says: str) -> None:
    entries = {
        EntryAt(path): Entry(kind="link", mode=0o777, target=it) if isinstance(it, str) else it
        for path, it in answers.items()
    }
    finding = LinkLeads("local.link", "", LINK, exists).observe(fake(entries))
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence


@pytest.mark.parametrize(
    ("source", "cause", "says"),
    [
        (b"A = 1\nB = 2\n", None, "compiles, 2 lines"),
        (b"", None, "compiles, 0 lines"),
        (f"A = 1\nSECRET_KEY = '{KEY}\n".encode(), "python-syntax", "line 2: unterminated string"),
        (f"'{KEY}' = 1\n".encode(), "python-syntax", "line 1: cannot assign to literal"),
        (f"{KEY} \0".encode(), "python-syntax", "null bytes"),
        (f"A = '{KEY} \xe9'".encode("latin-1"), "python-syntax", "utf-8"),
        (f"return '{KEY}'\n".encode(), "python-syntax", "outside function"),
        (None, "file-missing", "is not there"),
    ],
)
def test_compiles(source: bytes | None, cause: str | None, says: str) -> None:
    finding = SourceCompiles("settings.compile", "", PATH).observe(fake({Content(PATH): source}))
    assert finding.outcome == ("failed" if cause else "passed")
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence
    assert KEY not in repr(finding)


@pytest.mark.parametrize(
    ("text", "cause", "says"),
    [
        (b"# one\n  export PATH=x\n", None, f"{PATH}, line 2"),
        (b"# export PATH=x\n", "line-missing", "has no line `export PATH=x`"),
        (None, "file-missing", "is not there"),
    ],
)
def test_line(text: bytes | None, cause: str | None, says: str) -> None:
    finding = LineIn("environment.path", "", PATH, "export PATH=x").observe(fake({Content(PATH): text}))
    assert (finding.cause.id if finding.cause else None) == cause
    assert says in finding.evidence


@pytest.mark.parametrize(
    ("there", "outcome", "says"),
    [
        (Entry("directory", "demo"), "passed", "/srv/media: "),
        (Entry("directory", "root"), "failed", "/srv/media: "),
        (Entry("file", "demo"), "failed", "it should be: folder"),
        (None, "failed", "/srv/media is not there"),
    ],
)
def test_a_folder_may_be_a_link_to_one(there: Entry | None, outcome: str, says: str) -> None:
    host = fake({EntryAt("/home/demo/media"): Entry("link", target="/srv/media"), EntryAt("/srv/media"): there})
    finding = EntryIs("code.media", "", "/home/demo/media", "directory", "demo").observe(host)
    assert finding.outcome == outcome and says in finding.evidence
    assert not finding.remedy or not finding.remedy.commands, "who owns the link says where it leads"


def test_what_a_third_user_owns_is_not_handed_over() -> None:
    finding = EntryIs("a.b", "", PATH, owner="prod").observe(fake({EntryAt(PATH): entry(owner="eve")}))
    assert finding.remedy and not finding.remedy.commands and "eve" in finding.remedy.text


def test_a_line_that_need_not_be_there_is_a_warning() -> None:
    finding = LineIn("environment.path", "", PATH, "export PATH=x", must=False).observe(fake({Content(PATH): b"#"}))
    assert (finding.outcome, finding.cause and finding.cause.id) == ("warning", "line-missing")


def test_a_line_in_another_spelling() -> None:
    probe = LineIn("environment.path", "", PATH, "export PATH=x", ("PATH=x",))
    assert probe.observe(fake({Content(PATH): b"#\nPATH=x\n"})).evidence == f"{PATH}, line 2"


EXAMPLE = "/home/prod/biomaid/example_instance_settings.py"
GOOD = f"DEBUG = False\nSECRET_KEY = '{KEY}'\nALLOWED_HOSTS = ['localhost', 'Bio.example.org', '.lan']\n"


@pytest.mark.parametrize(
    ("text", "outcome", "cause", "says"),
    [
        (
            GOOD,
            "passed",
            None,
            "DEBUG is not True, SECRET_KEY is its own, ALLOWED_HOSTS has localhost, bio.example.org",
        ),
        (GOOD + "DEBUG = True\n", "warning", "debug-on", "DEBUG is True"),
        (GOOD + "DEBUG: bool = True\n", "warning", "debug-on", "DEBUG is True"),
        (GOOD + "import os\nDEBUG = 'X' in os.environ\n", "passed", None, "DEBUG is computed"),
        (GOOD.replace(KEY, "public"), "failed", "secret-key-example", "the one of an example"),
        (GOOD.replace(KEY, ""), "failed", "secret-key-empty", "SECRET_KEY is empty"),
        (GOOD.replace(f"'{KEY}'", "read()"), "passed", None, "SECRET_KEY is computed"),
        (GOOD.replace("SECRET_KEY", "OTHER"), "warning", "secret-key-elsewhere", "sets no SECRET_KEY"),
        (GOOD.replace("Bio.", "x."), "failed", "hosts-missing", "does not have bio.example.org"),
        (GOOD.replace("Bio.", "x.") + "ALLOWED_HOSTS += ['.example.org']\n", "passed", None, "ALLOWED_HOSTS has"),
        (GOOD.replace("Bio.", "x.") + "ALLOWED_HOSTS.append(name())\n", "passed", None, "computed or set elsewhere"),
        (GOOD.replace("'.lan'", "'*'"), "warning", "hosts-any", "ALLOWED_HOSTS has *"),
        (GOOD.replace("ALLOWED_HOSTS", "X"), "passed", None, "computed or set elsewhere"),
        (GOOD + "if (\n", "failed", "python-syntax", "line 4"),
        (None, "failed", "file-missing", "is not there"),
    ],
)
def test_settings(text: str | None, outcome: str, cause: str | None, says: str) -> None:
    example = b"SECRET_KEY = 'public'\n"
    host = fake({Content(PATH): None if text is None else text.encode(), Content(EXAMPLE): example})
    probe = SettingsSafe("settings.safe", "", PATH, (EXAMPLE, "/not/there.py"), ("localhost", "bio.example.org"))
    finding = probe.observe(host)
    assert (finding.outcome, finding.cause.id if finding.cause else None) == (outcome, cause)
    assert says in finding.evidence
    assert KEY not in repr(finding) and "public'" not in repr(finding)


def test_an_example_that_does_not_parse_is_no_example() -> None:
    host = fake({Content(PATH): GOOD.encode(), Content(EXAMPLE): b"if ("})
    assert SettingsSafe("settings.safe", "", PATH, (EXAMPLE,)).observe(host).outcome == "passed"


@pytest.mark.parametrize(
    "probe",
    [
        EntryIs("a", "", PATH),
        LinkLeads("a", "", PATH),
        SourceCompiles("a", "", PATH),
        LineIn("a", "", PATH, "x"),
        SettingsSafe("a", "", PATH),
    ],
)
def test_what_cannot_be_read_is_not_judged(probe: Any) -> None:
    with pytest.raises(NotKnown, match="may not look"):
        probe.observe(fake(dict.fromkeys(probe.reads(), Unknown("this user may not look there", needs="root"))))
