"""Diagnose why a role's password is refused, from what the cluster keeps of the role: a server gives one answer for all
of these reasons."""

from __future__ import annotations

from wizard.base.language import _
from wizard.base.secret import Secret
from wizard.causes.candidates import Diagnosis
from wizard.findings.finding import Cause, Remedy
from wizard.findings.words import as_user, format_time
from wizard.host.passwords import is_password_of, kept_as_md5, method_for
from wizard.host.postgresql import Cluster, ClusterState
from wizard.host.reading import Host
from wizard.host.sockets import held_by_another

PASSWORDS = ("scram-sha-256", "md5", "password")


def diagnose_password(
    host: Host, *, user: str, password: Secret, database: str, port: int, step: str = ""
) -> Diagnosis | None:
    """Diagnose a refused password by the role of this machine's cluster; None where it tells nothing, or where the
    password is another one. `step` is the key of the step that has the role."""
    state = host.read(Cluster(port))
    if not isinstance(state, ClusterState) or (role := state.roles.get(user)) is None:
        return None
    if role.expires is not None and role.expires <= host.clock:
        return _expired(user, role.expires, port)
    if role.verifier is None:
        text = _("The role {user} has no password, so nobody can log in with one.").format(user=user)
        return Cause("role-without-password", text), Remedy(_("Give it the password of the answers."))
    ours = bool(password.reveal()) and is_password_of(role, user, password)
    if kept_as_md5(state, user, database):
        text = _(
            "The server keeps the password of {user} as an MD5 hash, from before; pg_hba.conf asks for scram-sha-256, "
            "which cannot do with one, so that the right password is refused."
        )
        told = _("Give the role the same password again: it is then kept the new way.")
        return Cause("password-kind-not-accepted", text.format(user=user)), Remedy(told, step=step if ours else "")
    return _not_by_password(host, state, user, database, port) if ours else None


def _expired(user: str, expires: float, port: int) -> Diagnosis:
    text = _("The password of the role {user} is out of date since {when} (`VALID UNTIL`).")
    told = _("Let it be valid without an end, unless that day was set on purpose.")
    statement = f"ALTER ROLE \"{user}\" VALID UNTIL 'infinity'"
    words = as_user("postgres", "psql", "-p", str(port), "-d", "postgres", "-c", statement)
    return Cause("role-password-expired", text.format(user=user, when=format_time(expires))), Remedy(told, (words,))


def _not_by_password(host: Host, state: ClusterState, user: str, database: str, port: int) -> Diagnosis | None:
    """The role has that password here, and yet it is refused."""
    method = method_for(state.hba, user, database)
    if method and method not in PASSWORDS:
        text = _("pg_hba.conf lets {user} log in by `{method}`, not with the password that PostgreSQL keeps.")
        cause = Cause("pg-hba-other-method", text.format(user=user, method=method))
        return cause, Remedy(_("Change that line to scram-sha-256, then reload PostgreSQL."))
    if (other := held_by_another(host, port, ("postgres",))) is not None:
        text = _(
            "The cluster of this machine on port {port} knows that password; but what listens there over TCP is "
            "another program: {program}."
        )
        cause = Cause("another-server-answers", text.format(port=port, program=other.program))
        return cause, Remedy(_("See what it is, and give one of the two another port."))
    return None
