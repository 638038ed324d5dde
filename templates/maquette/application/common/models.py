"""Accounts, establishments and menus."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Etablissement(models.Model):
    code = models.CharField(max_length=10, unique=True)
    nom = models.CharField(max_length=60)
    adresse = models.TextField(blank=True, default="")


class User(AbstractUser):
    initiales = models.CharField(max_length=8, blank=True, default="")
    from_ldap = models.BooleanField(default=False)
    etablissement = models.ForeignKey(Etablissement, null=True, blank=True, on_delete=models.SET_NULL)


class Menu(models.Model):
    label = models.CharField(max_length=60)
    url_name = models.CharField(max_length=60)
