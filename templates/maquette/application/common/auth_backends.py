"""Who may sign in: the instance's own accounts, and those of a directory where that extra is installed."""

from django.contrib.auth.backends import ModelBackend

try:
    from django_auth_ldap.backend import LDAPBackend
except ImportError:
    pass
else:

    class MyLDAPBackend(LDAPBackend):
        """Accounts of the directory."""


class MyAuthBackend(ModelBackend):
    """Accounts of the instance."""
