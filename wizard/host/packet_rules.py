"""Whether rules of a packet filter let a new TCP connection from another machine, over IPv4, reach a port of this one.

Pure functions of what `nft -j list ruleset` and `iptables-save` say. What a rule wants of the packet is true of every
such connection, of none, or, where it depends on who comes, of some.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from wizard.base.lines import lines_of
from wizard.base.values import Value

NEVER, SOME, ALWAYS = 0, 1, 2
OPEN, STOPPED, PARTLY = "open", "stopped", "partly"
DEEPEST = 16
FAMILIES = ("ip", "inet")
HOOKS = ("prerouting", "input")
LOCAL_NETWORKS = ("127.", "224.", "255.255.255.255", "::1")
VERDICTS = ("accept", "drop", "reject", "return")


class Rule(Value):
    """A rule: for which of those connections it holds, what it does (`accept`, `drop`, `jump`, `goto`, `return`, "" for
    nothing that ends), the chain that a jump leads to, and its words."""

    holds: int
    does: str = ""
    target: str = ""
    words: str = ""


class Chain(Value):
    """A chain; one with a hook begins there, in the order of its priority, and ends with its policy."""

    name: str
    rules: tuple[Rule, ...] = ()
    hook: str = ""
    priority: int = 0
    policy: str = "accept"
    table: str = ""


class Passage(Value):
    """What becomes of such connections: `open`, `stopped` (all of them), or `partly` (those of some people alone); and
    which chain, with which rule or policy, stops them."""

    state: str = OPEN
    where: str = ""
    rule: str = ""


def passage(chains: Iterable[Chain]) -> Passage:
    """What becomes of a connection that goes through these chains."""
    known = {f"{one.table} {one.name}": one for one in chains}
    base = [one for one in known.values() if one.hook in HOOKS]
    for chain in sorted(base, key=lambda one: (HOOKS.index(one.hook), one.priority)):
        walked = _Walk(known, chain.table)
        ended, rule = walked.through(chain)
        if ended == "drop" or (not ended and chain.policy == "drop"):
            state = PARTLY if walked.some_accepted else STOPPED
            return Passage(state, f"{chain.table} {chain.name}", rule or "policy drop")
    return Passage()


class _Walk:
    """A way through the chains of one table."""

    def __init__(self, chains: Mapping[str, Chain], table: str) -> None:
        self._chains, self._table = chains, table
        self.some_accepted = False

    def through(self, chain: Chain, depth: int = 0) -> tuple[str, str]:
        """How the way ends (`accept`, `drop`, "" if it goes on behind the chain), and the rule that ends it."""
        for rule in chain.rules:
            if rule.holds == NEVER:
                continue
            does, words = rule.does, rule.words
            if does in ("jump", "goto"):
                does, words = self._below(rule, depth)
                if rule.does == "goto" and rule.holds == ALWAYS:
                    return does, words
            if does == "return" and rule.holds == ALWAYS:
                return "", ""
            if rule.holds == SOME:
                self.some_accepted |= does == "accept"
            elif does in ("accept", "drop"):
                return does, words
        return "", ""

    def _below(self, rule: Rule, depth: int) -> tuple[str, str]:
        chain = self._chains.get(f"{self._table} {rule.target}")
        return self.through(chain, depth + 1) if chain and depth < DEEPEST else ("", "")


def of_nft(said: Mapping[str, Any], port: int) -> list[Chain]:
    """The chains of `nft -j list ruleset`, for connections to a port."""
    listed = [one for one in said.get("nftables", ()) if isinstance(one, dict)]
    sets = {
        f"{one['set'].get('family')} {one['set'].get('table')} {one['set'].get('name')}": one["set"].get("elem", [])
        for one in listed
        if "set" in one
    }
    rules: dict[str, list[Rule]] = {}
    for one in (entry["rule"] for entry in listed if "rule" in entry):
        table = f"{one.get('family')} {one.get('table')}"
        read = _NftRule(port, table, sets)
        rules.setdefault(f"{table} {one.get('chain')}", []).extend(read.rules(one.get("expr", [])))
    return [
        Chain(
            name=str(one.get("name")),
            rules=tuple(rules.get(f"{one.get('family')} {one.get('table')} {one.get('name')}", ())),
            hook=str(one.get("hook", "")) if one.get("type") != "nat" else "",
            priority=one.get("prio", 0) if isinstance(one.get("prio", 0), int) else 0,
            policy=str(one.get("policy", "accept")),
            table=f"{one.get('family')} {one.get('table')}",
        )
        for one in (entry["chain"] for entry in listed if "chain" in entry)
        if one.get("family") in FAMILIES
    ]


class _NftRule:
    """Reads the expressions of a rule."""

    def __init__(self, port: int, table: str, sets: Mapping[str, Any]) -> None:
        self._port, self._table, self._sets = port, table, sets

    def rules(self, expressions: Sequence[Any]) -> list[Rule]:
        """What a rule comes to: one, or several where it maps to verdicts."""
        holds, words, found = ALWAYS, [], []
        for one in expressions:
            name, value = next(iter(one.items())) if isinstance(one, dict) and one else ("", None)
            if name == "match" and isinstance(value, dict):
                holds = min(holds, self._match(value))
                words.append(_words(value))
            elif name in ("xt", "limit", "quota", "ct count", "connlimit"):
                holds = min(holds, SOME)
            elif name == "vmap" and isinstance(value, dict):
                found += self._mapped(value, holds)
            elif name in VERDICTS:
                does = "drop" if name == "reject" else name
                found.append(Rule(holds, does, words=" ".join([*words, name])))
            elif name in ("jump", "goto"):
                found.append(Rule(holds, name, str(value.get("target")) if isinstance(value, dict) else ""))
            elif name == "queue":
                found.append(Rule(min(holds, SOME), "accept"))
        return found

    def _match(self, value: Mapping[str, Any]) -> int:
        left, op, right = value.get("left"), value.get("op", "=="), value.get("right")
        held = self._is(left, right)
        return {NEVER: ALWAYS, SOME: SOME, ALWAYS: NEVER}[held] if op == "!=" and not _of_another(left) else held

    def _mapped(self, value: Mapping[str, Any], holds: int) -> list[Rule]:
        data = value.get("data")
        pairs = data.get("set", []) if isinstance(data, dict) else self._elements(data)
        found = []
        for pair in pairs if isinstance(pairs, list) else ():
            if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], dict):
                continue
            held = min(holds, self._is(value.get("key"), pair[0]))
            name, to = next(iter(pair[1].items()))
            does = "drop" if name == "reject" else name
            target = str(to.get("target")) if isinstance(to, dict) else ""
            found.append(Rule(held, does, target, name))
        return found

    def _elements(self, name: Any) -> Any:
        return self._sets.get(f"{self._table} {str(name).lstrip('@')}")

    def _is(self, left: Any, right: Any) -> int:
        """Whether what is on the left is what is on the right."""
        if isinstance(right, str) and right.startswith("@"):
            right = {"set": self._elements(right)}
        if isinstance(right, dict) and "set" in right:
            right = right["set"]
        if isinstance(right, list):
            return max((self._is(left, one) for one in right), default=NEVER)
        if isinstance(right, dict) and "elem" in right:
            return self._is(left, right["elem"].get("val"))
        if not isinstance(left, dict) or right is None:
            return SOME
        if "payload" in left:
            return self._payload(left["payload"], right)
        if "meta" in left:
            return _meta(left["meta"].get("key"), right)
        if left.get("ct", {}).get("key") == "state":
            return ALWAYS if right == "new" else NEVER
        if left.get("fib", {}).get("result") == "type" and "daddr" in left["fib"].get("flags", ()):
            return ALWAYS if right == "local" else NEVER
        return SOME

    def _payload(self, payload: Mapping[str, Any], right: Any) -> int:
        protocol, field = payload.get("protocol"), payload.get("field")
        if protocol in ("tcp", "th"):
            return _within(right, self._port) if field == "dport" else SOME
        if protocol == "ip":
            if field == "protocol":
                return ALWAYS if right in ("tcp", 6) else NEVER
            return _address(right) if field in ("saddr", "daddr") else SOME
        return NEVER


def _of_another(left: Any) -> bool:
    """Whether a match is about packets of another protocol, so that neither it nor its opposite holds."""
    payload = left.get("payload", {}) if isinstance(left, dict) else {}
    return bool(payload) and payload.get("protocol") not in ("tcp", "th", "ip")


def _meta(key: Any, right: Any) -> int:
    if key in ("iif", "iifname"):
        return NEVER if right == "lo" else SOME
    fixed = {"l4proto": ("tcp", 6), "nfproto": ("ipv4", 2), "protocol": ("ip",), "pkttype": ("host", "unicast")}
    return SOME if key not in fixed else ALWAYS if right in fixed[key] else NEVER


def _within(right: Any, port: int) -> int:
    if isinstance(right, dict) and "range" in right:
        first, last = right["range"]
        return ALWAYS if isinstance(first, int) and isinstance(last, int) and first <= port <= last else NEVER
    return ALWAYS if right in (port, {80: "http", 443: "https"}.get(port)) else NEVER


def _address(right: Any) -> int:
    prefix = right.get("prefix", {}) if isinstance(right, dict) else {}
    address = str(prefix.get("addr", right))
    if prefix.get("len") == 0:
        return ALWAYS
    return NEVER if address.startswith(LOCAL_NETWORKS) else SOME


def _words(value: Mapping[str, Any]) -> str:
    """A match in words that are like nft's own."""
    left, op, right = value.get("left"), value.get("op", "=="), value.get("right")
    if isinstance(left, dict):
        about = next(iter(left.values())) if left else {}
        name = " ".join(str(about.get(one)) for one in ("protocol", "key", "field") if about.get(one)) if about else "?"
    else:
        name = str(left)
    return f"{name} {'' if op in ('==', 'in') else f'{op} '}{right if isinstance(right, int | str) else '...'}"


