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
    ObsoleteFiles,
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
    WorkerCount,
    _,
    from_template,
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
# The first bytes of a picture of that type.
PNG = b"\x89PNG\r\n\x1a\n"
# A picture that OMERO.web brings, below its static files.
LOGO = "webclient/image/logo_login_web.png"
# Words of the page that nginx shows while OMERO.web is away.
MAINTENANCE_WORDS = b"OMERO.web is not running"


def checkpoints(answers: Answers, facts: Facts, circumstances: Circumstances) -> Sequence[Checkpoint]:
    """The checkpoints for these answers on a machine of these facts."""
    names = Names(answers, facts=facts)
    return (
        _system(answers, names),
        _environment(answers, names),
        _configuration(answers, names),
        _start(answers, names),
        _nginx(answers, names),
        _service(answers, names),
        _maintenance(answers, names),
        _selinux(answers, names),
    )


def _system(answers: Answers, names: Names) -> Checkpoint:
    """Section "Installing prerequisites", and the user before it."""
    steps: list[Step] = [Packages(names.apt_packages, dnf=names.dnf_packages, brings=REDIS)]
    probes: list[Probe] = [
        Supported("system.distribution", _("supported distribution"), managers=("apt", "dnf")),
        Resources(
            "system.resources",
            _("processors, memory, disk"),
            least=Need(processors=1, memory=1 * GIB, disk=5 * GIB),
            advised=Need(processors=2, memory=4 * GIB, disk=10 * GIB),
        ),
        SudoRight("system.sudo", _("sudo")),
        PackagesPresent("system.packages", _("packages installed"), names=names.apt_packages, dnf=names.dnf_packages),
        UnitRuns("system.cron", _("cron runs"), unit=names.cron_unit),
    ]
    if answers.nginx_here:
        steps.insert(0, PortFree(answers.http_port, programs=("nginx",)))
        steps.append(RunningUnit("nginx.service", shared=True))
        probes.append(UnitRuns("system.nginx", _("nginx runs"), unit="nginx.service"))
    if names.redis:
        steps.append(RunningUnit(names.redis, shared=True))
        probes.append(UnitRuns("system.redis", _("Redis runs"), unit=names.redis))
    steps += [
        RunningUnit(names.cron_unit, shared=True),
        InstanceUser(answers.user, home=names.home, mark="omero-web", answer="user"),
        Directory(answers.omerodir, owner=answers.user, group=answers.user, parents=True, contents=True),
    ]
    for folder in ("etc", "etc/templates", "etc/templates/error", "var", "var/log"):
        steps.append(Directory(f"{answers.omerodir}/{folder}", owner=answers.user, group=answers.user))
    # `omero config` leaves its file open to all, with whatever password is in it.
    steps.append(Directory(f"{answers.omerodir}/etc/grid", owner=answers.user, group=answers.user, mode=0o700))
    probes += [
        AccountIs("system.account", _("account and home"), name=answers.user, home=names.home),
        EntryIs(
            "system.folder", _("its folder is its own"), path=answers.omerodir, kind="directory", owner=answers.user
        ),
    ]
    return Checkpoint(
        "system",
        title=_("System"),
        objective=_("A machine with nginx and Python, and a user of its own for OMERO.web."),
        steps=steps,
        probes=probes,
    )


def _environment(answers: Answers, names: Names) -> Checkpoint:
    """Section "Creating a virtual environment", and the apps."""
    ice = IceThere(
        answers.venv, python=answers.python, wheel=answers.ice_wheel, index=answers.python_index, proxy=answers.proxy
    )
    modules = PipModules(answers.venv, modules=names.modules, index=answers.python_index, proxy=answers.proxy)
    return Checkpoint(
        "environment",
        title=_("Environment"),
        objective=_("A Python environment with Ice 3.6, which OMERO's own modules need, and OMERO.web."),
        steps=[PipEnvironment(answers.venv, python=answers.python), ice, modules],
        probes=[
            IceFits("environment.ice", "Ice 3.6", path=answers.venv, module=ICE, step=ice.key),
            ModulesThere(
                "environment.modules",
                _("OMERO.web and its apps"),
                path=answers.venv,
                modules=names.modules,
                step=modules.key,
                least=LEAST_PYTHON,
            ),
        ],
    )


