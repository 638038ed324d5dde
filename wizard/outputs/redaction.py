"""Redacts reports: secrets always and, with `--for-help`, names of people and hosts and addresses too.

Each value gets a placeholder (`<host-1>`, `<user-2>`, `<secret-1>`), the same wherever it appears. Known personal names
are found by name, others (addresses, mails, homes, domain names) by pattern. In doubt a value is redacted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from wizard.answers.questions import Answers, Question
from wizard.base.confidential import confidential, spellings
from wizard.base.secret import MASK, Secret
from wizard.base.values import replace
from wizard.host.facts import Facts
from wizard.host.proxy_files import settings
from wizard.outputs.personal import COMMON, IPV4, UNIT, address_in, personal_data
from wizard.walk.events import Observed
from wizard.walk.verification import Verified

# Keys of a report's data whose values are Jalon's own identifiers, which programs rely on.
KEPT_KEYS = {"id", "kind", "checkpoint", "state", "secret", "outcome"}

# Letters from which on a secret is also found within a word: a report rather leaves out too much.
WHOLE_WORDS = 4


class Redaction:
    """Redacts known secrets in texts and, after `redact_personal`, personal data too."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        known = [one.reveal() for one in secrets]
        # What opens an address holds a password, which programs may print alone.
        known += [password for text in known if (password := _password_of(text))]
        self._secrets = {form: text for text in known for form in spellings(text)}
        self._confidential = confidential(self._secrets, WHOLE_WORDS)
        self._personal: re.Pattern[str] | None = None
        self._kinds: dict[str, str] = {}
        self._placeholders: dict[tuple[str, str], str] = {}
        self._instance = ""
        self.for_help = False

    def redact_personal(
        self, questions: Sequence[Question], answers: Answers, facts: Facts, people: Iterable[str], instance: str
    ) -> None:
        """Redacts personal data from now on. The instance's name stays, unless it is also a person's or a host's."""
        self.for_help = True
        known = [("user", facts.user), ("host", facts.hostname), *(("address", one) for one in facts.addresses)]
        known += [("host", one.place[0]) for one in settings().proxies if one.place]
        for question in questions:
            value = answers.get(question.key, "")
            if question.personal and not isinstance(value, Secret):
                every = value if isinstance(value, tuple) else (value,)
                known += [(question.personal, _host_of(str(one))) for one in every]
            if token := _password_of(str(value)):
                self._secrets |= dict.fromkeys(spellings(token), token)
        if instance.lower() not in {name.lower() for _kind, name in known}:
            self._instance = instance
        known += [("user", name) for name in people]
        # Hosts are also called by the first label of their name.
        known += [(kind, name.partition(".")[0]) for kind, name in known if kind == "host" and "." in name]
        for kind, name in known:
            common = name.lower() in COMMON or name == self._instance or name.startswith("127.")
            if not common and len(name) > 1 and not name.isdecimal() and name.lower() not in self._kinds:
                self._kinds[name.lower()] = "address" if address_in(name) else kind
                self._placeholder(self._kinds[name.lower()], name)
        self._confidential, self._personal = confidential(self._secrets, WHOLE_WORDS), personal_data(self._kinds)

    def text(self, text: str) -> str:
        """The redacted text."""
        pieces, at = [], 0
        # Secrets first, so that no other pattern replaces part of one and leaves the rest.
        for match in self._confidential.finditer(text):
            hidden = self._placeholder("secret", self._secrets[match[0]]) if self.for_help else MASK
            pieces += [self._impersonal(text[at : match.start()]), hidden]
            at = match.end()
        return "".join((*pieces, self._impersonal(text[at:])))

    def _impersonal(self, text: str) -> str:
        return self._personal.sub(self._replaced, text) if self._personal else text

    def data(self, value: Any) -> Any:
        """A structure with every text redacted, except keys and the values of `KEPT_KEYS`."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: one if key in KEPT_KEYS else self.data(one) for key, one in value.items()}
        return [self.data(one) for one in value] if isinstance(value, list | tuple) else value

    def facts(self, facts: Facts) -> Facts:
        """The redacted facts."""
        texts = {name: self.text(getattr(facts, name)) for name in ("name", "virtualisation", "container", "hostname")}
        addresses = tuple(map(self.text, facts.addresses))
        return replace(facts, **texts, addresses=addresses, user=self.text(facts.user))

    def verified(self, verified: Iterable[Verified]) -> list[Verified]:
        """The findings with every text redacted; ids stay."""
        return [
            replace(
                one,
                checkpoint=replace(one.checkpoint, title=self.text(one.checkpoint.title)),
                observed=tuple(self._observed(observed) for observed in one.observed),
            )
            for one in verified
        ]

    def _observed(self, observed: Observed) -> Observed:
        finding = observed.finding
        cause, remedy = finding.cause, finding.remedy
        if cause:
            cause = replace(cause, text=self.text(cause.text))
        if remedy:
            remedy = replace(remedy, text=self.text(remedy.text), commands=tuple(map(self.text, remedy.commands)))
        texts = {"evidence": self.text(finding.evidence), "because": self.text(finding.because)}
        return replace(
            observed,
            probe=replace(observed.probe, title=self.text(observed.probe.title)),
            finding=replace(finding, cause=cause, remedy=remedy, **texts),
        )

    def _replaced(self, match: re.Match[str]) -> str:
        found, kind = match[0], match.lastgroup
        if kind == "assigned":
            value = match["value"].strip("\"'")
            return match["key"] + (self._placeholder("secret", value) if value.strip("*") else match["value"])
        if kind == "url":
            return self._url(match)
        if kind == "known":
            return self._placeholder(self._kinds.get(found.lower(), "name"), found)
        if kind == "mail":
            of_unit = UNIT.search(found) or (self._instance and found.endswith(f"@{self._instance}"))
            return found if of_unit else self._placeholder("mail", found)
        if kind == "domain":
            return self._placeholder("host", found)
        if kind == "home":
            return found if found == self._instance else self._placeholder("user", found)
        if address := address_in(found):
            return found.replace(address, self._placeholder("address", address))
        # What is no IPv6 address as a whole may contain an IPv4 one.
        return re.sub(IPV4, self._replaced_four, found) if kind == "six" else found

    def _replaced_four(self, match: re.Match[str]) -> str:
        return self._placeholder("address", match[0]) if address_in(match[0]) else match[0]

    def _url(self, match: re.Match[str]) -> str:
        who, where = match["who"] or "", match["where"]
        if who:
            who = self._placeholder("secret" if ":" in who else "user", who.removesuffix("@")) + "@"
        bare = where.strip("[]")
        if bare.lower() == "localhost" or bare.startswith("127.") or bare == "::1":
            return match["scheme"] + who + where
        kind = "address" if address_in(bare) else "host"
        return match["scheme"] + who + self._placeholder(kind, bare)

    def _placeholder(self, kind: str, text: str) -> str:
        key = (kind, text if kind == "secret" else text.lower())
        if key not in self._placeholders:
            number = 1 + sum(one == kind for one, _text in self._placeholders)
            self._placeholders[key] = f"<{kind}-{number}>"
        return self._placeholders[key]


def _password_of(answer: str) -> str:
    """The password in a URL (`https://user:PASSWORD@host`); "" for none."""
    try:
        return unquote(urlsplit(answer).password or "") if "://" in answer else ""
    except ValueError:
        return ""


def _host_of(answer: str) -> str:
    if "://" not in answer:
        return answer
    try:
        return urlsplit(answer).hostname or ""
    except ValueError:
        return ""
