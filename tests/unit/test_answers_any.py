"""Any answer at all is refused by its question's name, or reaches every file byte for byte.

What is generated is rendered twice: with the answer, and with a plain word in its place. What the program that reads
the file makes of both must be the same but for that word: so nothing was cut, added, or understood as something else.
JALON_TEST_EXAMPLES says how many answers are made up (300).
"""

from __future__ import annotations

import ast
import configparser
import gc
import json
import os
import re
import shlex
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import crossplane
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.guide_folders import made_up_guides
from wizard.answers.questions import CHOICE, LIST, NUMBER, TRUTH, Answers, Question, check_answers, toml_value
from wizard.base.rendering import Rendered, shell_word
from wizard.base.secret import Secret
from wizard.base.toml import loads
from wizard.base.values import Value, field_names, replace
from wizard.guide import Checkpoint, Circumstances, Guide
from wizard.guides.outside import Source, load
from wizard.guides.registry import find
from wizard.host.facts import Facts
from wizard.steps.cron import CrontabLines

EXAMPLES = int(os.environ.get("JALON_TEST_EXAMPLES", "300"))
SHORTEST = 6
LONGEST = 1.0  # seconds of processor that one example may take
FACTS = Facts(
    distribution="debian",
    version="12",
    package_manager="apt",
    python="3.11",
    hostname="host",
    addresses=("10.0.0.1",),
    user="me",
    root=True,
    group="me",
    home="/home/me",
    programs=("git", "nginx"),
    free_port=8080,
)


def _guides() -> tuple[Guide, ...]:
    built_in = [find(name) for name in ("biomaid", "omero-web", "maquette")]
    folders = [one for one in sorted(made_up_guides().iterdir()) if (one / "__init__.py").exists()]
    return (*filter(None, built_in), *(load(Source(one.name, str(one), one)) for one in folders))


GUIDES = _guides()
QUESTIONS = {guide.id: tuple(guide.questions()) for guide in GUIDES}

PAYLOADS = (
    *("'", '"', "\\", "`", "$(id)", "${IFS}", ";", "%", "%h", "%%", "{{ 7*7 }}", "{% raw %}", "../", "/../", "$host"),
    *("\n", "\r\n", "\t", "\0", "\x1b[2J", "\x7f", "\x85", "\x9b", "\u2028", "\u202e", "\u200b", "\ufeff", "\ud800"),
    *("#", " #", ";x", "}", "{", "|", "&", "<", ">", "*", "?", "~", "!", "=", ":", "@", ",", " ", "  ", "-", "--x"),
    *(
        "'; DROP TABLE x; --",
        '"""',
        "'''",
        "\\'",
        "\\n",
        "\\\\",
        "%(ENV_HOME)s",
        "é",
        "ﬁ",
        "İ",
        "Ⅷ",
        "一",
        "😀",
        "\u0301",
    ),
    *("..", ".", "/", "//", "a" * 60, "a" * 300, "/" + "b" * 4000, "0", "00", "-1", "1e9", "true", "null", "nan"),
)
TEXTS = st.one_of(
    st.sampled_from(PAYLOADS),
    st.text(max_size=40),
    st.text(st.sampled_from("abz09_-./:@ '\"\\$`;%#{}=\n\té"), max_size=60),
)


# What most checks let pass, among letters that few programs expect.
PLAIN = st.text(st.sampled_from("abzAZ09_-.+éßﬁ一Ⅷ²ı"), min_size=1, max_size=12)


PATHS = st.builds("/{}/{}".format, PLAIN, PLAIN)


def _near(text: str) -> st.SearchStrategy[str]:
    """Texts near one that is right: with something put in somewhere, or at an end."""
    place = st.integers(0, len(text))
    more = st.sampled_from([TEXTS, PLAIN, PLAIN, PATHS]).flatmap(lambda chosen: chosen)
    return st.builds(lambda at, one: text[:at] + one + text[at:], place, more)


