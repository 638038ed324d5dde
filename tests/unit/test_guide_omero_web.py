"""What holds for OMERO.web's guide as a whole: what it refuses, what follows from its answers, what it renders."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.unit.support import HOSTILE, bare, drain
from tests.unit.test_steps_redhat import ROCKY
from wizard.answers.questions import Answers, check_answers, example, validate_answers
from wizard.authoring.case import rendered, said
from wizard.base.secret import Secret
from wizard.base.toml import loads
from wizard.base.values import field_names
from wizard.findings.probe import Probe, Trial
from wizard.guide import Checkpoint, Circumstances
from wizard.guides.omero_web.names import CORS_MIDDLEWARE, Names
from wizard.guides.omero_web.questions import workers
from wizard.guides.registry import guides
from wizard.host.facts import Facts
from wizard.host.files import EntryAt
from wizard.host.overlay import Overlay
from wizard.host.sockets import Listener, Listeners
from wizard.steps.step import Blocked
from wizard.walk.phase import reached, with_counted_probes
from wizard.walk.plan import plan

GUIDE = guides()["omero-web"]
DEBIAN = Facts(addresses=("192.0.2.7",))
DEFAULTS: dict[str, Any] = {"python": "python3.10"}
SITE = "/etc/nginx/sites-available/omeroweb"


def answered(facts: Facts = DEBIAN, **given: Any) -> Answers:
    """Every question answered."""
    return validate_answers(GUIDE.questions(), {**DEFAULTS, **given}, facts)


def names(facts: Facts = DEBIAN, **given: Any) -> Names:
    """What follows from these answers."""
    return Names(answered(facts, **given), facts)


def packages(found: Names) -> tuple[str, ...]:
    """The packages, by the names that the distribution has for them."""
    return found.here.packages(*found.packages)


def points(facts: Facts = DEBIAN, **given: Any) -> Sequence[Checkpoint]:
    """The guide for these answers."""
    return GUIDE.checkpoints(answered(facts, **given), facts, Circumstances())


def wrong(**given: Any) -> dict[str, str]:
    """What is wrong with some answers, by key."""
    return dict(check_answers(GUIDE.questions(), given, DEBIAN)[1])


class TestQuestions:
    @pytest.mark.parametrize(
        ("key", "value", "why"),
        [
            ("prefix", "omero", "must begin with a slash"),
            ("prefix", "/omero/", "end without one"),
            ("prefix", "/", "must begin with a slash"),
            ("prefix", "//a", "must begin"),
            ("prefix", "/../etc", "must begin"),
            ("prefix", "/a b", "must begin"),
            ("prefix", "/a;}", "must begin"),
            ("app_port", 80, "80 is the port of nginx"),
            ("app_port", 0, "from 1 to 65535"),
            ("http_port", 70000, "from 1 to 65535"),
            ("cors_origins", ["www.example.org"], "is not an origin"),
            ("cors_origins", ["https://h", "https://h/path"], "`https://h/path` is not an origin"),
            ("cors_origins", ["*", "https://h"], "none beside it"),
            ("cors_origins", ["ftp://h"], "is not an origin"),
            ("ice_wheel", "/srv/zeroc-ice.tar.gz", "is no wheel of Ice 3.6"),
            ("ice_wheel", "/srv/zeroc_ice-3.7.10-cp310-cp310-linux_x86_64.whl", "is no wheel of Ice 3.6"),
            ("ice_wheel", "/srv/ice.whl", "is no wheel of Ice 3.6"),
            ("ice_wheel", "srv/zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl", "not an absolute path"),
            ("ice_wheel", "/a b/zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl", "not an absolute path"),
            ("ice_wheel", "file:///../zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl", "not an absolute path"),
            ("ice_wheel", "https:///zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl", "an address such as"),
            ("version", "5.33.2", "is not a range"),
            ("version", ">=5.6.3<6", "is not a range"),
            ("version", ">=5.6.3,", "is not a range"),
            ("version", ">=5.6.3; python_version<'3'", "is not a range"),
            ("version", "", "is not a range"),
            ("wsgi_args", "--timeout 90; reboot", "holds ;"),
            ("wsgi_args", "$(id)", "holds $"),
            ("wsgi_args", "--x '1'", "holds '"),
            ("python", "python2", "absolute path"),
            ("python", "", "absolute path"),
            ("apps", ["Figure"], "`Figure` is no name of an app"),
            ("apps", ["figure", "omero-"], "`omero-` is no name of an app"),
            ("apps", ["--pre"], "is no name of an app"),
            ("redis_url", "127.0.0.1:6379", "no address of a Redis"),
            ("redis_url", "redis://u:p@h/0", "no address of a Redis"),
            ("redis_url", "redis://127.0.0.1:99999/0", "no address of a Redis"),
            ("redis_url", "redis://127.0.0.1:0/0", "no address of a Redis"),
            ("index_template", "../secret.html", "no path of a template"),
            ("index_template", "a/../../b.html", "no path of a template"),
            ("index_template", "/etc/passwd", "no path of a template"),
            ("login_logo", "logo.png", "an address such as"),
            ("proxy", "proxy:3128", "an address such as"),
            ("python_index", "/srv/simple", "an address such as"),
            ("session_engine", "memory", "none of: files, redis"),
            ("session_cookie_age", 0, "at least 1"),
            ("workers", 0, "at least 1"),
            ("user", "Omero", "capital"),
            ("omerodir", "opt/omero", "not an absolute path"),
            ("venv", "/opt/%n", "not an absolute path"),
            ("app_host", "0.0.0.0:4080", "neither a host's name nor an address"),
            ("public_password", "ends in space ", "OMERO drops the space"),
        ],
    )  # fmt: skip
    def test_a_bad_value_is_refused_with_its_reason(self, key: str, value: Any, why: str) -> None:
        found = wrong(**{key: value})
        assert list(found) == [key]
        assert why in found[key]

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("prefix", "/image-data/omero_2"),
            ("cors_origins", ["*"]),
            ("cors_origins", "https://www.example.org, http://127.0.0.1:8000"),
            ("ice_wheel", "/srv/zeroc_ice-3.6.5-cp310-cp310-linux_x86_64.whl"),
            ("ice_wheel", "file:///srv/zeroc_ice-3.6.5-1-cp310-cp310-linux_x86_64.whl"),
            ("ice_wheel", "https://h/d/zeroc_ice-3.6.5-cp312-cp312-manylinux_2_28_x86_64.manylinux_2_34_x86_64.whl"),
            ("version", ">= 5.6.3, < 6"),
            ("version", "==5.33.2"),
            ("wsgi_args", "--timeout=90 --log-file /var/log/x,y+z@1"),
            ("python", "/opt/python3.10/bin/python3"),
            ("apps", ["figure", "omero-iviewer", "omero_fpbioimage", "web-zarr"]),
            ("redis_url", "rediss://cache.example.org:6380/1"),
            ("index_template", "figure/index.html"),
            ("app_port", "4081"),
            ("public_password", "s3 cr'et\"$(id)"),
        ],
    )
    def test_a_good_one_is_taken(self, key: str, value: Any) -> None:
        assert wrong(**{key: value}) == {}

    def test_the_ports_are_held_against_each_other(self) -> None:
        assert list(wrong(http_port=4080)) == ["app_port"]
        assert wrong(http_port=4080, app_port=80) == {}

    def test_hostile_text_is_refused_or_kept_as_it_is(self) -> None:
        """Nothing that gets through means anything to nginx, systemd, cron or a shell but in quotes."""
        for question in GUIDE.questions():
            for text in HOSTILE:
                given = [text] if question.kind == "list" else text
                answers, errors = check_answers(GUIDE.questions(), {question.key: given}, DEBIAN)
                if errors or question.kind == "secret":
                    continue
                for value in given if isinstance(given, list) else [given]:
                    assert re.fullmatch(r"[\w ./:=,@+<>!~*%-]*", str(value)), (question.key, value)
                assert answers[question.key] in (given, tuple(given))

    def test_its_answers_file_gives_its_defaults_back(self) -> None:
        questions = GUIDE.questions()
        assert validate_answers(
            questions, loads(example(questions, validate_answers(questions, {}, DEBIAN))), DEBIAN
        ) == validate_answers(questions, {}, DEBIAN)

    @pytest.mark.parametrize(("processors", "count"), [(1, 4), (2, 5), (4, 9), (64, 12)])
    def test_workers(self, processors: int, count: int) -> None:
        assert workers(Facts(processors=processors)) == count

    def test_behind_nginx_it_listens_to_this_machine_alone(self) -> None:
        assert answered().app_host == "127.0.0.1"
        assert answered(nginx_here=False).app_host == "0.0.0.0"


class TestNames:
    def test_by_default_omero_s_own_defaults_are_left_alone(self) -> None:
        found = {key: value for key, value in names().properties.items() if value is not None}
        assert found == {"omero.web.application_server": "wsgi-tcp", "omero.web.wsgi_workers": "5"}

    @pytest.mark.parametrize(
        ("given", "expected"),
        [
            ({"prefix": "/omero"}, {"prefix": "/omero", "static_url": "/omero/static/"}),
            ({"omero_server": "o.example.org"}, {"server_list": [["o.example.org", 4064, "omero"]]}),
            ({"cors_origins": ["*"]}, {"cors_origin_allow_all": True, "cors_origin_whitelist": None}),
            (
                {"cors_origins": ["https://a", "https://b"]},
                {"cors_origin_allow_all": None, "cors_origin_whitelist": ["https://a", "https://b"]},
            ),
            ({"session_expire_at_browser_close": False}, {"session_expire_at_browser_close": False}),
            (
                {"session_engine": "redis"},
                {
                    "session_engine": "django.contrib.sessions.backends.cache",
                    "caches": {
                        "default": {
                            "BACKEND": "django_redis.cache.RedisCache",
                            "LOCATION": "redis://127.0.0.1:6379/0",
                        }
                    },
                },
            ),
            ({"public_user": "v"}, {"public.enabled": True, "public.user": "v", "public.url_filter": "^/webgateway"}),
            ({"public_password": "alone"}, {"public.enabled": None, "public.password": None}),
            ({"app_port": 4081}, {"application_server.port": 4081}),
        ],
    )
    def test_an_answer_is_a_property(self, given: dict[str, Any], expected: dict[str, Any]) -> None:
        properties = names(**given).properties
        for key, value in expected.items():
            found = properties[f"omero.web.{key}"]
            assert isinstance(found, str) or found is None
            try:
                assert value == (found and json.loads(found))
            except ValueError:
                assert value == found

    def test_the_public_password_stays_a_secret(self) -> None:
        found = names(public_user="v", public_password="s3cret").properties["omero.web.public.password"]
        assert isinstance(found, Secret) and found.reveal() == "s3cret"

    def test_apps_by_any_of_their_names_once(self) -> None:
        found = names(apps=["figure", "omero-iviewer", "omero_figure", "web-zarr"])
        assert [one.name for one in found.modules] == ["omero-web", "omero-figure", "omero-iviewer", "omero-web-zarr"]
        assert found.app_names == ('"omero_figure"', '"omero_iviewer"', '"omero_web_zarr"')

    def test_redis_is_one_of_omero_web_s_extras(self) -> None:
        assert names().web.requirement == "omero-web>=5.6.3"
        assert names(session_engine="redis").web.requirement == "omero-web[redis]>=5.6.3"

    @pytest.mark.parametrize(
        ("facts", "given", "unit"),
        [
            (DEBIAN, {}, ""),
            (DEBIAN, {"session_engine": "redis"}, "redis-server.service"),
            (Facts(**ROCKY), {"session_engine": "redis"}, "redis.service"),
            (DEBIAN, {"session_engine": "redis", "redis_url": "redis://localhost"}, "redis-server.service"),
            (DEBIAN, {"session_engine": "redis", "redis_url": "redis://localhost.example.org"}, ""),
        ],
    )
    def test_redis_here(self, facts: Facts, given: dict[str, Any], unit: str) -> None:
        found = names(facts, **given)
        assert found.redis == unit
        assert ("redis" in " ".join(packages(found))) is bool(unit)

    @pytest.mark.parametrize(
        ("python", "package"),
        [("python3", "python3"), ("python3.12", "python3.12"), ("/opt/python3.10/bin/python3", "python3")],
    )
    def test_red_hat_s_newer_pythons_are_packages_of_their_own(self, python: str, package: str) -> None:
        found = packages(names(Facts(**ROCKY), python=python))
        assert [one for one in found if one.startswith("python3") and not one.endswith("-devel")] == [package]

    @pytest.mark.parametrize(
        ("python", "built"),
        [("python3.10", True), ("/opt/python3.10/bin/python3", True), ("/opt/3.9/bin/python3.12", False)],
    )
    def test_ice_is_built_by_the_python_that_was_named(self, python: str, built: bool) -> None:
        assert ("g++" in packages(names(python=python))) is built

    def test_compilers_only_where_ice_is_built(self) -> None:
        wheel = "https://h/zeroc_ice-3.6.5-cp310-cp310-x.whl"
        assert "g++" in packages(names()) and "gcc-c++" in packages(names(Facts(**ROCKY)))
        assert "g++" not in packages(names(ice_wheel=wheel))

    @pytest.mark.parametrize(
        ("given", "asked", "behind"),
        [
            ({}, "127.0.0.1", "127.0.0.1"),
            ({"app_host": "0.0.0.0"}, "127.0.0.1", "127.0.0.1"),
            ({"app_host": "192.0.2.9"}, "192.0.2.9", "192.0.2.9"),
            ({"nginx_here": False}, "127.0.0.1", "192.0.2.7"),
            ({"nginx_here": False, "app_host": "192.0.2.9"}, "192.0.2.9", "192.0.2.9"),
        ],
    )
    def test_where_it_is_asked_and_where_nginx_finds_it(self, given: dict[str, Any], asked: str, behind: str) -> None:
        assert (names(**given).upstream, names(**given).proxied_address) == (asked, behind)

    def test_cors_brings_its_middleware(self) -> None:
        assert len(names().middleware) == 1
        assert names(cors_origins=["*"]).middleware[1:] == CORS_MIDDLEWARE


class TestCheckpoints:
    @pytest.mark.parametrize("given", [{}, {"nginx_here": False}, {"session_engine": "redis", "apps": ["figure"]}])
    def test_a_step_that_a_probe_names_is_one_of_its_checkpoint(self, given: dict[str, Any]) -> None:
        named = []
        for point in points(**given):
            every: list[Probe | Trial] = [*point.probes, *point.trials]
            assert len({step.title for step in point.steps}) == len(point.steps), point.id
            for probe in every:
                for name in field_names(probe):
                    if (name == "step" or name.endswith("_step")) and getattr(probe, name):
                        assert getattr(probe, name) in {step.key for step in point.steps}, probe.id
                        named.append(probe.id)
        assert {"environment.ice", "environment.modules", "service.return"} <= set(named)

    def test_with_nginx_elsewhere_nothing_asks_it(self) -> None:
        ids = {probe.id for point in points(nginx_here=False) for probe in point.probes}
        assert "nginx.site" in ids
        assert not ids & {"system.nginx", "nginx.port", "nginx.static", "nginx.waiting", "service.page"}

    def test_what_is_needed_is_there(self) -> None:
        for here in (True, False):
            every: list[Any] = [one for point in points(nginx_here=here) for one in [*point.probes, *point.trials]]
            ids = {one.id for one in every}
            assert {need for one in every for need in one.needs} <= ids

    def test_the_502_counts_until_the_service_is_there(self) -> None:
        every = points()
        for upto, there in ((6, False), (5, True)):
            probes = {probe.id for _point, found in with_counted_probes(every, upto) for probe in found}
            assert ("nginx.waiting" in probes) is there

    @pytest.mark.parametrize("selinux", ["disabled", "enforcing"])
    def test_selinux_is_reached_after_all_before_it(self, selinux: str) -> None:
        facts = Facts(**{**ROCKY, "selinux": selinux})
        every = points(facts, python="python3")
        # Nothing of a hand-made start is left to see: it is reached with the configuration before it.
        after = {"configuration": 4, "maintenance": 8 if selinux == "disabled" else 7}
        host = bare(**vars(facts))
        assert reached(every, host) == 0
        for number, point in enumerate(every, 1):
            list(plan([point], host))
            assert reached(every, host) == after.get(point.id, number), point.id

    @pytest.mark.parametrize(("port", "point"), [(80, "system"), (4080, "start")])
    def test_a_port_of_another_program_is_in_the_way(self, port: int, point: str) -> None:
        host = bare({Listeners(): (Listener("0.0.0.0", port, "apache2", 9, "root"),)})
        [found] = [one for one in points() if one.id == point]
        with pytest.raises(Blocked, match="apache2"):
            drain(found.steps[0], host)

    def test_at_the_end_its_address_is_told(self) -> None:
        facts = DEBIAN
        for given, address in (
            ({"server_name": "h.example.org", "prefix": "/omero"}, "http://h.example.org/omero/"),
            ({"http_port": 8080}, "http://localhost:8080/"),
            ({"nginx_here": False}, "http://localhost:4080/"),
        ):
            assert GUIDE.arrival is not None
            assert GUIDE.arrival(answered(facts, **given), facts).address == address

    def test_an_answer_taken_back_is_taken_back_where_jalon_set_it(self) -> None:
        """The plan's own journal is empty: what somebody else set stays."""
        host = bare()
        list(plan(points(prefix="/omero", cors_origins=["*"]), host))
        left = said(list(plan(points(), Overlay(host))))
        assert not [line for line in left if "Property" in line]


