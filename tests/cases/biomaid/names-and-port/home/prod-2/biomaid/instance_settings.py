# Settings of the BiomAid instance prod-2.
# Read last, after settings/__init__.py and local/settings.py: what stands here wins.
# Only the user prod-2 may read this file: it holds a key and passwords.
#
# Edit it as you like: an edited file is kept, and shown beside what would be written.

DEFAULT_DOMAIN = 'http://biomaid.example.org:8080'

# The names under which people reach this server. Another name in the address is answered with 400.
ALLOWED_HOSTS = ['biomaid.example.org', '192.0.2.9', 'localhost', '127.0.0.1']

# Never True where others can reach the server: error pages would show these settings.
DEBUG = True
TEMPLATE_DEBUG = DEBUG
SMARTVIEW_DEBUG = DEBUG

AUTHENTICATION_BACKENDS = ('common.auth_backends.MyAuthBackend',)

SECRET_KEY = '********'

DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.postgresql_psycopg2',
        'NAME': 'prod-2_db',
        'USER': 'prod-2_user',
        'PASSWORD': '********',
        'HOST': 'localhost',
        'PORT': '5432',
    },
}

EMAIL_HOST = 'mail.example.org'
EMAIL_PORT = 25

MEDIA_ROOT = '/home/prod-2/media'
STATIC_ROOT = '/home/prod-2/staticfiles'
