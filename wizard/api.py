# mypy: implicit-reexport
# ruff: noqa: F401
"""The one door for guides: what a guide's page, and the readings, changes, steps, probes, trials and causes of its own,
may use of Jalon. A guide imports nothing else of `wizard`.

    from wizard.api import Checkpoint, Packages, PackagesPresent, _

What is promised to a guide that is written for version `VERSION`:

- every name below is here, and takes what it takes now. Names are added, and parameters with a default;
- where a name goes, or takes something else, `VERSION` goes up by one, and `CHANGELOG.md` says what to write instead;
- a module is loaded when one of its names is first imported: what a page never names, `jalon verify` never loads.

What stands in other modules of `wizard` and not here may change with any release. What guides of Django applications
share is in `wizard.guides.django`, under the same promise.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wizard.answers import checks
    from wizard.answers.found import Detected, Found, without_invalid
    from wizard.answers.questions import CHOICE, LIST, NUMBER, SECRET, TEXT, TRUTH, Answers, Question
    from wizard.answers.sections import Section, in_order
    from wizard.base.hostnames import distinct_names, django_allows, is_host_name, normalised_host, server_has
    from wizard.base.language import Figure, _, _n, translator
    from wizard.base.quote import Quote
    from wizard.base.ranges import satisfies
    from wizard.base.rendering import (
        Body,
        Rendered,
        Text,
        cron_command,
        from_template,
        hash_of,
        nginx_string,
        python_literal,
        shell_word,
        systemd_word,
        toml_string,
    )
    from wizard.base.resources import templates
    from wizard.base.secret import MASK, Secret
    from wizard.base.toml import loads, table, texts
    from wizard.base.values import Value, field, field_names, replace
    from wizard.causes.access import explain
    from wizard.causes.candidates import Candidate, choose, edited, file_step
    from wizard.causes.closed import closed_folder
    from wizard.causes.earlier import lost_database
    from wizard.causes.handed import servers_for
    from wizard.causes.holder import Holder, port_holder
    from wizard.causes.ownership import barring, give_back
    from wizard.causes.said import Said
    from wizard.causes.service import Service
    from wizard.causes.site import Site
    from wizard.causes.unit_edited import diagnose_edited_unit
    from wizard.changes.change import Change, Consent, Failed, Hands, Keep, Typed
    from wizard.changes.cron import CrontabLinesAdded, CrontabLinesRemoved
    from wizard.changes.environments import EnvironmentMade, LockInstalled, PoetryInstalled
    from wizard.changes.files import (
        DirectoryCopied,
        DirectoryHandedOver,
        DirectoryMade,
        DirectoryRemoved,
        FileRemoved,
        FileRestored,
        FileWritten,
        LineAdded,
        LineRemoved,
        LinkMade,
        ModeSet,
        TreeRemoved,
    )
    from wizard.changes.git import CheckedOut, Cloned
    from wizard.changes.package_effects import Brings, resting_unit, root_folder, running_unit, system_account
    from wizard.changes.packages import PackageListsRefreshed, PackagesInstalled
    from wizard.changes.pip import ModulesInstalled, VenvMade
    from wizard.changes.postgresql import DatabaseCreated, DatabaseDropped, DatabaseDumped, RoleCreated, RoleDropped
    from wizard.changes.ran import Ran
    from wizard.changes.receipts import Receipt, digest, leave_receipt
    from wizard.changes.units import (
        ManagerReloaded,
        UnitDisabled,
        UnitEnabled,
        UnitRefreshed,
        UnitRestarted,
        UnitStarted,
        UnitStopped,
    )
    from wizard.changes.users import GroupJoined, GroupLeft, UserCreated, UserRemoved
    from wizard.changes.validation import (
        NginxAccepts,
        NginxAcceptsAlone,
        PythonCompiles,
        ShellAccepts,
        SystemdAccepts,
        Validation,
    )
    from wizard.findings.finding import (
        CRASHED,
        FAILED,
        PASSED,
        SKIPPED,
        UNKNOWN,
        WARNING,
        Cause,
        Finding,
        Remedy,
        failed,
        passed,
        warning,
    )
    from wizard.findings.probe import Probe, Trial
    from wizard.findings.words import as_owner, as_user, command, format_time, install_command, listed
    from wizard.guide import Arrival, Checkpoint, Circumstances, Guide, Needs, late
    from wizard.host import opening
    from wizard.host.access import CONNECT, RUN, Actor, Barrier, actor_of, barrier, user_of, web_server
    from wizard.host.acl import PASS, READ, WRITE
    from wizard.host.archives import Archive, Archives
    from wizard.host.children import CommandResult, run_query
    from wizard.host.commands import CommandOutput
    from wizard.host.cronline import Job, parse_cron_line
    from wizard.host.crontab import Crontab, SystemJob, SystemJobs
    from wizard.host.cronwork import keeps_errors, meaning
    from wizard.host.distributions import MANAGERS, Distribution, distribution_of, of_any_distribution
    from wizard.host.dumps import dumps, started_paths
    from wizard.host.earlier import Traces, of_database, of_folder
    from wizard.host.environments import Environment, EnvironmentAt, normalised, poetry_folder
    from wizard.host.facts import GIB, Facts
    from wizard.host.files import Content, Disk, Entry, EntryAt, Listing, Space, follow_link
    from wizard.host.git import Checkout, CheckoutAt, Modified
    from wizard.host.http import Get, Response
    from wizard.host.interpreters import minor_of
    from wizard.host.locales import Locales
    from wizard.host.nginx import NginxFaults, Server, Servers
    from wizard.host.overlay import Effect, Hides, Sets
    from wizard.host.packages import Conffile, Package
    from wizard.host.paths import resolve_symlinks
    from wizard.host.people import people
    from wizard.host.postgresql import Cluster, ClusterState, Database, DatabaseState, Inside, Login, LoginResult, Role
    from wizard.host.processes import Process, ProcessAt, process_tree, processes_in_cgroup
    from wizard.host.reading import Host, NotKnown, Reading, Unknown
    from wizard.host.records import Applied, LinesAdded, MadeAt, Written, WrittenAt
    from wizard.host.redis import RedisAt, RedisState
    from wizard.host.selinux import Boolean, Label, PortLabel, Switch
    from wizard.host.settings import COMPUTED, Settings, SettingsAt
    from wizard.host.sockets import Connection, Listener, Listeners, held_by_another
    from wizard.host.sqlite import InsideFile, inside
    from wizard.host.supervisor import Program, Supervised, SupervisorState
    from wizard.host.timers import TimerJobs
    from wizard.host.units import Unit, UnitsLike, UnitState
    from wizard.host.users import Account, Group, User
    from wizard.probes.attachments import AttachmentsAskSignIn, AttachmentsHarmless
    from wizard.probes.backup import BackupByOthers, BackupElsewhere, BackupFresh, BackupNone, BackupPrivate
    from wizard.probes.brought import BroughtUnit
    from wizard.probes.cron import Scheduled
    from wizard.probes.downloads import AnswersKept
    from wizard.probes.environments import EnvironmentHoldsLock, EnvironmentMatchesLock, PoetryThere
    from wizard.probes.files import EntryIs, LineIn, LinkLeads, SettingsSafe, SourceCompiles
    from wizard.probes.git import RevisionHeld, WorkTreeClean
    from wizard.probes.gunicorn import RequestsMayLast
    from wizard.probes.handed import NameHandedOn
    from wizard.probes.http import FormThere, NobodyListens, NotServed, PageAnswers
    from wizard.probes.machine import Need, PythonWithin, Resources, Supported, Utf8Locale
    from wizard.probes.nginx_next import NextStartOfNginx
    from wizard.probes.nothere import NotApplicable
    from wizard.probes.outside import ReachedByOthers
    from wizard.probes.packages import PackagesPresent
    from wizard.probes.pip import ModulesThere
    from wizard.probes.planned import BackupPlanned
    from wizard.probes.postgresql import ClusterAccepts, DatabaseIs, PostgresLogin, RoleIs, TablesOwned
    from wizard.probes.postgresql_next import NextStartOfCluster
    from wizard.probes.processes import WorkerCount, runs
    from wizard.probes.programs import ProgramVersion
    from wizard.probes.room import RoomLeft
    from wizard.probes.selinux import BooleansOn, PortHasType
    from wizard.probes.sockets import PortHeldBy, SocketHeld
    from wizard.probes.supervisor import ProgramRuns, ProgramWorkers
    from wizard.probes.trials.browser import Browser, Page
    from wizard.probes.trials.comeback import ProgramComesBack
    from wizard.probes.trials.fresh import read_again, wait_for
    from wizard.probes.trials.login import LogsIn
    from wizard.probes.trials.media import MediaArrives, MediaHarmless
    from wizard.probes.trials.restart import ComesBack
    from wizard.probes.trials.restore import BackupRestores
    from wizard.probes.trials.upload import FileSent
    from wizard.probes.units import UnitIs, UnitRuns
    from wizard.probes.unjudged import Unjudged, Untried
    from wizard.probes.upkeep import SudoRight, UpdatesPending
    from wizard.probes.uploads import BodiesTaken
    from wizard.probes.upstream import MaintenanceShown
    from wizard.probes.users import AccountIs, HoldsGroup, HomeTraversable
    from wizard.probes.welcome import NoWelcomePage
    from wizard.steps.backup import FirstBackup
    from wizard.steps.clusters import PasswordTaken, PostgresCluster
    from wizard.steps.cron import CrontabLines
    from wizard.steps.earlier import need_mounted, need_nothing_earlier
    from wizard.steps.environments import LockedEnvironment
    from wizard.steps.files import Absent, CopiedDirectory, Directory, GeneratedFile, Line, Link
    from wizard.steps.gathered import gathered
    from wizard.steps.git import Clone
    from wizard.steps.init import SystemdRuns
    from wizard.steps.nginx import DefaultSiteDisabled, SiteEnabled
    from wizard.steps.nginx_default import DefaultServerDisabled, SitesLoaded, no_default_server
    from wizard.steps.obsolete import ObsoleteFiles
    from wizard.steps.packages import Packages
    from wizard.steps.pip import Module, PipEnvironment, PipModules, python_of
    from wizard.steps.poetry import Poetry, PoetryEnvironment
    from wizard.steps.postgresql import HERE, PostgresDatabase, PostgresRole, subject_of
    from wizard.steps.python import PythonFits, check_python, refuse_other
    from wizard.steps.selinux import Booleans, PortOfType
    from wizard.steps.step import Blocked, Earlier, Step, need_secret
    from wizard.steps.supervisor import RunningSupervisor, SupervisedProgram
    from wizard.steps.systemd import PortFree, RunningUnit
    from wizard.steps.users import GroupMember, InstanceUser

VERSION = 1

# The names of each module.
_NAMES = {
    # A guide.
    "wizard.guide": "Arrival Checkpoint Circumstances Guide Needs late",
    # Questions, answers, and what is found of an instance that somebody installed.
    "wizard.answers": "checks",
    "wizard.answers.found": "Found Detected without_invalid",
    "wizard.answers.questions": "CHOICE LIST NUMBER SECRET TEXT TRUTH Answers Question",
    "wizard.answers.sections": "Section in_order",
    # Words, values, secrets, and the files that are rendered.
    "wizard.base.hostnames": "distinct_names django_allows is_host_name server_has normalised_host",
    "wizard.base.language": "Figure _ _n translator",
    "wizard.base.ranges": "satisfies",
    "wizard.base.quote": "Quote",
    "wizard.base.rendering": (
        "Body Rendered Text cron_command from_template hash_of nginx_string python_literal shell_word systemd_word"
        " toml_string"
    ),
    "wizard.base.resources": "templates",
    "wizard.base.secret": "MASK Secret",
    "wizard.base.toml": "loads table texts",
    "wizard.base.values": "Value field field_names replace",
    # Reading a host; `opening` is the one way for a guide's own readers to open what is on it.
    "wizard.host": "opening",
    "wizard.host.children": "CommandResult run_query",
    # What the distribution calls packages, units, users and folders.
    "wizard.host.distributions": "MANAGERS Distribution distribution_of of_any_distribution",
    "wizard.host.facts": "GIB Facts",
    "wizard.host.reading": "Host NotKnown Reading Unknown",
    "wizard.host.access": "Actor Barrier CONNECT RUN actor_of barrier user_of web_server",
    "wizard.host.acl": "PASS READ WRITE",
    "wizard.host.archives": "Archive Archives",
    "wizard.host.commands": "CommandOutput",
    "wizard.host.cronline": "Job parse_cron_line",
    "wizard.host.crontab": "Crontab SystemJob SystemJobs",
    "wizard.host.cronwork": "keeps_errors meaning",
    "wizard.host.dumps": "dumps started_paths",
    "wizard.host.environments": "Environment EnvironmentAt normalised poetry_folder",
    "wizard.host.interpreters": "minor_of",
    "wizard.host.files": "Content Disk Entry EntryAt Listing Space follow_link",
    "wizard.host.git": "Checkout CheckoutAt Modified",
    "wizard.host.http": "Get Response",
    "wizard.host.locales": "Locales",
    "wizard.host.nginx": "NginxFaults Server Servers",
    "wizard.host.packages": "Conffile Package",
    "wizard.host.paths": "resolve_symlinks",
    "wizard.host.people": "people",
    "wizard.host.postgresql": "Cluster ClusterState Database DatabaseState Inside Login LoginResult Role",
    "wizard.host.processes": "Process ProcessAt process_tree processes_in_cgroup",
    "wizard.host.redis": "RedisAt RedisState",
    "wizard.host.records": "Applied LinesAdded MadeAt Written WrittenAt",
    "wizard.host.selinux": "Boolean Label PortLabel Switch",
    "wizard.host.settings": "COMPUTED Settings SettingsAt",
    "wizard.host.sockets": "Connection Listener Listeners held_by_another",
    "wizard.host.sqlite": "InsideFile inside",
    "wizard.host.supervisor": "Program Supervised SupervisorState",
    "wizard.host.timers": "TimerJobs",
    "wizard.host.units": "Unit UnitState UnitsLike",
    "wizard.host.users": "Account Group User",
    # Changes.
    "wizard.host.overlay": "Effect Hides Sets",
    "wizard.changes.change": "Change Consent Failed Hands Keep Typed",
    "wizard.changes.cron": "CrontabLinesAdded CrontabLinesRemoved",
    "wizard.changes.environments": "EnvironmentMade LockInstalled PoetryInstalled",
    "wizard.changes.files": (
        "DirectoryCopied DirectoryHandedOver DirectoryMade DirectoryRemoved FileRemoved"
        " FileRestored FileWritten LineAdded LineRemoved LinkMade ModeSet TreeRemoved"
    ),
    "wizard.changes.git": "CheckedOut Cloned",
    "wizard.changes.package_effects": "Brings resting_unit root_folder running_unit system_account",
    "wizard.changes.packages": "PackageListsRefreshed PackagesInstalled",
    "wizard.changes.pip": "ModulesInstalled VenvMade",
    "wizard.changes.postgresql": "DatabaseCreated DatabaseDropped DatabaseDumped RoleCreated RoleDropped",
    "wizard.changes.ran": "Ran",
    "wizard.changes.receipts": "Receipt digest leave_receipt",
    "wizard.changes.units": (
        "ManagerReloaded UnitDisabled UnitEnabled UnitRefreshed UnitRestarted UnitStarted UnitStopped"
    ),
    "wizard.changes.users": "GroupJoined GroupLeft UserCreated UserRemoved",
    "wizard.changes.validation": "NginxAccepts NginxAcceptsAlone PythonCompiles ShellAccepts SystemdAccepts Validation",
    # Steps.
    "wizard.steps.step": "Blocked Earlier Step need_secret",
    "wizard.causes.earlier": "lost_database",
    "wizard.steps.earlier": "need_mounted need_nothing_earlier",
    "wizard.host.earlier": "Traces of_database of_folder",
    "wizard.steps.backup": "FirstBackup",
    "wizard.steps.cron": "CrontabLines",
    "wizard.steps.environments": "LockedEnvironment",
    "wizard.steps.files": "Absent CopiedDirectory Directory GeneratedFile Line Link",
    "wizard.steps.gathered": "gathered",
    "wizard.steps.git": "Clone",
    "wizard.steps.init": "SystemdRuns",
    "wizard.steps.nginx": "DefaultSiteDisabled SiteEnabled",
    "wizard.steps.clusters": "PasswordTaken PostgresCluster",
    "wizard.steps.nginx_default": "DefaultServerDisabled SitesLoaded no_default_server",
    "wizard.steps.packages": "Packages",
    "wizard.steps.pip": "Module PipEnvironment PipModules python_of",
    "wizard.steps.poetry": "Poetry PoetryEnvironment",
    "wizard.steps.postgresql": "HERE PostgresDatabase PostgresRole subject_of",
    "wizard.steps.python": "PythonFits check_python refuse_other",
    "wizard.steps.selinux": "Booleans PortOfType",
    "wizard.steps.supervisor": "RunningSupervisor SupervisedProgram",
    "wizard.steps.systemd": "PortFree RunningUnit",
    "wizard.steps.users": "GroupMember InstanceUser",
    "wizard.steps.obsolete": "ObsoleteFiles",
    # Findings, and how their causes are found.
    "wizard.findings.finding": (
        "CRASHED FAILED PASSED SKIPPED UNKNOWN WARNING Cause Finding Remedy failed passed warning"
    ),
    "wizard.findings.probe": "Probe Trial",
    "wizard.findings.words": "as_owner as_user command format_time install_command listed",
    "wizard.causes.candidates": "Candidate choose edited file_step",
    "wizard.causes.said": "Said",
    "wizard.causes.access": "explain",
    "wizard.causes.closed": "closed_folder",
    "wizard.causes.holder": "Holder port_holder",
    "wizard.causes.handed": "servers_for",
    "wizard.causes.ownership": "barring give_back",
    "wizard.causes.service": "Service",
    "wizard.causes.unit_edited": "diagnose_edited_unit",
    "wizard.causes.site": "Site",
    # Probes.
    "wizard.probes.attachments": "AttachmentsAskSignIn AttachmentsHarmless",
    "wizard.probes.backup": "BackupByOthers BackupElsewhere BackupFresh BackupNone BackupPrivate",
    "wizard.probes.brought": "BroughtUnit",
    "wizard.probes.cron": "Scheduled",
    "wizard.probes.downloads": "AnswersKept",
    "wizard.probes.environments": "EnvironmentHoldsLock EnvironmentMatchesLock PoetryThere",
    "wizard.probes.files": "EntryIs LineIn LinkLeads SettingsSafe SourceCompiles",
    "wizard.probes.git": "RevisionHeld WorkTreeClean",
    "wizard.probes.gunicorn": "RequestsMayLast",
    "wizard.probes.handed": "NameHandedOn",
    "wizard.probes.http": "FormThere NobodyListens NotServed PageAnswers",
    "wizard.probes.machine": "Need PythonWithin Resources Supported Utf8Locale",
    "wizard.probes.nothere": "NotApplicable",
    "wizard.probes.nginx_next": "NextStartOfNginx",
    "wizard.probes.outside": "ReachedByOthers",
    "wizard.probes.packages": "PackagesPresent",
    "wizard.probes.pip": "ModulesThere",
    "wizard.probes.planned": "BackupPlanned",
    "wizard.probes.postgresql": "ClusterAccepts DatabaseIs PostgresLogin RoleIs TablesOwned",
    "wizard.probes.postgresql_next": "NextStartOfCluster",
    "wizard.probes.processes": "WorkerCount runs",
    "wizard.probes.programs": "ProgramVersion",
    "wizard.probes.room": "RoomLeft",
    "wizard.probes.selinux": "BooleansOn PortHasType",
    "wizard.probes.sockets": "PortHeldBy SocketHeld",
    "wizard.probes.supervisor": "ProgramRuns ProgramWorkers",
    "wizard.probes.units": "UnitIs UnitRuns",
    "wizard.probes.unjudged": "Unjudged Untried",
    "wizard.probes.upkeep": "SudoRight UpdatesPending",
    "wizard.probes.uploads": "BodiesTaken",
    "wizard.probes.upstream": "MaintenanceShown",
    "wizard.probes.users": "AccountIs HoldsGroup HomeTraversable",
    "wizard.probes.welcome": "NoWelcomePage",
    # Trials.
    "wizard.probes.trials.browser": "Browser Page",
    "wizard.probes.trials.comeback": "ProgramComesBack",
    "wizard.probes.trials.fresh": "read_again wait_for",
    "wizard.probes.trials.login": "LogsIn",
    "wizard.probes.trials.media": "MediaArrives MediaHarmless",
    "wizard.probes.trials.restart": "ComesBack",
    "wizard.probes.trials.restore": "BackupRestores",
    "wizard.probes.trials.upload": "FileSent",
}

_MODULE_OF = {name: module for module, names in _NAMES.items() for name in names.split()}


def __dir__() -> list[str]:
    return sorted((*_MODULE_OF, "VERSION"))


# Hidden from type checkers, which would take any name for one that is here.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The name, from the module that has it, which is loaded now."""
        if name not in _MODULE_OF:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module = import_module(_MODULE_OF[name])
        found = getattr(module, name) if hasattr(module, name) else import_module(f"{module.__name__}.{name}")
        globals()[name] = found
        return found
