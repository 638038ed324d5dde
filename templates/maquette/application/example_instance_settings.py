"""An instance's settings, to be copied to instance_settings.py and changed."""

import logging

from settings import DEBUG_TOOLBAR, INSTALLED_APPS, MIDDLEWARE

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s")
logging.getLogger(__name__).info("Example instance.")

DEFAULT_DOMAIN = "http://localhost:8000"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

DEBUG = False
TEMPLATE_DEBUG = DEBUG
SMARTVIEW_DEBUG = DEBUG

AUTHENTICATION_BACKENDS = ("common.auth_backends.MyAuthBackend",)

if DEBUG_TOOLBAR:
    INSTALLED_APPS += ["debug_toolbar"]
    MIDDLEWARE = ["debug_toolbar.middleware.DebugToolbarMiddleware", *MIDDLEWARE]
    INTERNAL_IPS = ["127.0.0.1"]

# This one is published, hence worthless: an instance needs its own.
SECRET_KEY = "example-of-the-stand-in-known-to-everybody-0123456"

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": "db.sqlite3",
    },
    # 'default': {
    #     'ENGINE': 'django.db.backends.postgresql_psycopg2',
    #     'NAME': 'instance_db',
    #     'USER': 'instance_user',
    #     'PASSWORD': 'instance_pwd',
    #     'HOST': 'localhost',
    #     'PORT': '',
    # },
    # 'gmao': {
    #     'ENGINE': 'oraclenvc',
    #     'NAME': 'your_asset_plus_db_name',
    #     'USER': 'your_asset_plus_db_user',
    #     'PASSWORD': 'your_asset_plus_db_password',
    #     'HOST': 'your_asset_plus_db_server_name',
    #     'PORT': 'your_asset_plus_db_server_port',
    # },
}

EMAIL_PORT = 8025

MEDIA_ROOT = "../media"
