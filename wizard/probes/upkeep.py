"""Probes of the machine's maintenance: pending updates, and sudo."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wizard.base.language import _, _n
from wizard.findings.finding import Cause, Finding, Remedy, failed, passed, warning
from wizard.findings.probe import Probe
from wizard.findings.words import colon, install_command, joined, listed
from wizard.host.distributions import distribution_of
from wizard.host.files import EntryAt
from wizard.host.packages import ListsAge
from wizard.host.paths import resolve_symlinks
from wizard.host.reading import Host, Reading
from wizard.host.updates import RebootDue, Updates
from wizard.host.users import Account

DAY = 86400.0
OLD_LISTS = 7 * DAY
TELLS = {"dnf": "dnf check-update", "pacman": "pacman -Qu"}
SUDO, SUDOERS = "/usr/bin/sudo", "/etc/sudoers"


class UpdatesPending(Probe):
    """No security update and no restart of the machine is pending, by package lists that are recent."""

    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (RebootDue(), Updates(), ListsAge())

    def observe(self, host: Host) -> Finding:
        if command := TELLS.get(distribution_of(host.facts).manager):
            # They write logs and caches when they are asked, which no probe may.
            return passed(_("not looked at here: `{command}` tells which updates wait").format(command=command))
        due = host.get(RebootDue())
        waiting, age = host.get(Updates()), host.get(ListsAge())
        count, security = len(waiting.packages), len(waiting.security)
        seen = _n(
            "{count} update waits, {security} for security", "{count} updates wait, {security} for security", count
        ).format(count=count, security=security)
        if not count:
            seen = _("no updates wait")
        if age is None:
            seen = _("no package lists")
        elif age > OLD_LISTS:
            seen = _("{seen}, by lists that are {days} days old").format(seen=seen, days=int(age / DAY))
        if due is not None:
            after = _("a restart of the machine is due")
            if due:
                after = _("a restart of the machine is due for {names}").format(names=listed(due))
            text = joined(after, seen)
            told = _("Updates were installed that take effect only once the machine is restarted.")
            remedy = Remedy(_("Restart the machine when nobody works on it."))
            return warning(text, cause=Cause("restart-due", told), remedy=remedy)
        if security:
            text = f"{seen}{colon()}{listed(waiting.security)}"
            told = _("Known holes stay open until these are installed.")
            remedy = Remedy(_("Install what waits."), ("apt-get update", "apt-get upgrade"))
            return warning(text, cause=Cause("security-updates-pending", told), remedy=remedy)
        if age is None or age > OLD_LISTS:
            told = _("What waits cannot be told without fresh package lists.")
            remedy = Remedy(_("Fetch the lists."), ("apt-get update",))
            return warning(seen, cause=Cause("package-lists-old", told), remedy=remedy)
        return passed(seen)


class SudoRight(Probe):
    """sudo is installed, its program and rules have safe permissions, and the user may use it."""

    after: tuple[str, ...] = ()

    def reads(self) -> Iterable[Reading[Any]]:
        return (EntryAt(SUDO), EntryAt(SUDOERS))

    def observe(self, host: Host) -> Finding:
        place, program = resolve_symlinks(host, SUDO)
        if program is None:
            remedy = Remedy(_("Install it."), (install_command(host, "sudo"),))
            cause = Cause("sudo-missing", _("sudo is not installed."))
            text = _("{path} is not there").format(path=SUDO)
            # Only root can do without sudo.
            judged = warning if host.facts.root else failed
            return judged(text, cause=cause, remedy=remedy)
        if program.owner != "root" or not program.mode & 0o4000:
            text = _("{path} is {mode} {owner}; it should be 4755 root")
            told = _("Without these, sudo cannot become root.")
            remedy = Remedy(_("Set it right."), (f"chown root:root {place}", f"chmod 4755 {place}"), safe=True)
            evidence = text.format(path=place, mode=program.octal, owner=program.owner)
            return failed(evidence, cause=Cause("sudo-powerless", told), remedy=remedy)
        rules = host.get(EntryAt(SUDOERS))
        if rules is None or rules.owner != "root" or rules.mode & 0o022:
            seen = f"{rules.octal} {rules.owner}" if rules else _("missing")
            told = _("sudo refuses to work with rules that others than root could have written.")
            remedy = Remedy(_("Set it right."), (f"chown root:root {SUDOERS}", f"chmod 0440 {SUDOERS}"), safe=True)
            text = _("{path} is {seen}; it should be 0440 root").format(path=SUDOERS, seen=seen)
            return failed(text, cause=Cause("sudoers-unsafe", told), remedy=remedy if rules else None)
        user = host.facts.user
        account = host.get(Account(user))
        groups = set(account.groups) & {"sudo", "admin", "wheel"} if account else set()
        if host.facts.root or groups:
            member = _("{user} is in the group {group}").format(user=user, group=min(groups, default=""))
            who = _("run as root") if host.facts.root else member
            return passed(_("sudo is installed, its rules are safe; {who}").format(who=who))
        told = _("Unless a rule of their own names them, they may not use sudo.")
        group = distribution_of(host.facts).named("administrators")
        remedy = Remedy(_("Add the user to the group, then log in anew."), (f"usermod -aG {group} {user}",))
        text = _("{user} is not in the group {group}").format(user=user, group=group)
        return warning(text, cause=Cause("sudo-not-granted", told), remedy=remedy)
