from django_extensions.management.jobs import WeeklyJob

from dem.models import Demande


class Job(WeeklyJob):
    help = "Calcule les alertes"

    def execute(self):
        print(Demande.objects.filter(valide=False).count(), "demandes en attente")
