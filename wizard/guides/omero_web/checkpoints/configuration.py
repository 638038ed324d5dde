"""OMERO.web's properties, and a first start: sections "Configuring OMERO.web" to "Running OMERO.web"."""

from __future__ import annotations

from wizard.api import (
    Answers,
    Checkpoint,
    EntryIs,
    PortFree,
    Probe,
    _,
)
from wizard.guides.omero_web.names import LOGO, UNIT, Names
from wizard.guides.omero_web.parts.probes import MIDDLEWARE, ListHolds, OmeroHomeUnset, PidFileSound, PropertiesHold
from wizard.guides.omero_web.parts.steps import OmeroListed, OmeroProperty, OmeroStatics
from wizard.guides.omero_web.parts.trials import WebStarts

APPS = "omero.web.apps"


def configuration(answers: Answers, names: Names) -> Checkpoint:
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


def start(answers: Answers, names: Names) -> Checkpoint:
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
