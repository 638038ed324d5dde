"""A page is taken apart as far as it can be, whatever an application sends."""

from __future__ import annotations

import pytest

from wizard.probes.trials.forms import Parsed

FORM = "<form action='/in' method=POST><input name=user><input type=hidden name=t value=x></form><a href='/out'>"


def test_forms_and_links() -> None:
    page = Parsed(FORM)
    (form,) = page.forms
    assert (form.action, form.method, page.links) == ("/in", "post", ["/out"])
    assert form.filled({"user": "admin"}) == {"user": "admin", "t": "x"}


@pytest.mark.parametrize("more", ["<![foo bar>", "&#" + "9" * 5000 + ";", "<a href='&#" + "9" * 5000 + ";'>"])
def test_what_python_gives_up_at_takes_nothing_away(more: str) -> None:
    page = Parsed(FORM + more)
    assert len(page.forms) == 1 and page.links[0] == "/out"