def _values(question: Question, usual: Any) -> st.SearchStrategy[Any]:
    """What somebody might give to a question: most of it near what is right."""
    anything = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), TEXTS, st.lists(TEXTS, max_size=4), st.just({"a": ["b"]})
    )
    near: st.SearchStrategy[Any]
    if question.kind == NUMBER:
        near = st.one_of(st.integers(-(10**20), 10**20), st.integers(0, 70000), st.integers().map(str), TEXTS)
    elif question.kind == TRUTH:
        near = st.one_of(st.booleans(), st.sampled_from(["true", "False", "1", "yes"]))
    elif question.kind == LIST:
        word = _near(str((*question.choices, *usual, "example.org")[0]))
        near = st.one_of(st.lists(word, max_size=4), word, st.lists(TEXTS, max_size=4))
    else:
        text = usual.reveal() if isinstance(usual, Secret) else str(usual)
        starts = st.sampled_from([text, "/srv/x", "https://git.example.org/x.git", "https://a:b@h/x", "demo", "x" * 12])
        near = st.one_of(_near(text), starts.flatmap(_near), PLAIN, TEXTS)
    # `one_of` would choose among all that these consist of, most of which is of another kind.
    return st.sampled_from([near] * 9 + [anything]).flatmap(lambda chosen: chosen)


def _example(guide: Guide) -> st.SearchStrategy[tuple[Guide, dict[str, Any]]]:
    usual = check_answers(QUESTIONS[guide.id], {}, FACTS)[0]
    each = [
        st.tuples(st.just(question.key), _values(question, usual[question.key])) for question in QUESTIONS[guide.id]
    ]
    one = st.sampled_from(each).flatmap(lambda chosen: chosen)
    pairs = st.integers(0, 3).flatmap(
        lambda count: st.lists(one, min_size=max(1, count - 1), max_size=max(1, count - 1))
    )
    return pairs.map(lambda found: (guide, dict(found)))


def bodies(value: Any) -> Iterator[Rendered]:
    """The bodies of files in a step, however deep."""
    if isinstance(value, Rendered):
        yield value
    elif isinstance(value, Value):
        for name in field_names(value):
            yield from bodies(getattr(value, name))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from bodies(one)


def _texts(value: Any) -> Iterator[str]:
    """The texts among what a template is given."""
    if isinstance(value, Secret):
        yield value.reveal()
    elif isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _put(value: Any, words: Mapping[str, str]) -> Any:
    """The same with plain words in place of the answers in its texts."""
    if isinstance(value, Secret):
        return Secret(value.name, _worded(value.reveal(), words))
    if isinstance(value, str):
        return _worded(value, words)
    return type(value)(_put(one, words) for one in value) if isinstance(value, list | tuple) else value


def _worded(text: str, words: Mapping[str, str]) -> str:
    for answer, word in words.items():
        # A short one may stand in a text by chance.
        text = word if text == answer else text.replace(answer, word) if len(answer) >= SHORTEST else text
    return text


def _python(text: str, folder: Path) -> Any:
    found: list[Any] = []
    for node in ast.walk(ast.parse(text)):
        found.append(type(node).__name__)
        if isinstance(node, ast.Constant):
            found.append(node.value)
        elif isinstance(node, ast.Name | ast.Attribute):
            found.append(node.id if isinstance(node, ast.Name) else node.attr)
    return found


def _nginx(text: str, folder: Path) -> Any:
    place = folder / "site.conf"
    # A site is what stands within `http`; a whole configuration says so itself.
    place.write_text(text if "http {" in text else f"http {{\n{text}\n}}\n", encoding="utf-8")
    found = crossplane.parse(str(place), single=True, check_ctx=False, check_args=False)
    assert found["status"] == "ok", found["errors"]
    return _directives(found["config"][0]["parsed"])


def _directives(found: Sequence[Mapping[str, Any]]) -> Any:
    return [[one["directive"], one["args"], _directives(one.get("block", ()))] for one in found]


