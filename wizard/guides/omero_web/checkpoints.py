"""OMERO.web's eight checkpoints, by the sections of the walkthrough."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePosixPath

from wizard.api import (
    GIB,
    AccountIs,
    Answers,
    Booleans,
    BooleansOn,
    Checkpoint,
    Circumstances,
    ComesBack,
    CrontabLines,
    DefaultServerDisabled,
    DefaultSiteDisabled,
    Directory,
    EntryIs,
    Facts,
    FormThere,
    GeneratedFile,
    InstanceUser,
    MaintenanceShown,
    ModulesThere,
    Need,
    NginxAccepts,
    NotServed,
    NoWelcomePage,
    Packages,
    PackagesPresent,
    PageAnswers,
    PipEnvironment,
    PipModules,
    PortFree,
    PortHasType,
    PortHeldBy,
    PortOfType,
    Probe,
    Rendered,
    Resources,
    RunningUnit,
    Scheduled,
    Service,
    Site,
    SiteEnabled,
    Step,
    SudoRight,
    Supported,
    SystemdAccepts,
    UnitIs,
    UnitRuns,
    Withdrawn,
    WorkerCount,
    _,
)
from wizard.guides.omero_web.names import ICE, UNIT, Names
from wizard.guides.omero_web.parts.causes import candidates
from wizard.guides.omero_web.parts.ice import IceFits, IceThere
from wizard.guides.omero_web.parts.probes import MIDDLEWARE, ListHolds, OmeroHomeUnset, PidFileSound, PropertiesHold
from wizard.guides.omero_web.parts.redis import REDIS
from wizard.guides.omero_web.parts.steps import OmeroListed, OmeroProperty, OmeroStatics
from wizard.guides.omero_web.parts.trials import SessionsCleared, WebStarts

APPS = "omero.web.apps"
# OMERO.web 5.33 and later.
LEAST_PYTHON = "3.10"
DEFAULT_SITE = "/etc/nginx/sites-enabled/default"
BOOLEANS = ("httpd_read_user_content", "httpd_enable_homedirs")
PNG = b"\x89PNG\r\n\x1a\n"
LOGO = "webclient/image/logo_login_web.png"
PAGE = b"OMERO.web is not running"


def checkpoints(a: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers on a machine of these facts."""
    n = Names(a, facts)
    return (
        _system(a, n),
        _environment(a, n),
        _configuration(a, n),
        _start(a, n),
        _nginx(a, n),
        _service(a, n),
        _maintenance(a, n),
        _selinux(a, n),
    )


def _system(a: Answers, n: Names) -> Checkpoint:
    """ "Installing prerequisites", and the user before it"""
    steps: list[Step] = [Packages(n.apt_packages, n.dnf_packages, REDIS)]
    probes: list[Probe] = [
        Supported("system.distribution", _("supported distribution"), managers=("apt", "dnf")),
        Resources(
            "system.resources",
            _("processors, memory, disk"),
            least=Need(1, 1 * GIB, 5 * GIB),
            advised=Need(2, 4 * GIB, 10 * GIB),
        ),
        SudoRight("system.sudo", _("sudo")),
        PackagesPresent("system.packages", _("packages installed"), n.apt_packages, n.dnf_packages),
        UnitRuns("system.cron", _("cron runs"), n.cron_unit),
    ]
    if a.nginx_here:
        steps = [PortFree(a.http_port, programs=("nginx",)), *steps, RunningUnit("nginx.service", shared=True)]
        probes.append(UnitRuns("system.nginx", _("nginx runs"), "nginx.service"))
    if n.redis:
        steps.append(RunningUnit(n.redis, shared=True))
        probes.append(UnitRuns("system.redis", _("Redis runs"), n.redis))
    steps += [
        RunningUnit(n.cron_unit, shared=True),
        InstanceUser(a.user, n.home, mark="omero-web", answer="user"),
        Directory(a.omerodir, a.user, a.user, parents=True, contents=True),
        *(
            Directory(f"{a.omerodir}/{name}", a.user, a.user)
            for name in ("etc", "etc/templates", "etc/templates/error", "var", "var/log")
        ),
        # `omero config` leaves its file open to all, with whatever password is in it.
        Directory(f"{a.omerodir}/etc/grid", a.user, a.user, mode=0o700),
    ]
    probes += [
        AccountIs("system.account", _("account and home"), a.user, n.home),
        EntryIs("system.folder", _("its folder is its own"), a.omerodir, "directory", a.user),
    ]
    return Checkpoint(
        "system",
        title=_("System"),
        objective=_("A machine with nginx and Python, and a user of its own for OMERO.web."),
        steps=steps,
        probes=probes,
    )


