"""The supervisor, which section 1.2.2.9 names beside systemd, and the programs that it runs."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    Answers,
    ProgramRuns,
    RunningSupervisor,
    Step,
    SupervisedProgram,
    from_template,
    replace,
)
from wizard.guides.maquette.checkpoints.own import own_file
from wizard.guides.maquette.names import Names


def supervisor(answers: Answers, names: Names, shared: bool = False) -> list[Step]:
    """The supervisor itself, which runs nginx and the application."""
    configuration = from_template(
        "maquette/supervisord.conf",
        conf=names.supervisor,
        environment=names.environment,
        folder=answers.folder,
        log=names.log,
        programs=names.programs,
        run=names.run,
        socket=names.supervisor_socket,
    )
    file = own_file(names, names.supervisor, configuration)
    running = RunningSupervisor(names.supervisor, bin=names.bin, socket=names.supervisor_socket, user=names.user)
    return [replace(file, shared=shared), replace(running, shared=shared)]


def supervised(names: Names, program: str, configured_by: Sequence[str]) -> SupervisedProgram:
    """The step that starts a program, and restarts it when one of the files `configured_by` has changed."""
    return SupervisedProgram(
        program,
        conf=names.supervisor,
        bin=names.bin,
        socket=names.supervisor_socket,
        user=names.user,
        configured_by=tuple(configured_by),
    )


def program_runs(names: Names, id: str, title: str, program: str) -> ProgramRuns:
    """The probe that the supervisor runs a program."""
    return ProgramRuns(id, title, name=program, socket=names.supervisor_socket, bin=names.bin, conf=names.supervisor)
