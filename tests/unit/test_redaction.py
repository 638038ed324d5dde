"""What is left out of a report that is meant for a helper."""

from __future__ import annotations

import time

import pytest

from tests.unit.support import HOSTILE
from wizard.answers.questions import LIST, SECRET, Answers, Question
from wizard.base.secret import MASK, Secret
from wizard.host.facts import Facts
from wizard.outputs.redaction import Redaction

PASSWORD = 'it\'s "Zk4"/é&'
QUESTIONS = (
    Question("instance", "Name"),
    Question("hostnames", "Names", "", LIST, personal="host"),
    Question("account", "Account", personal="user"),
    Question("mail", "Mail", personal="mail"),
    Question("mirror", "Mirror", personal="host"),
    Question("site", "Site", personal="name"),
    Question("folder", "Folder"),
    Question("password", "Password", "", SECRET),
    Question("short", "Short", "", SECRET),
)
ANSWERS = Answers(
    {
        "instance": "demo",
        "hostnames": ("gmao.chu-exemple.fr", "demo.chu-exemple.fr", "10.11.12.13", "localhost"),
        "account": "mdurand",
        "mail": "m.durand@chu-exemple.fr",
        "mirror": "https://miroir.interne:8080/simple",
        "site": "local_chu_exemple",
        "folder": "/srv/demo",
        "password": Secret("password", PASSWORD),
        "short": Secret("short", "xy"),
    }
)
FACTS = Facts(hostname="srv-biomed-07", addresses=("10.11.12.13", "192.168.5.9"), user="jean")
PEOPLE = ("jean", "Jean Dupont", "demo", "claire.m")


def helper(instance: str = "demo", facts: Facts = FACTS) -> Redaction:
    redaction = Redaction(ANSWERS.secrets)
    redaction.redact_personal(QUESTIONS, ANSWERS, facts, PEOPLE, instance)
    return redaction


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("jean ran it on srv-biomed-07", "<user-1> ran it on <host-1>"),
        ("SRV-BIOMED-07 and GMAO.chu-exemple.fr", "<host-1> and <host-2>"),
        ("connect to gmao failed", "connect to <host-5> failed"),
        ("another.chu-exemple.fr is unknown", "<host-7> is unknown"),
        ("from 10.11.12.13, 172.16.3.4:5432", "from <address-1>, <address-3>:5432"),
        ("listening on 127.0.0.1, 0.0.0.0, ::1 and localhost", "listening on 127.0.0.1, 0.0.0.0, ::1 and localhost"),
        ("[2001:db8::17]:80, fe80::1%eth0.", "[<address-3>]:80, <address-4>."),
        ("at 12:30:45:10.9.8.7", "at 12:30:45:<address-3>"),
        ("ether 52:54:00:ab:cd:ef", "ether <address-3>"),
        ("mail to m.durand@chu-exemple.fr", "mail to <mail-1>"),
        ("root@srv-biomed-07 says", "<mail-2> says"),
        ("/home/pauline/.bashrc and /home/jean", "/home/<user-5>/.bashrc and /home/<user-1>"),
        ("/home/demo/biomaid is 0750", "/home/demo/biomaid is 0750"),
        (
            "biomaid-instance@demo.service, biomaid-instance@demo",
            "biomaid-instance@demo.service, biomaid-instance@demo",
        ),
        ("git clone https://bob:t0ken@git.interne/x", "git clone https://<secret-1>@<host-7>/x"),
        ("ssh://git@depot/x from http://localhost:80/", "ssh://<user-5>@<host-7>/x from http://localhost:80/"),
        ("Jean Dupont, claire.m", "<user-3>, <user-4>"),
        ("MDURAND logs in", "<user-2> logs in"),
        ("link to local_chu_exemple", "link to <name-1>"),
        ("https://miroir.interne:8080/simple", "https://<host-4>:8080/simple"),
        ("SECRET_KEY = 'abc def'; x", "SECRET_KEY = <secret-1>; x"),
        ("PGPASSWORD=hunter22 psql", "PGPASSWORD=<secret-1> psql"),
        ('{"api_key": "k-1", "n": 2}', '{"api_key": <secret-1>, "n": 2}'),
        ("password: wrong", "password: wrong"),
        ("db_password = '********'", "db_password = '********'"),
        ("sites-enabled/autre.hopital.fr.conf", "sites-enabled/<host-7>.conf"),
        ("HTTP 200, image/png, 12472 bytes in 0.25 s", "HTTP 200, image/png, 12472 bytes in 0.25 s"),
        ("2026-11-22 06:50:31 nginx.service std::vector", "2026-11-22 06:50:31 nginx.service std::vector"),
    ],
)
def test_what_is_personal_goes_and_the_rest_stays(text: str, wanted: str) -> None:
    assert helper().text(text) == wanted


