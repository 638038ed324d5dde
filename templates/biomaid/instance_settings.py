# Settings of the BiomAid instance {{ instance }}.
# Read last, after settings/__init__.py and local/settings.py: what stands here wins.
# Only the user {{ instance }} may read this file: it holds a key and passwords.
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
        'ENGINE': 'django.db.backends.postgresql_psycopg2',
        'NAME': {{ db_name | python_literal }},
        'USER': {{ db_user | python_literal }},
        'PASSWORD': {{ db_password | python_literal }},
        'HOST': {{ db_host | python_literal }},
        'PORT': {{ (db_port | string) | python_literal }},
    },
{% if gmao_name %}
    'gmao': {
        'ENGINE': 'oraclenvc',
        'NAME': {{ gmao_name | python_literal }},
        'USER': {{ gmao_user | python_literal }},
        'PASSWORD': {{ gmao_password | python_literal }},
        'HOST': {{ gmao_host | python_literal }},
        'PORT': {{ (gmao_port | string) | python_literal }},
    },
{% endif %}
}

{% if email_host %}
EMAIL_HOST = {{ email_host | python_literal }}
{% endif %}
EMAIL_PORT = {{ email_port | python_literal }}

MEDIA_ROOT = {{ media | python_literal }}
STATIC_ROOT = {{ staticfiles | python_literal }}