def _unit(text: str, folder: Path) -> Any:
    """Sections, names and values; words as systemd.syntax(7) and systemd.service(5) take quotes, `%` and `$` away."""
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", ";"))]
    assert not [line for line in lines if line.endswith("\\")]
    found: list[Any] = []
    for line in lines:
        name, _equals, value = line.partition("=")
        assert line.startswith("[") or re.fullmatch(r"[A-Za-z]+", name), line
        words = re.findall(r'"(?:\\.|[^"\\])*"|\S+', value)
        plain = [re.sub(r"\\(.)", r"\1", word[1:-1]) if word.startswith('"') else word for word in words]
        assert not [word for word in plain if re.search(r"(?<!%)(%%)*%(?![%nhtT])", word)]
        found.append([name, *(word.replace("%%", "%").replace("$$", "$") for word in plain)])
    return found


def _ini(text: str, folder: Path) -> Any:
    """As supervisor reads it, which puts environment in place of `%(...)s`."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"), strict=False)
    parser.read_string(text)
    found = {name: dict(parser.items(name)) for name in parser.sections()}
    for section in found.values():
        for key, value in section.items():
            section[key] = value % {"program_name": "x", "process_num": 0}
        if "command" in section:
            section["command"] = shlex.split(section["command"])  # type: ignore[assignment]
    return found


def _cron(text: str, folder: Path) -> Any:
    """As cron reads it: five fields, in a file of the system's a user, and a command that `%` ends."""
    found = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#") and not re.match(r"[A-Z]+=", line):
            command = re.split(r"(?<!\\)%", line)
            assert len(command) == 1, line
            found.append([*line.split(None, 5)[:5], shlex.split(line.split(None, 5)[5].replace("\\%", "%"))])
    return found


READERS: Mapping[str, Callable[[str, Path], Any]] = {
    ".py": _python,
    ".toml": lambda text, folder: loads(text),
    ".secret": lambda text, folder: json.loads(text),
    ".service": _unit,
    ".conf": _nginx,
    "restart.conf": _unit,
    "supervisord.conf": _ini,
    "-program.conf": _ini,
    ".cron": _cron,
    "crontab.txt": _cron,
}


def reader_of(template: str) -> Callable[[str, Path], Any] | None:
    """What reads the file of a template as its program would; the longest ending counts."""
    fitting = [ending for ending in READERS if template.endswith(ending)]
    return READERS[max(fitting, key=len)] if fitting else None


def _back(tree: Any, words: Mapping[str, str]) -> Any:
    """A tree in which texts stand again where plain words were."""
    if isinstance(tree, str):
        for text, word in words.items():
            tree = tree.replace(word, text)
        return tree
    if isinstance(tree, dict):
        return {key: _back(one, words) for key, one in tree.items()}
    return type(tree)(_back(one, words) for one in tree) if isinstance(tree, list | tuple) else tree


def check_body(body: Rendered, answers: Sequence[str], folder: Path) -> str:
    """Hold one file to it. Returns its template where there was something to hold."""
    reader = reader_of(body.template)
    within = {text for value in body.values.values() for text in _texts(value)}
    # Templates and programs ask whether it is a path.
    plain = {one: "/" * one.startswith("/") + f"xq{number}wz" for number, one in enumerate(answers)}
    words = {one: plain[one] for one in sorted(plain, key=len, reverse=True)}
    if reader is None or not any(_worded(text, words) != text for text in within):
        return ""
    worded = replace(body, values={key: _put(value, words) for key, value in body.values.items()})
    expected = _back(reader(worded.render().decode(), folder), words)
    assert reader(body.render().decode(), folder) == expected, body.template
    return body.template


def checkpoints(guide: Guide, answers: Answers) -> Sequence[Checkpoint]:
    """Those of these answers."""
    return guide.checkpoints(answers, FACTS, Circumstances())