def test_one_thing_has_one_placeholder_wherever_it_stands() -> None:
    redaction = helper()
    first = redaction.text("x.example and 192.0.2.1 and y.example")
    assert redaction.text("y.example, X.EXAMPLE") == "<host-8>, <host-7>"
    assert first == "<host-7> and <address-3> and <host-8>"
    assert helper().text("jean") == redaction.text("jean")


@pytest.mark.parametrize("around", ["{}", "x{}y", "password={}", "'{}'", "https://u:{}@host/"])
@pytest.mark.parametrize(
    "form", [PASSWORD, repr(PASSWORD)[1:-1], "it%27s%20%22Zk4%22/%C3%A9%26", PASSWORD.replace("'", "''")]
)
def test_a_secret_goes_however_it_is_written(around: str, form: str) -> None:
    for redaction in (Redaction(ANSWERS.secrets), helper()):
        text = redaction.text(around.format(form))
        assert "Zk4" not in text
        assert MASK in text or "<secret-" in text


def test_a_short_secret_goes_where_it_stands_alone() -> None:
    assert Redaction(ANSWERS.secrets).text("xy, proxy, 'xy'") == f"{MASK}, proxy, '{MASK}'"


def test_without_a_helper_only_secrets_go() -> None:
    redaction = Redaction(ANSWERS.secrets)
    text = "jean@srv-biomed-07 10.11.12.13 SECRET_KEY = 'x'"
    assert redaction.text(text) == text
    assert redaction.facts(FACTS) == FACTS
    assert Redaction().text(text) == text


def test_an_instance_named_like_a_person_or_a_host_goes_too() -> None:
    assert helper("jean").text("/home/jean/biomaid, x@jean") == "/home/<user-1>/biomaid, <mail-2>"
    assert helper("srv-biomed-07").text("jalon verify x --instance srv-biomed-07").endswith("<host-1>")


def test_the_facts_name_nobody() -> None:
    facts = helper().facts(FACTS)
    assert (facts.hostname, facts.addresses, facts.user) == ("<host-1>", ("<address-1>", "<address-2>"), "<user-1>")
    assert helper(facts=Facts()).facts(Facts()).user == "root"


def test_what_programs_count_on_stays() -> None:
    data = {"id": "jean.gmao", "state": "jean", "text": ["jean", {"id": "gmao", "more": ("jean", 3, None)}]}
    assert helper().data(data) == {
        "id": "jean.gmao",
        "state": "jean",
        "text": ["<user-1>", {"id": "gmao", "more": ["<user-1>", 3, None]}],
    }


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_text_is_no_pattern(value: str) -> None:
    answers = Answers({**ANSWERS, "account": value, "password": Secret("password", value or "x")})
    redaction = Redaction(answers.secrets)
    redaction.redact_personal(QUESTIONS, answers, FACTS, (value,), "demo")
    assert redaction.text("plain words stay, jean goes").endswith("<user-1> goes")
    if len(value) > 4:
        assert value not in redaction.text(f"x {value} y")


@pytest.mark.parametrize("unit", ["a.", "a@", ":", "x", "1.", "password", "http://", "a-", "1:", "-."])
def test_a_long_line_keeps_nobody_waiting(unit: str) -> None:
    redaction = helper()
    began = time.perf_counter()
    redaction.text(unit * (5_000 // len(unit)))
    assert time.perf_counter() - began < 2