class TestFiles:
    GIVEN: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"prefix": "/image-data/omero", "server_name": "h.example.org", "app_host": "0.0.0.0"},
        {"nginx_here": False, "prefix": "/omero"},
        {"omerodir": "/srv/été/omero@2+x"},
    )

    @staticmethod
    def files(**given: Any) -> dict[str, str]:
        """What is rendered."""
        found = rendered(list(plan(points(**given), bare(addresses=("192.0.2.7",)))))
        return {path: change.body.render().decode() for path, change in found.items()}

    @pytest.mark.parametrize("given", GIVEN)
    def test_nginx_s_grammar_takes_the_site(self, given: dict[str, Any], tmp_path: Path) -> None:
        import crossplane

        [text] = [text for path, text in self.files(**given).items() if path == SITE or path.endswith("/nginx.conf")]
        (tmp_path / "site").write_text(text)
        (tmp_path / "nginx.conf").write_text("events { }\nhttp { include site; }\n")
        whole = crossplane.parse(str(tmp_path / "nginx.conf"), strict=True)
        assert whole["errors"] == []
        [site] = [one["parsed"] for one in whole["config"] if one["file"].endswith("site")]
        [server] = [one["block"] for one in site if one["directive"] == "server"]
        for location in [one for one in server if one["directive"] == "location"]:
            inner = {one["directive"]: one["args"] for one in location["block"]}
            # Without the slash, "static../" would lead out of the folder.
            assert "alias" not in inner or (location["args"][-1].endswith("/") and inner["alias"][0].endswith("/"))
            if "proxy_pass" in inner:
                assert inner["error_page"] == ["502", *[a for a in inner["error_page"] if a.startswith("@mainten")]]
                assert [inner["error_page"][1]] in [one["args"] for one in server if one["directive"] == "location"]

    @pytest.mark.parametrize("given", GIVEN)
    def test_the_unit_is_one_by_its_lines(self, given: dict[str, Any]) -> None:
        text = self.files(**given)["/etc/systemd/system/omero-web.service"]
        for line in text.splitlines():
            assert re.fullmatch(r"|#.*|\[(Unit|Service|Install)\]|CapabilityBoundingSet=|[A-Z][A-Za-z]+=\S.*", line), (
                line
            )
            assert line.count('"') % 2 == 0, line
        assert "network.service" not in text
        assert ("nginx.service" in text) is given.get("nginx_here", True)

    @pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed here")
    def test_systemd_has_nothing_to_say_about_the_unit(self, tmp_path: Path) -> None:
        program = tmp_path / "venv/bin/omero"
        program.parent.mkdir(parents=True)
        program.write_text("#!/bin/sh\n")
        program.chmod(0o755)
        unit = tmp_path / "jalon-omero-web.service"
        unit.write_text(self.files(venv=str(tmp_path / "venv"))["/etc/systemd/system/omero-web.service"])
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True)
        assert "jalon-omero-web" not in done.stdout + done.stderr

    @pytest.mark.parametrize(
        ("path", "owner", "mode"),
        [
            ("nginx.conf", "omero-web", 0o644),
            ("etc/templates/error/maintainance.html", "omero-web", 0o644),
            ("etc/grid", "omero-web", 0o700),
            ("etc", "omero-web", 0o755),
        ],
    )
    def test_all_in_its_folder_is_its_own_and_the_properties_are_closed(self, path: str, owner: str, mode: int) -> None:
        """What lies below a user's folder is written as that user."""
        host = bare()
        list(plan(points(nginx_here=False), host))
        entry = host.get(EntryAt(f"/opt/omero/web/omero-web/{path}"))
        assert entry is not None
        assert (entry.owner, entry.mode) == (owner, mode)

    def test_the_page_says_what_is_looked_for(self) -> None:
        [probe] = [one for point in points() for one in point.probes if one.id == "nginx.waiting"]
        page = self.files()["/opt/omero/web/omero-web/etc/templates/error/maintainance.html"]
        assert vars(probe)["mark"].decode() in page
