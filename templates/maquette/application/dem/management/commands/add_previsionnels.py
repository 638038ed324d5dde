"""Moves validated requests to the plan."""

from django.core.management.base import BaseCommand

from dem.models import Demande, Previsionnel


class Command(BaseCommand):
    help = "Bascule les demandes validées vers le plan"

    def handle(self, *args, **options):
        # As in the original: on an instance without data this is an IndexError.
        oldest = Demande.objects.order_by("pk")[0]
        for demande in Demande.objects.filter(pk__gte=oldest.pk, valide=True, previsionnel=None):
            Previsionnel.objects.create(demande=demande)
            self.stdout.write(f"demande {demande.pk} -> plan")
