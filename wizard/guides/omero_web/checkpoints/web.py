"""nginx: section "Configuring NGINX"."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.api import (
    Answers,
    AnswersKept,
    BodiesTaken,
    Checkpoint,
    EntryIs,
    GeneratedFile,
    MaintenanceShown,
    NameHandedOn,
    NginxAccepts,
    NotServed,
    NoWelcomePage,
    ObsoleteFiles,
    PageAnswers,
    PortHeldBy,
    Probe,
    Rendered,
    RunningUnit,
    Site,
    SiteEnabled,
    _,
    from_template,
    no_default_server,
)
from wizard.guides.omero_web.names import LOGO, UNIT, Names
from wizard.guides.omero_web.parts.cookies import CookiesSent

# The first bytes of every PNG picture.
PNG = b"\x89PNG\r\n\x1a\n"
# Words of `templates/omero_web/maintainance.html`, which nginx shows while OMERO.web is stopped.
MAINTENANCE_WORDS = b"OMERO.web is not running"


def nginx(answers: Answers, names: Names) -> Checkpoint:
    """Section "Configuring NGINX"."""
    return _nginx_here(answers, names) if answers.nginx_here else _nginx_elsewhere(answers, names)


def _nginx_elsewhere(answers: Answers, names: Names) -> Checkpoint:
    """nginx runs on another machine: its site is only written, to be copied there."""
    page = _maintenance_page(answers)
    site = GeneratedFile(
        f"{answers.omerodir}/nginx.conf", body=_site_body(answers, names), owner=answers.user, group=answers.user
    )
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=_("The site for nginx on another machine, which must be given the static files too."),
        steps=[
            page,
            site,
            ObsoleteFiles("nginx", keep=(page.path, site.path), unit="nginx.service", folder=names.enabled_folder),
        ],
        probes=[EntryIs("nginx.site", _("the site is written"), path=site.path, kind="file", owner=answers.user)],
    )


def _nginx_here(answers: Answers, names: Names) -> Checkpoint:
    """nginx runs on this machine."""
    page = _maintenance_page(answers)
    site = GeneratedFile(answers.site, body=_site_body(answers, names), validation=NginxAccepts())
    enabled = SiteEnabled(answers.site)
    default = no_default_server(names.facts)
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=_(
            "nginx serves the static files itself and hands the rest to gunicorn; a page says when it is away."
        ),
        steps=[
            page,
            # Before nginx tests the new site: two sites cannot have an upstream of the same name.
            ObsoleteFiles(
                "nginx",
                keep=(page.path, site.path, enabled.link),
                unit="",
                folder=names.enabled_folder,
            ),
            site,
            enabled,
            default,
            RunningUnit(
                "nginx.service",
                configured_by=(
                    answers.site,
                    names.enabled,
                    names.here.named("nginx-loads"),
                ),
                user=names.here.named("nginx-user"),
                port=answers.http_port,
                programs=("nginx",),
                shared=True,
            ),
        ],
        probes=_nginx_probes(answers, names, page_step=page.key, default_step=default.key),
    )


def _site_body(answers: Answers, names: Names) -> Rendered:
    """The site, from `templates/omero_web/site.conf`; a value that it names as {{ value }} is given here. A location
    that serves a folder stands in `folders` of `site_diagnosis` too."""
    return from_template(
        "omero_web/site.conf",
        server_name=answers.server_name,
        http_port=answers.http_port,
        prefix=answers.prefix,
        suffix=names.upstream_suffix,
        app_host=names.proxied_address,
        app_port=answers.app_port,
        omerodir=answers.omerodir,
    )


def _maintenance_page(answers: Answers) -> GeneratedFile:
    return GeneratedFile(
        f"{answers.omerodir}/etc/templates/error/maintainance.html",
        body=from_template("omero_web/maintainance.html"),
        owner=answers.user,
        group=answers.user,
    )


def _nginx_probes(answers: Answers, names: Names, page_step: str, default_step: str) -> Sequence[Probe]:
    site = site_diagnosis(answers, names)
    return [
        PortHeldBy(
            "nginx.port",
            _("nginx holds the port"),
            port=answers.http_port,
            program="nginx",
            site=site,
            after=("system.nginx",),
        ),
        PageAnswers(
            "nginx.static",
            _("a static picture arrives"),
            path=f"{answers.prefix}/static/{LOGO}",
            host=names.asked_as,
            port=answers.http_port,
            type="image/png",
            signature=PNG,
            site=site,
            after=("nginx.port", "configuration.static"),
        ),
        NoWelcomePage(
            "nginx.welcome",
            _("no welcome page of the distribution"),
            port=answers.http_port,
            step=default_step,
            below=answers.prefix,
            after=("nginx.port",),
        ),
        MaintenanceShown(
            "nginx.waiting",
            _("502 with the maintenance page: nobody listens yet"),
            path=names.login,
            host=names.asked_as,
            port=answers.http_port,
            upstream=(names.upstream, answers.app_port),
            mark=MAINTENANCE_WORDS,
            expected_until="service",
            unit=UNIT,
            page_step=page_step,
            site=site,
            after=("nginx.port",),
        ),
        NotServed(
            "nginx.traversal",
            _("static.. leads nowhere"),
            path=f"{answers.prefix}/static../django.pid",
            host=names.asked_as,
            port=answers.http_port,
            neighbours=(f"{answers.prefix}/static../log/OMEROweb.log",),
            site=site,
            after=("nginx.port",),
        ),
        BodiesTaken("nginx.uploads", _("nginx takes uploads"), site=site),
        AnswersKept("nginx.downloads", _("nginx keeps answers on their way"), site=site),
        CookiesSent("nginx.cookies", _("browsers send the cookies"), omero=names.omero, site=site),
        NameHandedOn("nginx.host", _("nginx hands on the name that was asked for"), site=site),
    ]


def site_diagnosis(answers: Answers, names: Names) -> Site:
    """The site as it should be, to diagnose why a page does not arrive."""
    return Site(
        available=answers.site,
        enabled=names.enabled,
        port=answers.http_port,
        names=(answers.server_name,),
        unit=UNIT,
        folders=((f"{answers.prefix}/static/", f"{names.static}/"),),
        upstream=f"{answers.app_host}:{answers.app_port}",
    )