def of_iptables(said: str, port: int) -> list[Chain]:
    """The chains of `iptables-save`, for connections to a port."""
    chains: dict[str, Chain] = {}
    rules: dict[str, list[Rule]] = {}
    table = ""
    for line in lines_of(said):
        if line.startswith("*"):
            table = f"ip {line[1:].strip()}"
        elif line.startswith(":"):
            name, policy, *_counts = line[1:].split()
            hook = {"INPUT": "input", "PREROUTING": "prerouting"}.get(name, "") if policy != "-" else ""
            chains[f"{table} {name}"] = Chain(
                name,
                hook="" if table == "ip nat" else hook,
                policy="drop" if policy == "DROP" else "accept",
                table=table,
            )
        elif line.startswith("-A "):
            words = _split(line)
            if len(words) > 1:
                rules.setdefault(f"{table} {words[1]}", []).append(_iptables_rule(words[2:], port, line))
    return [
        Chain(one.name, tuple(rules.get(key, ())), one.hook, 0, one.policy, one.table) for key, one in chains.items()
    ]


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


# Options that say nothing of who comes.
HARMLESS = ("-m", "--match", "--comment", "--reject-with", "--log-prefix", "--log-level", "--name", "--mask")
STATES = ("--ctstate", "--state")
CONTINUING = ("LOG", "NFLOG", "MARK", "CONNMARK", "CT", "TRACE", "NOTRACK", "TCPMSS", "SET", "AUDIT")


