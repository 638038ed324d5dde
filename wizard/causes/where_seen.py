"""Where a cause is seen, for those whose code has no evidence of its own: what `jalon causes` says of them.

The rest of what it says is taken from where causes are made (`tests/pages/causes.py`).
"""

from __future__ import annotations

from collections.abc import Mapping

from wizard.base.language import _


def where_seen() -> Mapping[str, str]:
    """What is looked at, by the module that makes the cause."""
    cluster = _("The answer of the cluster to a login, and what it says of its settings, roles and databases.")
    page = _("nginx's answer to a request, its error log, and the files, sockets and services behind the site.")
    log = _("The newest lines of the program's log since its last start, and the files that they name.")
    return {
        "wizard.causes.access": _("Owner, group, mode, access control list, mount and the unit's own view of each"
                                  " folder on the way, as the process has them."),
        "wizard.causes.closed": _("Modes and groups, which let nginx pass, and the labels and profiles that"
                                  " confine it."),
        "wizard.causes.service_access": _("The attributes of the file (`lsattr`)."),
        "wizard.causes.site": _("The site's files as nginx reads them, and the link that enables it."),
        "wizard.causes.http": page,
        "wizard.causes.browser": _("Cookies, redirects and the answer to a form, judged as a browser does; the settings"
                                   " of the instance and what nginx hands on."),
        "wizard.causes.uploads": _("nginx's settings for what is sent to it, its folders for that, and its answer."),
        "wizard.causes.downloads": _("nginx's folders for large answers, and whether its workers may write there."),
        "wizard.causes.mime": _("The type that nginx gives a file, and its configuration."),
        "wizard.causes.postgresql": cluster,
        "wizard.causes.role": cluster,
        "wizard.causes.read_only": cluster,
        "wizard.causes.clusters": _("The clusters of this machine, with their ports (`pg_lsclusters`)."),
        "wizard.causes.listening": _("The addresses and ports at which programs of this machine listen."),
        "wizard.causes.postgresql_log": log,
        "wizard.causes.service": log,
        "wizard.causes.interpreter": _("Where the environment's interpreter leads, its version, and which others are"
                                       " there."),
        "wizard.causes.unit_edited": _("The unit's file and its drop-ins, and what Jalon last wrote of them."),
        "wizard.causes.sandbox": _("The unit's settings, its exit status, and whether the paths in them are there."),
        "wizard.probes.files": _("Kind, owner, group and mode of the path, and what they should be."),
        "wizard.probes.environments": _("What is installed in the environment, and what the code's lock asks for."),
        "wizard.probes.nginx_next": _("nginx's files as they are on the disk now, and what it would refuse of them."),
        "wizard.probes.pip": _("What is installed in the environment, and what the guide asks for."),
        "wizard.probes.http": _("The answer to a request: its status, type and contents."),
        "wizard.probes.proxy": _("The proxies that the environment and files of root's set, who may write and read"
                                 " these, and whether each proxy accepts a connection."),
        "wizard.probes.sockets": _("The socket or port, who made it, and who answers on it."),
        "wizard.probes.trials.restore": _("The newest backup, restored into a database of its own."),
        "wizard.guides.omero_web.parts.probes": _("OMERO.web's configuration as it is on the disk."),
        "wizard.guides.omero_web.parts.trials": _("What `omero web start` says, and what its log says after it."),
    }  # fmt: skip


def unless_said() -> str:
    """The same for a module that `where_seen` does not have."""
    return _("What its probe looks at: the evidence beside the cause says what was seen.")


def in_words() -> Mapping[str, str]:
    """The texts of causes that say only what a program said."""
    return {
        "restore-failed": _("The backup could not be restored; the evidence says what was complained of."),
        "test-server-not-started": _("The application's test server could not be started; the evidence says why."),
    }
