"""Requests for equipment, and the plan they end in."""

from django.db import models


class Campagne(models.Model):
    code = models.CharField(max_length=20, unique=True)
    nom = models.CharField(max_length=80)


class Demande(models.Model):
    campagne = models.ForeignKey(Campagne, on_delete=models.PROTECT)
    libelle = models.CharField(max_length=120)
    quantite = models.PositiveIntegerField(default=1)
    valide = models.BooleanField(default=False)
    piece_jointe = models.FileField(upload_to="demandes/", blank=True)


class Previsionnel(models.Model):
    demande = models.OneToOneField(Demande, on_delete=models.CASCADE)
