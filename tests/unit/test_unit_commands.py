"""What `systemctl show` says of units as people write them: recorded of systemd 252 for the file that stands before."""

from __future__ import annotations

import pytest

from wizard.host.unit_commands import blocks, commands, exit_status, path_variables

REST = "ignore_errors=no ; start_time=[n/a] ; stop_time=[n/a] ; pid=0 ; code=(null) ; status=0/0 }"
PYTHON, G = "/usr/bin/python3", "/home/demo/venv/bin/gunicorn"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        # `ExecStart = ...`, lines continued, with a remark between.
        (
            f"{{ path={G} ; argv[]={G} --workers 3 --bind unix:/g.sock a ; {REST}",
            f"{G} --workers 3 --bind unix:/g.sock a",
        ),
        # `ExecStart=/usr/bin/python3 -m gunicorn app`
        (f"{{ path={PYTHON} ; argv[]={PYTHON} -m gunicorn app ; {REST}", f"{PYTHON} -m gunicorn app"),
        # `ExecStart=/bin/bash -c "cd /srv && exec gunicorn app"`
        (f"{{ path=/bin/bash ; argv[]=/bin/bash -c cd /srv && exec g ; {REST}", "/bin/bash -c cd /srv && exec g"),
        # `ExecStart=` and another in a drop-in
        (f"{{ path={G} ; argv[]={G} app ; {REST}", f"{G} app"),
        # `ExecStart=/home/%i/venv/bin/gunicorn --chdir /home/%i app` in a template
        (f"{{ path={G} ; argv[]={G} --chdir /home/demo app ; {REST}", f"{G} --chdir /home/demo app"),
        # `ExecStart=@/bin/true named --x=${HOME} $$A`
        (f"{{ path=/bin/true ; argv[]=named --x=${{HOME}} $$A ; {REST}", "/bin/true --x=${HOME} $$A"),
        # `ExecStart=-/bin/true` with line feeds in an argument
        ("{ path=/bin/true ; argv[]=/bin/true two", "/bin/true two"),
        # `ExecStart=/usr/bin/uwsgi --ini /x.ini`, as ExecStartEx has it
        ("{ path=/usr/bin/uwsgi ; argv[]=/usr/bin/uwsgi --ini /x ; flags= ; pid=0 }", "/usr/bin/uwsgi --ini /x"),
        ("", None),
    ],
)
def test_the_command_is_the_one_that_systemd_has(shown: str, words: str | None) -> None:
    assert commands([shown]) == ((tuple(words.split()),) if words else ())


def test_several_commands_stay_in_their_order() -> None:
    shown = [f"{{ path=/bin/{one} ; argv[]=/bin/{one} ; {REST}" for one in "ab"]
    assert commands(shown) == (("/bin/a",), ("/bin/b",))


def test_the_status_of_a_command_that_started_nothing_is_its_own() -> None:
    def shown(code: str, words: str = "/bin/a") -> str:
        return f"{{ path=/bin/a ; argv[]={words} ; ignore_errors=no ; pid=7 ; {code} }}"

    ended = "code=exited ; status=203"
    waiting = shown("code=(null) ; status=0/0")
    assert exit_status([shown(ended)]) == exit_status([shown(f"{ended}/EXEC"), waiting]) == 203
    assert exit_status([shown("code=exited ; status=0"), shown("code=killed ; status=15")]) == exit_status([]) == 0
    # What an argument says is not what systemd does.
    assert exit_status([shown("code=(null) ; status=0/0", f"/bin/a ; {ended} }}")]) == 0


def test_an_empty_line_in_a_command_ends_no_unit() -> None:
    shown = "ExecStart={ argv[]=a\n\nb ; }\nId=a.service\nLoadState=loaded\n\nId=b.service\nLoadState=not-found\n"
    assert [one.count("Id=") for one in blocks(shown)] == [1, 1]
    assert blocks("") == () and blocks("\n\n") == ()


@pytest.mark.parametrize(
    ("shown", "paths"),
    [
        ('"DJANGO=a b" "KEY=/srv/x y" OMERODIR=/o SECRET=hunter2', {"KEY": "/srv/x y", "OMERODIR": "/o"}),
        ('"A=x\\n\\ny" OMERODIR=/a', {"OMERODIR": "/a"}),
        ('OMERODIR=/a "', {"OMERODIR": "/a"}),
        ("", {}),
    ],
)
def test_of_variables_only_paths_are_kept(shown: str, paths: dict[str, str]) -> None:
    assert dict(path_variables(shown)) == paths
