"""The demonstration site's settings: what an establishment copies and makes its own."""

from settings import INSTALLED_APPS

SECRET_KEY = "demonstration-site-of-the-stand-in-known-to-everyone"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS += ["dem"]
BIOM_AID_USE_PREFIX = True