def _environment(a: Answers, n: Names) -> Checkpoint:
    """ "Creating a virtual environment", and the apps"""
    ice = IceThere(a.venv, a.python, a.ice_wheel, a.python_index, a.proxy)
    modules = PipModules(a.venv, n.modules, index=a.python_index, proxy=a.proxy)
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_("A Python environment with Ice 3.6, which OMERO's own modules need, and OMERO.web."),
        steps=[PipEnvironment(a.venv, a.python), ice, modules],
        probes=[
            IceFits("environment.ice", "Ice 3.6", a.venv, ICE, step=ice.key),
            ModulesThere(
                *("environment.modules", _("OMERO.web and its apps"), a.venv, n.modules),
                step=modules.key,
                least=LEAST_PYTHON,
            ),
        ],
    )


def _configuration(a: Answers, n: Names) -> Checkpoint:
    """ "Configuring OMERO.web", "Configuring Gunicorn", "Setting up CORS\""""
    properties = [OmeroProperty(n.omero, key, value) for key, value in n.properties.items()]
    lists = [OmeroListed(n.omero, MIDDLEWARE, n.middleware), OmeroListed(n.omero, APPS, n.app_names)]
    probes: list[Probe] = [
        OmeroHomeUnset("configuration.home", _("OMERO_HOME is not set"), a.user, n.home),
        PropertiesHold("configuration.properties", _("properties as answered"), n.omero, n.properties),
        ListHolds("configuration.middleware", _("middleware, each once"), n.omero, MIDDLEWARE, n.middleware),
    ]
    if n.app_names:
        probes.append(ListHolds("configuration.apps", _("apps, each once"), n.omero, APPS, n.app_names))
    given = {"static_url": f"{a.prefix}/static/", "folder": n.static}
    statics = OmeroStatics(n.omero, n.static, n.home, LOGO, given)
    return Checkpoint(
        "configuration",
        title=_("Configuration"),
        objective=_("How OMERO.web is reached, where it keeps sessions, and what else was answered."),
        steps=[*properties, *lists, statics],
        probes=[
            *probes,
            EntryIs(
                "configuration.mode",
                _("strangers do not read it"),
                f"{a.omerodir}/etc/grid",
                "directory",
                a.user,
                at_most=0o700,
            ),
            EntryIs("configuration.static", _("static files are gathered"), f"{n.static}/{LOGO}", "file"),
        ],
    )


def _start(a: Answers, n: Names) -> Checkpoint:
    """ "Running OMERO.web\""""
    return Checkpoint(
        "start",
        title=_("Start by hand"),
        objective=_("OMERO.web starts and shows its login page, before anything stands in front of it."),
        steps=[PortFree(a.app_port, programs=("gunicorn", "python", "python3", "omero"))],
        probes=[PidFileSound("start.pid", _("nothing keeps it from starting"), n.omero, UNIT)],
        trials=[
            WebStarts(
                *("start.answers", _("started by hand it answers"), n.omero, n.login, n.upstream, a.app_port),
                after=("environment.modules", "environment.ice", "configuration.properties"),
            )
        ],
    )


def _nginx(a: Answers, n: Names) -> Checkpoint:
    """ "Configuring NGINX\""""
    suffix = f"_{a.prefix.strip('/').replace('/', '').replace('-', '')}" if a.prefix else ""
    body = Rendered("omero_web/site.conf", {**a, "app_host": n.behind, "suffix": suffix})
    own = {"owner": a.user, "group": a.user}
    site = (
        GeneratedFile(a.site, body, validation=NginxAccepts())
        if a.nginx_here
        else GeneratedFile(f"{a.omerodir}/nginx.conf", body, **own)
    )
    page_place = f"{a.omerodir}/etc/templates/error/maintainance.html"
    page = GeneratedFile(page_place, Rendered("omero_web/maintainance.html", {}), **own)
    enabled, here, known = SiteEnabled(a.site), (n.asked_as, a.http_port), _site(a, n)
    asked = (page.path, site.path, *([enabled.link] if a.nginx_here else []))
    withdrawn = Withdrawn("nginx", asked, "" if a.nginx_here else "nginx.service", str(PurePosixPath(n.enabled).parent))
    if not a.nginx_here:
        return Checkpoint(
            "nginx",
            title="nginx",
            objective=_("The site for nginx on another machine, which must be given the static files too."),
            steps=[page, site, withdrawn],
            probes=[EntryIs("nginx.site", _("the site is written"), site.path, "file", a.user)],
        )
    default: Step = DefaultSiteDisabled(DEFAULT_SITE) if n.apt else DefaultServerDisabled()
    user = "www-data" if n.apt else "nginx"
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=_(
            "nginx serves the static files itself and hands the rest to gunicorn; a page says when it is away."
        ),
        steps=[
            page,
            # Before the new one is tested: two sites cannot have the same upstream.
            withdrawn,
            site,
            enabled,
            default,
            RunningUnit(
                "nginx.service",
                configured_by=(a.site, n.enabled, "/etc/nginx/sites-enabled" if n.apt else "/etc/nginx/nginx.conf"),
                user=user,
                port=a.http_port,
                programs=("nginx",),
                shared=True,
            ),
        ],
        probes=[
            PortHeldBy("nginx.port", _("nginx holds the port"), a.http_port, "nginx", known, after=("system.nginx",)),
            PageAnswers(
                *("nginx.static", _("a static picture arrives"), f"{a.prefix}/static/{LOGO}", *here),
                type="image/png",
                signature=PNG,
                site=known,
                after=("nginx.port", "configuration.static"),
            ),
            NoWelcomePage(
                *("nginx.welcome", _("no welcome page of the distribution"), a.http_port),
                step=default.key,
                below=a.prefix,
                after=("nginx.port",),
            ),
            MaintenanceShown(
                *("nginx.waiting", _("502 with the maintenance page: nobody listens yet"), n.login, *here),
                upstream=(n.upstream, a.app_port),
                mark=PAGE,
                expected_until="service",
                unit=UNIT,
                page_step=page.key,
                site=known,
                after=("nginx.port",),
            ),
            NotServed(
                *("nginx.traversal", _("static.. leads nowhere"), f"{a.prefix}/static../django.pid", *here),
                neighbours=(f"{a.prefix}/static../log/OMEROweb.log",),
                site=known,
                after=("nginx.port",),
            ),
        ],
    )


