"""Settings in three layers: what every site shares (here), then the site's own, then the instance's own.

A name given by a later layer replaces that of an earlier one. The later layers may import from this module while
it is still being read, so everything they may want stands above the two imports at the end.
"""

import os
from pathlib import Path

from settings.version import DEM_VERSION, DEM_VERSION_DATE, DEM_VERSION_NAME  # noqa: F401

try:
    import debug_toolbar  # noqa: F401

    DEBUG_TOOLBAR = True
except ImportError:
    DEBUG_TOOLBAR = False

DEBUG = False
BASE_DIR = str(Path(__file__).resolve().parent.parent)
SITE_ROOT = os.path.dirname(BASE_DIR)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_extensions",
    "common",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "common.middleware.QueryLogMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
ROOT_URLCONF = "dra.urls"
WSGI_APPLICATION = "dra.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
AUTH_USER_MODEL = "common.User"
AUTHENTICATION_BACKENDS = ("common.auth_backends.MyAuthBackend",)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "fr-fr"
TIME_ZONE = "Europe/Paris"
USE_TZ = True

MEDIA_ROOT = os.path.join(BASE_DIR, "media")
MEDIA_URL = "/media/"
STATIC_ROOT = os.path.join(SITE_ROOT, "staticfiles")
STATIC_URL = "static/"  # no leading slash: an instance may be served below a prefix
STATICFILES_DIRS = (os.path.join(BASE_DIR, "static"), os.path.join(BASE_DIR, "local/static"))
FIXTURE_DIRS = [os.path.join(BASE_DIR, "fixtures")]

LOGIN_URL_NAME = "common:sign"
LOGIN_REDIRECT_URL_NAME = "common:login_check"
DEFAULT_PREFIX = "geqip-chuap"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": True,
    "formatters": {"default": {"format": "%(asctime)s %(name)s %(levelname)s %(message)s"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "level": "INFO", "formatter": "default"},
        # Relative on purpose: every command leaves this file where it was started.
        "query_logger": {"class": "logging.FileHandler", "filename": "./queries.log", "formatter": "default"},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {"common.middleware": {"handlers": ["query_logger"], "propagate": False}},
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": "/var/tmp/django_cache",
    }
}

try:
    from local.settings import *  # noqa: F401,F403
except ModuleNotFoundError as missing:
    print("No local configuration found: a folder or link named 'local' with a settings.py is needed here.")
    raise RuntimeError("no local configuration") from missing

try:
    from instance_settings import *  # noqa: F401,F403
except ModuleNotFoundError:
    print("No site/environment configuration found.")
