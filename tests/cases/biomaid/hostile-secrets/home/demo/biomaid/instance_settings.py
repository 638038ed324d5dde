# Settings of the BiomAid instance demo.
# Read last, after settings/__init__.py and local/settings.py: what stands here wins.
# Only the user demo may read this file: it holds a key and passwords.
#
# Edit it as you like: an edited file is kept, and shown beside what would be written.

DEFAULT_DOMAIN = 'http://serveur'

# The names under which people reach this server. Another name in the address is answered with 400.
ALLOWED_HOSTS = ['serveur', '192.0.2.7', 'localhost', '127.0.0.1']

# Never True where others can reach the server: error pages would show these settings.
DEBUG = False
TEMPLATE_DEBUG = DEBUG
SMARTVIEW_DEBUG = DEBUG

AUTHENTICATION_BACKENDS = ('common.auth_backends.MyAuthBackend',)

SECRET_KEY = '********'

DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql_psycopg2',
        'NAME': 'demo_db',
        'USER': 'demo_user',
        'PASSWORD': '********',
        'HOST': 'localhost',
        'PORT': '5432',
    },
    'gmao': {
        'ENGINE': 'oraclenvc',
        'NAME': "asset'}, 'x': {",
        'USER': '"; DROP TABLE users; --',
        'PASSWORD': '********',
        'HOST': 'oracle.example.org',
        'PORT': '1521',
    },
}

EMAIL_PORT = 8025

MEDIA_ROOT = '/home/demo/media'
STATIC_ROOT = '/home/demo/staticfiles'