def _configuration(answers: Answers, names: Names) -> Checkpoint:
    """Sections "Configuring OMERO.web", "Configuring Gunicorn" and "Setting up CORS"."""
    properties = [OmeroProperty(names.omero, name=key, value=value) for key, value in names.properties.items()]
    lists = [
        OmeroListed(names.omero, name=MIDDLEWARE, values=names.middleware),
        OmeroListed(names.omero, name=APPS, values=names.app_names),
    ]
    probes: list[Probe] = [
        OmeroHomeUnset("configuration.home", _("OMERO_HOME is not set"), user=answers.user, home=names.home),
        PropertiesHold(
            "configuration.properties", _("properties as answered"), omero=names.omero, wanted=names.properties
        ),
        ListHolds(
            "configuration.middleware",
            _("middleware, each once"),
            omero=names.omero,
            key=MIDDLEWARE,
            values=names.middleware,
        ),
    ]
    if names.app_names:
        probes.append(
            ListHolds("configuration.apps", _("apps, each once"), omero=names.omero, key=APPS, values=names.app_names)
        )
    probes += [
        EntryIs(
            "configuration.mode",
            _("strangers do not read it"),
            path=f"{answers.omerodir}/etc/grid",
            kind="directory",
            owner=answers.user,
            at_most=0o700,
        ),
        EntryIs("configuration.static", _("static files are gathered"), path=f"{names.static}/{LOGO}", kind="file"),
    ]
    statics = OmeroStatics(
        names.omero,
        folder=names.static,
        home=names.home,
        proof=LOGO,
        inputs={"static_url": f"{answers.prefix}/static/", "folder": names.static},
    )
    return Checkpoint(
        "configuration",
        title=_("Configuration"),
        objective=_("How OMERO.web is reached, where it keeps sessions, and what else was answered."),
        steps=[*properties, *lists, statics],
        probes=probes,
    )


def _start(answers: Answers, names: Names) -> Checkpoint:
    """Section "Running OMERO.web"."""
    return Checkpoint(
        "start",
        title=_("Start by hand"),
        objective=_("OMERO.web starts and shows its login page, before anything stands in front of it."),
        steps=[PortFree(answers.app_port, programs=("gunicorn", "python", "python3", "omero"))],
        probes=[PidFileSound("start.pid", _("nothing keeps it from starting"), omero=names.omero, unit=UNIT)],
        trials=[
            WebStarts(
                "start.answers",
                _("started by hand it answers"),
                omero=names.omero,
                path=names.login,
                address=names.upstream,
                port=answers.app_port,
                after=("environment.modules", "environment.ice", "configuration.properties"),
            )
        ],
    )


def _nginx(answers: Answers, names: Names) -> Checkpoint:
    """Section "Configuring NGINX"."""
    return _nginx_here(answers, names) if answers.nginx_here else _nginx_elsewhere(answers, names)


def _nginx_elsewhere(answers: Answers, names: Names) -> Checkpoint:
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
    page = _maintenance_page(answers)
    site = GeneratedFile(answers.site, body=_site_body(answers, names), validation=NginxAccepts())
    enabled = SiteEnabled(answers.site)
    default: Step = DefaultSiteDisabled(DEFAULT_SITE) if names.apt else DefaultServerDisabled()
    return Checkpoint(
        "nginx",
        title="nginx",
        objective=_(
            "nginx serves the static files itself and hands the rest to gunicorn; a page says when it is away."
        ),
        steps=[
            page,
            # Before the new one is tested: two sites cannot have the same upstream.
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
                    "/etc/nginx/sites-enabled" if names.apt else "/etc/nginx/nginx.conf",
                ),
                user="www-data" if names.apt else "nginx",
                port=answers.http_port,
                programs=("nginx",),
                shared=True,
            ),
        ],
        probes=_nginx_probes(answers, names, page_step=page.key, default_step=default.key),
    )


def _site_body(answers: Answers, names: Names) -> Rendered:
    return from_template(
        "omero_web/site.conf",
        server_name=answers.server_name,
        http_port=answers.http_port,
        prefix=answers.prefix,
        suffix=names.upstream_suffix,
        app_host=names.behind,
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
    site = _site_diagnosis(answers, names)
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
    ]