def _site(a: Answers, n: Names) -> Site:
    """What tells why a request does not come where it should."""
    return Site(
        a.site,
        n.enabled,
        a.http_port,
        (a.server_name,),
        unit=UNIT,
        folders=((f"{a.prefix}/static/", f"{n.static}/"),),
        upstream=f"{a.app_host}:{a.app_port}",
    )


def _service(a: Answers, n: Names) -> Checkpoint:
    """ "Automatically running OMERO.web\""""
    place = f"/etc/systemd/system/{UNIT}"
    values = {**a, "redis": n.redis}
    unit = GeneratedFile(place, Rendered("omero_web/omero-web.service", values), validation=SystemdAccepts())
    direct, here = (n.upstream, a.app_port), (n.asked_as, a.http_port)
    known = Service(
        user=a.user,
        folder=a.omerodir,
        log=f"{a.omerodir}/var/log/OMEROweb.log",
        environments=str(PurePosixPath(a.venv).parent),
        program="gunicorn",
        more=candidates(n.omero, place, a.app_port),
    )
    # What the process has read: a change of any of these calls for a restart.
    read = (place, n.omero.properties.file)
    probes: list[Probe] = [
        UnitRuns("service.active", _("the service runs"), UNIT, service=known),
        UnitIs("service.restart", _("it comes back by itself"), UNIT, "on-failure", ours=place),
        PortHeldBy("service.port", _("gunicorn holds its port"), a.app_port, "gunicorn", after=("service.active",)),
        WorkerCount("service.workers", _("workers as asked"), UNIT, a.user, a.workers, after=("service.active",)),
        FormThere(
            *("service.direct", _("the login page arrives by itself"), n.login, *direct),
            address=n.upstream,
            after=("service.port",),
        ),
    ]
    if a.nginx_here:
        probes.append(
            FormThere(
                *("service.page", _("and through nginx"), n.login, *here),
                site=_site(a, n),
                after=("service.direct", "nginx.port"),
            )
        )
    return Checkpoint(
        "service",
        title="Service",
        objective=_("gunicorn runs OMERO.web, starts with the machine, and comes back when it dies."),
        steps=[unit, RunningUnit(UNIT, configured_by=read, environment=a.venv)],
        probes=probes,
        trials=[
            ComesBack(
                *("service.return", _("it comes back when killed"), UNIT, n.login, *direct),
                after=("service.direct", "service.restart"),
                step=unit.key,
                address=n.upstream,
            )
        ],
    )


def _maintenance(a: Answers, n: Names) -> Checkpoint:
    """ "Maintaining OMERO.web\""""
    return Checkpoint(
        "maintenance",
        title=_("Maintenance"),
        objective=_("Sessions that have expired are removed every day; OMERO.web does not do so by itself."),
        steps=[CrontabLines(a.user, (n.cron,), n.home)],
        probes=[
            Scheduled(
                "maintenance.cron", _("clearing of sessions in the crontab"), a.user, (n.cron,), after=("system.cron",)
            )
        ],
        trials=[
            SessionsCleared(
                *("maintenance.clears", _("expired sessions are removed"), n.omero),
                after=("environment.modules", "maintenance.cron"),
            )
        ],
    )


def _selinux(a: Answers, n: Names) -> Checkpoint:
    """ "SELinux", which counts where it is enabled"""
    return Checkpoint(
        "selinux",
        title="SELinux",
        objective=_("Where SELinux is enabled, nginx may speak to OMERO.web and read its files."),
        steps=[Booleans(BOOLEANS), PortOfType(a.app_port)],
        probes=[
            BooleansOn("selinux.booleans", _("nginx may read what users own"), BOOLEANS),
            PortHasType("selinux.port", _("nginx may speak to the port"), a.app_port),
        ],
    )