def check_lines(points: Sequence[Checkpoint]) -> None:
    """Every line for a crontab is one line of words, that `%` does not end."""
    for point in points:
        for step in point.steps:
            for line in step.lines if isinstance(step, CrontabLines) else ():
                assert line.isprintable() and not re.search(r"(?<!\\)%", line), line
                shlex.split(line)


SEEN: Counter[str] = Counter()


def check(guide: Guide, given_answers: Mapping[str, Any], folder: Path) -> None:
    """Hold one example to it."""
    questions = QUESTIONS[guide.id]
    answers, errors = check_answers(questions, given_answers, FACTS)
    if errors:
        SEEN["refused"] += 1
        asked = {question.key for question in questions}
        assert {key for key, _text in errors} <= asked
        for _key, text in errors:
            assert text and len(text) < 1000
        return
    SEEN["accepted"] += 1
    for key in given_answers:
        SEEN[f"{guide.id} {key}"] += 1
    texts = [text for key in given_answers for text in _texts(answers[key])]
    open_values = {key: value for key, value in answers.items() if not isinstance(value, Secret)}
    written = "".join(f"{key} = {toml_value(value)}\n" for key, value in open_values.items())
    read = {key: tuple(one) if isinstance(one, list) else one for key, one in loads(written).items()}
    assert read == open_values
    secrets = {one.name: one.reveal() for one in answers.secrets}
    assert loads("".join(f"{key} = {toml_value(value)}\n" for key, value in secrets.items())) == secrets
    for text in texts:
        assert shlex.split(shell_word(text)) == [text]
    points = checkpoints(guide, answers)
    check_lines(points)
    for point in points:
        for step in point.steps:
            for body in bodies(step):
                if template := check_body(body, [*filter(None, texts)], folder):
                    SEEN[template] += 1


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.id)
def test_any_answer_is_refused_by_name_or_arrives_as_it_is(guide: Guide, tmp_path: Path) -> None:
    @settings(
        max_examples=max(1, EXAMPLES // len(GUIDES)),
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(_example(guide))
    def hold(example: tuple[Guide, dict[str, Any]]) -> None:
        # What hypothesis has left behind of a hundred thousand examples takes seconds to collect.
        gc.disable()
        try:
            began = time.process_time()
            check(*example, tmp_path)
            assert time.process_time() - began < LONGEST
        finally:
            gc.enable()

    hold()
    if "JALON_TEST_EXAMPLES" in os.environ:
        print(json.dumps(SEEN, indent=1))


@pytest.mark.parametrize(
    "guide", [one for one in GUIDES if one.root and one.id in ("biomaid", "omero-web")], ids=lambda one: one.id
)
def test_a_script_of_hostile_answers_is_one_that_a_shell_can_read(guide: Guide, tmp_path: Path) -> None:
    from wizard.host.bare import BareHost
    from wizard.host.overlay import Overlay
    from wizard.outputs import script
    from wizard.walk.plan import plan

    usual = check_answers(QUESTIONS[guide.id], {}, FACTS)[0]
    odd = "a'b\"c\\d`e$(id)f;g%h{{ 7*7 }}é 😀"
    given_answers: dict[str, Any] = {}
    for question in QUESTIONS[guide.id]:
        if question.kind not in (NUMBER, TRUTH, LIST, CHOICE):
            answers, errors = check_answers(QUESTIONS[guide.id], {**given_answers, question.key: odd}, FACTS)
            if not errors:
                given_answers[question.key] = odd
    assert given_answers, "no question takes it"
    answers = check_answers(QUESTIONS[guide.id], given_answers, FACTS)[0]
    steps = list(plan(checkpoints(guide, answers), Overlay(BareHost(FACTS))))
    text = script.render(guide.title(), guide.instance(usual), answers, steps, guide.root)
    place = tmp_path / "script"
    place.write_text(text)
    done = subprocess.run(["bash", "-n", str(place)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
