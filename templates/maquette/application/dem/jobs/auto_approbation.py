from django_extensions.management.jobs import HourlyJob

from dem.models import Demande


class Job(HourlyJob):
    help = "Approuve les demandes d'un seul appareil"

    def execute(self):
        Demande.objects.filter(quantite=1, valide=False).update(valide=True)
