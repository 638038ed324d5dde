"""nginx: section 1.2.2.8."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    Answers,
    AnswersKept,
    AttachmentsAskSignIn,
    AttachmentsHarmless,
    BodiesTaken,
    Checkpoint,
    Facts,
    GeneratedFile,
    GroupMember,
    HoldsGroup,
    NginxAccepts,
    NobodyListens,
    NotServed,
    PageAnswers,
    PortHeldBy,
    Probe,
    ReachedByOthers,
    Remedy,
    RunningUnit,
    Site,
    SiteEnabled,
    SitesLoaded,
    _,
    from_template,
    no_default_server,
)
from wizard.guides.biomaid.names import Names

# The first bytes of every PNG picture.
PNG = b"\x89PNG\r\n\x1a\n"
# Words of the settings, which no answer may contain.
WORDS_OF_SETTINGS = (b"SECRET_KEY", b"DATABASES")


def nginx(answers: Answers, names: Names, facts: Facts, by_hand: bool) -> Checkpoint:
    """Section 1.2.2.8, "Configuration de nginx"."""
    enabled = SiteEnabled(answers.site)
    site = site_diagnosis(answers, names)
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=_("nginx serves the static files itself and hands the rest to gunicorn through a socket."),
        steps=[
            SitesLoaded(),
            site_file(answers, names),
            enabled,
            no_default_server(facts),
            GroupMember(names.here.named("nginx-user"), group=answers.instance),
            RunningUnit(
                "nginx.service",
                configured_by=(answers.site, enabled.link, names.here.named("nginx-loads")),
                user=names.here.named("nginx-user"),
                port=answers.http_port,
                programs=("nginx",),
                shared=True,
            ),
        ],
        probes=[
            PortHeldBy(
                "nginx.port",
                _("nginx holds the port"),
                port=answers.http_port,
                program="nginx",
                site=site,
                after=("system.nginx",),
            ),
            HoldsGroup(
                "nginx.group",
                _("nginx holds the instance's group"),
                unit="nginx.service",
                user=names.here.named("nginx-user"),
                group=answers.instance,
                must=not by_hand,
                # Where it may pass another way, it needs no group.
                path=names.home,
            ),
            PageAnswers(
                "nginx.logo",
                _("the logo arrives as a picture"),
                path="/static/local/Logo%20BiomAid.png",
                host=answers.asked_as,
                port=answers.http_port,
                type="image/png",
                signature=PNG,
                site=site,
                after=("nginx.port", "static.logo"),
            ),
            NobodyListens(
                "nginx.waiting",
                _("/ is 502: nobody listens yet"),
                path="/",
                host=answers.asked_as,
                port=answers.http_port,
                socket=names.socket,
                error_log=names.error_log,
                expected_until="service",
                site=site,
                after=("nginx.port",),
            ),
            *_files_never_served(answers, site),
            *_attachments(answers, site),
            BodiesTaken("nginx.uploads", _("nginx takes uploads"), site=site),
            AnswersKept("nginx.downloads", _("nginx keeps answers on their way"), site=site),
            ReachedByOthers("nginx.outside", _("others may come"), port=answers.http_port),
        ],
    )


def _attachments(answers: Answers, site: Site) -> Sequence[Probe]:
    """What browsers are told of attachments, and that section 1.2.2.8 has them served to everybody."""
    told = _(
        "Where other people reach this server, let nginx ask BiomAid who is signed in (`auth_request`):"
        " docs/attachments.md has the lines for {path}. Then every attachment takes a request to BiomAid more."
    )
    return [
        AttachmentsHarmless(
            "nginx.media",
            _("attachments are served as data"),
            host=answers.asked_as,
            port=answers.http_port,
            site=site,
            after=("nginx.port",),
        ),
        AttachmentsAskSignIn(
            "nginx.media-open",
            _("attachments ask for a sign-in"),
            host=answers.asked_as,
            port=answers.http_port,
            remedy=Remedy(told.format(path=answers.site)),
            after=("nginx.media",),
        ),
    ]


def _files_never_served(answers: Answers, site: Site) -> Sequence[NotServed]:
    """The two holes of section 1.2.2.8 stay closed: a `root` that is the home, and an `alias` without its slash."""
    # Files that every user may read on the disk, unlike the settings beside them.
    readable = ("/biomaid/manage.py", "/biomaid/.git/config")
    return [
        NotServed(
            "nginx.settings",
            _("settings are not served"),
            path="/biomaid/instance_settings.py",
            host=answers.asked_as,
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            neighbours=readable,
            site=site,
            after=("nginx.port",),
        ),
        NotServed(
            "nginx.traversal",
            _("/static.. leads nowhere"),
            path="/static../biomaid/instance_settings.py",
            host=answers.asked_as,
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            neighbours=tuple(f"/static..{path}" for path in readable),
            site=site,
            after=("nginx.port",),
        ),
        NotServed(
            "nginx.media-traversal",
            _("/media.. leads nowhere"),
            path="/media../biomaid/instance_settings.py",
            host=answers.asked_as,
            port=answers.http_port,
            marks=WORDS_OF_SETTINGS,
            neighbours=tuple(f"/media..{path}" for path in readable),
            site=site,
            after=("nginx.port",),
        ),
    ]


def site_file(answers: Answers, names: Names) -> GeneratedFile:
    """The site, from `templates/biomaid/site.conf`; a value that it names as {{ value }} is given here. A location that
    serves a folder stands in `folders` of `site_diagnosis` too."""
    body = from_template(
        "biomaid/site.conf",
        instance=answers.instance,
        names=names.allowed_hosts,
        http_port=answers.http_port,
        home=names.home,
        staticfiles=names.staticfiles,
        media=names.media,
        socket=names.socket,
    )
    return GeneratedFile(answers.site, body=body, validation=NginxAccepts())


def site_diagnosis(answers: Answers, names: Names) -> Site:
    """The site as it should be, to diagnose why a page does not arrive."""
    return Site(
        available=answers.site,
        enabled=SiteEnabled(answers.site).link,
        port=answers.http_port,
        names=names.allowed_hosts,
        socket=names.socket,
        settings=names.settings,
        unit=names.unit,
        folders=(("/static/", f"{names.staticfiles}/"), ("/media/", f"{names.media}/")),
    )
