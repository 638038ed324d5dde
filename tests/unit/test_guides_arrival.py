"""What awaits at the end of the practice instance."""

from __future__ import annotations

from wizard.answers.questions import Answers
from wizard.guides.maquette.arrival import arrival
from wizard.host.facts import Facts


def test_how_another_machine_reaches_it_is_said_where_it_may_have_no_browser() -> None:
    answers = {"http_port": 8080, "first_account": "admin", "hostnames": ("serveur", "192.0.2.7", "localhost")}
    found = arrival(Answers(answers), Facts())
    assert found.elsewhere.startswith("http://serveur:8080/, http://192.0.2.7:8080/, where")
    assert arrival(Answers({**answers, "hostnames": ("localhost",)}), Facts()).elsewhere == ""
