# Settings of the practice instance in {{ folder }}.
# Read last, after settings/__init__.py and local/settings.py: what stands here wins.
# Only {{ user }} may read this file: it holds a key.
#
# Edit it as you like: an edited file is kept, and shown beside what would be written.

DEFAULT_DOMAIN = {{ domain | python_literal }}

# The names under which people reach this server. Another name in the address is answered with 400.
ALLOWED_HOSTS = {{ allowed_hosts | python_literal }}

# Never True where others can reach the server: error pages would show these settings.
DEBUG = {{ debug | python_literal }}
TEMPLATE_DEBUG = DEBUG
SMARTVIEW_DEBUG = DEBUG

AUTHENTICATION_BACKENDS = ('common.auth_backends.MyAuthBackend',)

SECRET_KEY = {{ secret_key | python_literal }}

DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.sqlite3',
        'NAME': {{ database | python_literal }},
        # Several workers write: wait for each other rather than fail.
        'OPTIONS': {'timeout': 20},
    },
}

# All that is written stays in the folder: mails too, as files.
CACHES = {
    'default': {
        'BACKEND': 'django.core.cache.backends.filebased.FileBasedCache',
        'LOCATION': {{ (data ~ "/cache") | python_literal }},
    },
}
EMAIL_BACKEND = 'django.core.mail.backends.filebased.EmailBackend'
EMAIL_FILE_PATH = {{ (data ~ "/mails") | python_literal }}

MEDIA_ROOT = {{ media | python_literal }}
STATIC_ROOT = {{ staticfiles | python_literal }}
