"""The packages, properties, paths and lines that follow from the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from wizard.api import Answers, Distribution, Facts, Module, Value, distribution_of
from wizard.guides.omero_web.parts.ice import NAME, RANGE
from wizard.guides.omero_web.parts.omero import Omero
from wizard.guides.omero_web.parts.steps import PropertyValue

UNIT = "omero-web.service"
CACHE_BACKEND = "django_redis.cache.RedisCache"
CACHED_SESSIONS = "django.contrib.sessions.backends.cache"
WHITENOISE = '{"index": 0, "class": "whitenoise.middleware.WhiteNoiseMiddleware"}'
CORS_MIDDLEWARE = (
    '{"index": 0.5, "class": "corsheaders.middleware.CorsMiddleware"}',
    '{"index": 10, "class": "corsheaders.middleware.CorsPostCsrfMiddleware"}',
)
ICE = Module(f"{NAME}{RANGE}")
# Addresses that another machine cannot use to reach the application.
LOCAL_ADDRESSES = ("0.0.0.0", "127.0.0.1", "localhost")  # noqa: S104
# What building Ice takes.
ICE_BUILD_PACKAGES = ("c++-compiler", "openssl-headers", "bzip2-headers", "python-headers")
# A picture that OMERO.web brings, below its static files.
LOGO = "webclient/image/logo_login_web.png"


class Names(Value):
    """Packages, properties, paths and lines that follow from the answers and the facts of the machine."""

    answers: Answers
    facts: Facts

    @property
    def here(self) -> Distribution:
        """What this machine's distribution calls things."""
        return distribution_of(self.facts)

    @property
    def home(self) -> str:
        """The user's home."""
        return f"/home/{self.answers.user}"

    @property
    def places_in_homes(self) -> tuple[str, ...]:
        """What OMERO.web is started from and writes to, as far as it lies in homes."""
        python = PurePosixPath(self.answers.python)
        # An interpreter is of use with the libraries beside its `bin`.
        prefix = [str(python.parents[1])] if python.is_absolute() and len(python.parents) > 2 else []
        places = (self.home, self.answers.omerodir, self.answers.venv, *prefix)
        return tuple(dict.fromkeys(one for one in places if one.startswith(("/home/", "/root/"))))

    @property
    def omero(self) -> Omero:
        """OMERO.web's own command."""
        return Omero(self.answers.omerodir, self.answers.venv, self.answers.user)

    @property
    def redis(self) -> str:
        """The unit of Redis here; empty where none is needed here."""
        local = re.match(r"rediss?://(localhost|127\.0\.0\.1)[:/]", self.answers.redis_url + "/")
        if self.answers.session_engine != "redis" or not local:
            return ""
        return self.here.unit("redis")

    @property
    def redis_place(self) -> tuple[str, int, bool]:
        """The address and port of Redis, and whether a password is given for it."""
        parts = urlsplit(self.answers.redis_url)
        return parts.hostname or "127.0.0.1", parts.port or 6379, bool(parts.password)

    @property
    def packages(self) -> tuple[str, ...]:
        """Section "Installing prerequisites", by the keys of the table of distributions."""
        nginx = ("nginx",) if self.answers.nginx_here else ()
        redis = ("redis",) if self.redis else ()
        build = ICE_BUILD_PACKAGES if self.builds_ice else ()
        selinux = ("selinux-tools",) if self.facts.selinux != "disabled" else ()
        # Red Hat's family has a package for each newer Python.
        named = re.fullmatch(r"python3\.\d+", self.answers.python)
        python = self.answers.python if named else "python-environments"
        return ("extra-repository", "unzip", python, "cron", *nginx, *redis, *build, *selinux)

    @property
    def builds_ice(self) -> bool:
        """Whether Ice is built from source."""
        told = re.findall(r"3\.(\d+)", self.answers.python) or re.findall(r"3\.(\d+)", self.facts.python)
        return not self.answers.ice_wheel and (not told or int(told[-1]) < 11)

    @property
    def web(self) -> Module:
        """OMERO.web itself."""
        extra, brings = ("[redis]", ("django-redis",)) if self.answers.session_engine == "redis" else ("", ())
        return Module(f"omero-web{extra}{self.answers.version}", brings)

    @property
    def modules(self) -> tuple[Module, ...]:
        """OMERO.web and its apps."""
        return (self.web, *(Module(f"omero-{name}") for name in self.apps))

    @property
    def apps(self) -> tuple[str, ...]:
        """The apps by the short names of their projects (`figure`)."""
        short = (name.removeprefix("omero-").removeprefix("omero_") for name in self.answers.apps)
        return tuple(dict.fromkeys(short))

    @property
    def app_names(self) -> tuple[str, ...]:
        """The same as OMERO.web's list of apps has them."""
        return tuple(json.dumps(f"omero_{name.replace('-', '_')}") for name in self.apps)

    @property
    def properties(self) -> Mapping[str, PropertyValue]:
        """Section "Configuring OMERO.web": its properties, each by its name; None leaves OMERO.web's default."""
        answers = self.answers
        cached = answers.session_engine == "redis"
        cache = json.dumps({"default": {"BACKEND": CACHE_BACKEND, "LOCATION": answers.redis_url}})
        every_origin = "*" in answers.cors_origins
        some_origins = bool(answers.cors_origins) and not every_origin
        servers = json.dumps([[answers.omero_server, 4064, "omero"]])
        found: dict[str, PropertyValue] = {
            "omero.web.application_server": "wsgi-tcp",
            "omero.web.application_server.host": answers.app_host if answers.app_host != "127.0.0.1" else None,
            "omero.web.application_server.port": str(answers.app_port) if answers.app_port != 4080 else None,
            "omero.web.prefix": answers.prefix or None,
            "omero.web.static_url": f"{answers.prefix}/static/" if answers.prefix else None,
            "omero.web.server_list": servers if answers.omero_server != "localhost" else None,
            "omero.web.session_engine": CACHED_SESSIONS if cached else None,
            "omero.web.caches": cache if cached else None,
            "omero.web.session_expire_at_browser_close": None if answers.session_expire_at_browser_close else "false",
            "omero.web.session_cookie_age": str(answers.session_cookie_age)
            if answers.session_cookie_age != 86400
            else None,
            "omero.web.cors_origin_allow_all": "true" if every_origin else None,
            "omero.web.cors_origin_whitelist": json.dumps(list(answers.cors_origins)) if some_origins else None,
            "omero.web.wsgi_workers": str(answers.workers),
            "omero.web.wsgi_args": answers.wsgi_args or None,
            "omero.web.debug": "true" if answers.debug else None,
            "omero.web.login_logo": answers.login_logo or None,
            "omero.web.index_template": answers.index_template or None,
            "omero.web.public.enabled": "true" if answers.public_user else None,
            "omero.web.public.user": answers.public_user or None,
            "omero.web.public.password": answers.public_password if answers.public_user else None,
            "omero.web.public.url_filter": "^/webgateway" if answers.public_user else None,
        }
        return found

    @property
    def middleware(self) -> tuple[str, ...]:
        """What is added to Django's own, each with its place."""
        return (WHITENOISE, *(CORS_MIDDLEWARE if self.answers.cors_origins else ()))

    @property
    def enabled(self) -> str:
        """Where nginx finds the site."""
        return str(self.answers.site).replace("/sites-available/", "/sites-enabled/")

    @property
    def enabled_folder(self) -> str:
        """The folder in which nginx finds it."""
        return str(PurePosixPath(self.enabled).parent)

    @property
    def upstream_suffix(self) -> str:
        """What tells nginx's upstream of this prefix from others."""
        return "_" + re.sub("[/-]", "", self.answers.prefix) if self.answers.prefix else ""

    @property
    def static(self) -> str:
        """Where the static files are gathered."""
        return f"{self.answers.omerodir}/var/static"

    @property
    def login(self) -> str:
        """The address of the login page, below the server."""
        return f"{self.answers.prefix}/webclient/login/"

    @property
    def asked_as(self) -> str:
        """The name by which nginx is asked."""
        return str(self.answers.server_name)

    @property
    def upstream(self) -> str:
        """The address at which the application is asked from here."""
        return "127.0.0.1" if self.answers.app_host in LOCAL_ADDRESSES else str(self.answers.app_host)

    @property
    def proxied_address(self) -> str:
        """The address at which nginx reaches the application."""
        if self.answers.nginx_here or self.answers.app_host not in LOCAL_ADDRESSES:
            return self.upstream
        return next(iter(self.facts.addresses), self.upstream)

    @property
    def cron_unit(self) -> str:
        """The unit of cron."""
        return self.here.unit("cron")

    @property
    def cron(self) -> str:
        """The daily line."""
        log = f"{self.answers.omerodir}/var/log/clearsessions.log"
        return (
            f"17 3 * * * OMERODIR={self.answers.omerodir} {self.answers.venv}/bin/omero web clearsessions >>{log} 2>&1"
        )
