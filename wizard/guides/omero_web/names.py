"""What follows from the answers by name alone."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from wizard.api import Answers, Facts, Module, Value
from wizard.guides.omero_web.parts.ice import NAME, RANGE
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.steps import PropertyValue

UNIT = "omero-web.service"
CACHE = "django_redis.cache.RedisCache"
CACHED = "django.contrib.sessions.backends.cache"
WHITENOISE = '{"index": 0, "class": "whitenoise.middleware.WhiteNoiseMiddleware"}'
CORS = (
    '{"index": 0.5, "class": "corsheaders.middleware.CorsMiddleware"}',
    '{"index": 10, "class": "corsheaders.middleware.CorsPostCsrfMiddleware"}',
)
ICE = Module(f"{NAME}{RANGE}")
# Addresses that say nothing to another machine.
LOCAL = ("0.0.0.0", "127.0.0.1", "localhost")  # noqa: S104
# What building Ice takes, by family.
BUILD = {
    "apt": ("g++", "libssl-dev", "libbz2-dev", "python3-dev"),
    "dnf": ("gcc-c++", "openssl-devel", "bzip2-devel", "python3-devel"),
}


class Names(Value):
    """Everything that follows from the answers and the family of the machine by name alone."""

    a: Answers
    facts: Facts

    @property
    def apt(self) -> bool:
        """Whether it is of Debian's family."""
        return self.facts.package_manager == "apt"

    @property
    def home(self) -> str:
        """The user's home."""
        return f"/home/{self.a.user}"

    @property
    def omero(self) -> Omero:
        """OMERO.web's own command."""
        return Omero(self.a.omerodir, self.a.venv, self.a.user)

    @property
    def redis(self) -> str:
        """The unit of Redis here; empty where none is needed here."""
        local = re.match(r"rediss?://(localhost|127\.0\.0\.1)[:/]", self.a.redis_url + "/")
        if self.a.session_engine != "redis" or not local:
            return ""
        return "redis-server.service" if self.apt else "redis.service"

    @property
    def apt_packages(self) -> tuple[str, ...]:
        """Of Debian's family."""
        return ("unzip", "python3-venv", "cron", *self._more("apt", "redis-server"))

    @property
    def dnf_packages(self) -> tuple[str, ...]:
        """Of Red Hat's, which has a package of its own for each newer Python."""
        python = self.a.python if re.fullmatch(r"python3\.\d+", self.a.python) else "python3"
        selinux = ("policycoreutils-python-utils",) if self.facts.selinux != "disabled" else ()
        return ("epel-release", "unzip", python, "cronie", *self._more("dnf", "redis"), *selinux)

    def _more(self, family: str, redis: str) -> tuple[str, ...]:
        build = BUILD[family] if self.builds_ice else ()
        return (*(["nginx"] if self.a.nginx_here else []), *([redis] if self.redis else []), *build)

    @property
    def builds_ice(self) -> bool:
        """Whether Ice is built from source."""
        told = re.findall(r"3\.(\d+)", self.a.python) or re.findall(r"3\.(\d+)", self.facts.python)
        return not self.a.ice_wheel and (not told or int(told[-1]) < 11)

    @property
    def web(self) -> Module:
        """OMERO.web itself."""
        extra, brings = ("[redis]", ("django-redis",)) if self.a.session_engine == "redis" else ("", ())
        return Module(f"omero-web{extra}{self.a.version}", brings)

    @property
    def modules(self) -> tuple[Module, ...]:
        """OMERO.web and its apps."""
        return (self.web, *(Module(f"omero-{name}") for name in self.apps))

    @property
    def apps(self) -> tuple[str, ...]:
        """The apps by the short names of their projects (`figure`)."""
        short = (name.removeprefix("omero-").removeprefix("omero_") for name in self.a.apps)
        return tuple(dict.fromkeys(short))

    @property
    def app_names(self) -> tuple[str, ...]:
        """The same as OMERO.web's list of apps has them."""
        return tuple(json.dumps(f"omero_{name.replace('-', '_')}") for name in self.apps)

    @property
    def properties(self) -> Mapping[str, PropertyValue]:
        """OMERO.web's properties; None where its default counts."""
        a, cached = self.a, self.a.session_engine == "redis"
        cache = json.dumps({"default": {"BACKEND": CACHE, "LOCATION": a.redis_url}})
        everywhere = "*" in a.cors_origins
        servers = json.dumps([[a.omero_server, 4064, "omero"]])
        found: dict[str, PropertyValue] = {
            "omero.web.application_server": "wsgi-tcp",
            "omero.web.application_server.host": a.app_host if a.app_host != "127.0.0.1" else None,
            "omero.web.application_server.port": str(a.app_port) if a.app_port != 4080 else None,
            "omero.web.prefix": a.prefix or None,
            "omero.web.static_url": f"{a.prefix}/static/" if a.prefix else None,
            "omero.web.server_list": servers if a.omero_server != "localhost" else None,
            "omero.web.session_engine": CACHED if cached else None,
            "omero.web.caches": cache if cached else None,
            "omero.web.session_expire_at_browser_close": None if a.session_expire_at_browser_close else "false",
            "omero.web.session_cookie_age": str(a.session_cookie_age) if a.session_cookie_age != 86400 else None,
            "omero.web.cors_origin_allow_all": "true" if everywhere else None,
            "omero.web.cors_origin_whitelist": json.dumps(list(a.cors_origins))
            if a.cors_origins and not everywhere
            else None,
            "omero.web.wsgi_workers": str(a.workers),
            "omero.web.wsgi_args": a.wsgi_args or None,
            "omero.web.debug": "true" if a.debug else None,
            "omero.web.login_logo": a.login_logo or None,
            "omero.web.index_template": a.index_template or None,
            "omero.web.public.enabled": "true" if a.public_user else None,
            "omero.web.public.user": a.public_user or None,
            "omero.web.public.password": a.public_password if a.public_user else None,
            "omero.web.public.url_filter": "^/webgateway" if a.public_user else None,
        }
        return found

    @property
    def middleware(self) -> tuple[str, ...]:
        """What is added to Django's own, each with its place."""
        return (WHITENOISE, *(CORS if self.a.cors_origins else ()))

    @property
    def enabled(self) -> str:
        """Where nginx finds the site."""
        return str(self.a.site).replace("/sites-available/", "/sites-enabled/")

    @property
    def static(self) -> str:
        """Where the static files are gathered."""
        return f"{self.a.omerodir}/var/static"

    @property
    def login(self) -> str:
        """The address of the login page, below the server."""
        return f"{self.a.prefix}/webclient/login/"

    @property
    def asked_as(self) -> str:
        """The name by which nginx is asked."""
        return str(self.a.server_name)

    @property
    def upstream(self) -> str:
        """The address at which the application is asked from here."""
        return "127.0.0.1" if self.a.app_host in LOCAL else str(self.a.app_host)

    @property
    def behind(self) -> str:
        """The address at which nginx finds the application."""
        if self.a.nginx_here or self.a.app_host not in LOCAL:
            return self.upstream
        return next(iter(self.facts.addresses), self.upstream)

    @property
    def cron_unit(self) -> str:
        """The unit of cron."""
        return "cron.service" if self.apt else "crond.service"

    @property
    def cron(self) -> str:
        """The daily line."""
        log = f"{self.a.omerodir}/var/log/clearsessions.log"
        return f"17 3 * * * OMERODIR={self.a.omerodir} {self.a.venv}/bin/omero web clearsessions >>{log} 2>&1"