def _site_diagnosis(answers: Answers, names: Names) -> Site:
    """What is looked at to say why a page does not arrive as it should."""
    return Site(
        available=answers.site,
        enabled=names.enabled,
        port=answers.http_port,
        names=(answers.server_name,),
        unit=UNIT,
        folders=((f"{answers.prefix}/static/", f"{names.static}/"),),
        upstream=f"{answers.app_host}:{answers.app_port}",
    )


def _service(answers: Answers, names: Names) -> Checkpoint:
    """Section "Automatically running OMERO.web"."""
    place = f"/etc/systemd/system/{UNIT}"
    unit = GeneratedFile(
        place,
        body=from_template(
            "omero_web/omero-web.service",
            user=answers.user,
            omerodir=answers.omerodir,
            venv=answers.venv,
            nginx_here=answers.nginx_here,
            redis=names.redis,
        ),
        validation=SystemdAccepts(),
    )
    # What the process has read: a change of any of these calls for a restart.
    read = (place, names.omero.properties.file)
    probes: list[Probe] = [
        UnitRuns("service.active", _("the service runs"), unit=UNIT, service=_service_diagnosis(answers, names, place)),
        UnitIs("service.restart", _("it comes back by itself"), unit=UNIT, restart="on-failure", ours=place),
        PortHeldBy(
            "service.port",
            _("gunicorn holds its port"),
            port=answers.app_port,
            program="gunicorn",
            after=("service.active",),
        ),
        WorkerCount(
            "service.workers",
            _("workers as asked"),
            unit=UNIT,
            user=answers.user,
            count=answers.workers,
            after=("service.active",),
        ),
        FormThere(
            "service.direct",
            _("the login page arrives by itself"),
            path=names.login,
            host=names.upstream,
            port=answers.app_port,
            address=names.upstream,
            after=("service.port",),
        ),
    ]
    if answers.nginx_here:
        probes.append(
            FormThere(
                "service.page",
                _("and through nginx"),
                path=names.login,
                host=names.asked_as,
                port=answers.http_port,
                site=_site_diagnosis(answers, names),
                after=("service.direct", "nginx.port"),
            )
        )
    return Checkpoint(
        "service",
        title="Service",
        objective=_("gunicorn runs OMERO.web, starts with the machine, and comes back when it dies."),
        steps=[unit, RunningUnit(UNIT, configured_by=read, environment=answers.venv)],
        probes=probes,
        trials=[
            ComesBack(
                "service.return",
                _("it comes back when killed"),
                unit=UNIT,
                path=names.login,
                host=names.upstream,
                port=answers.app_port,
                after=("service.direct", "service.restart"),
                step=unit.key,
                address=names.upstream,
            )
        ],
    )


def _service_diagnosis(answers: Answers, names: Names, unit_file: str) -> Service:
    """What is looked at to say why the service does not run."""
    return Service(
        user=answers.user,
        folder=answers.omerodir,
        log=f"{answers.omerodir}/var/log/OMEROweb.log",
        environments=str(PurePosixPath(answers.venv).parent),
        program="gunicorn",
        more=candidates(names.omero, unit_file, answers.app_port),
    )


def _maintenance(answers: Answers, names: Names) -> Checkpoint:
    """Section "Maintaining OMERO.web"."""
    return Checkpoint(
        "maintenance",
        title=_("Maintenance"),
        objective=_("Sessions that have expired are removed every day; OMERO.web does not do so by itself."),
        steps=[CrontabLines(answers.user, lines=(names.cron,), home=names.home)],
        probes=[
            Scheduled(
                "maintenance.cron",
                _("clearing of sessions in the crontab"),
                user=answers.user,
                lines=(names.cron,),
                after=("system.cron",),
            )
        ],
        trials=[
            SessionsCleared(
                "maintenance.clears",
                _("expired sessions are removed"),
                omero=names.omero,
                after=("environment.modules", "maintenance.cron"),
            )
        ],
    )


def _selinux(answers: Answers, names: Names) -> Checkpoint:
    """Section "SELinux", which counts where it is enabled."""
    return Checkpoint(
        "selinux",
        title="SELinux",
        objective=_("Where SELinux is enabled, nginx may speak to OMERO.web and read its files."),
        steps=[Booleans(BOOLEANS), PortOfType(answers.app_port)],
        probes=[
            BooleansOn("selinux.booleans", _("nginx may read what users own"), names=BOOLEANS),
            PortHasType("selinux.port", _("nginx may speak to the port"), port=answers.app_port),
        ],
    )