def _iptables_rule(words: Sequence[str], port: int, line: str) -> Rule:
    holds, does, target, negated, at = ALWAYS, "", "", False, 0
    while at < len(words):
        option, value = words[at], words[at + 1] if at + 1 < len(words) else ""
        if option == "!":
            negated, at = True, at + 1
            continue
        if option in ("-j", "-g", "--jump", "--goto"):
            does, target = _iptables_target(value, option)
        elif option not in HARMLESS:
            held = _iptables_match(option, value, port)
            holds = min(holds, {NEVER: ALWAYS, SOME: SOME, ALWAYS: NEVER}[held] if negated else held)
        negated, at = False, at + (2 if value and not value.startswith("-") and value != "!" else 1)
    return Rule(holds, does, target, line)


def _iptables_target(value: str, option: str) -> tuple[str, str]:
    known = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "drop", "RETURN": "return"}
    if value in known:
        return known[value], ""
    return ("", "") if value in CONTINUING else ("goto" if option in ("-g", "--goto") else "jump", value)


def _iptables_match(option: str, value: str, port: int) -> int:
    if option in ("-p", "--protocol"):
        return ALWAYS if value in ("tcp", "6", "all", "0") else NEVER
    if option in ("-i", "--in-interface"):
        return NEVER if value == "lo" else SOME
    if option in ("--dport", "--dports", "--destination-port", "--destination-ports", "--ports"):
        return max((_iptables_ports(one, port) for one in value.split(",")), default=NEVER)
    if option in STATES:
        return ALWAYS if "NEW" in value.split(",") else NEVER
    if option in ("-s", "-d", "--source", "--destination"):
        return ALWAYS if value.endswith("/0") else NEVER if value.startswith(LOCAL_NETWORKS) else SOME
    if option == "--dst-type":
        return ALWAYS if value == "LOCAL" else NEVER
    return SOME


def _iptables_ports(words: str, port: int) -> int:
    first, colon, last = words.partition(":")
    names = {"http": 80, "https": 443}
    low = names.get(first, int(first) if first.isdigit() else 0)
    high = int(last) if last.isdigit() else 65535 if colon else low
    return ALWAYS if low <= port <= high else NEVER
