from django_extensions.management.jobs import DailyJob

from dem.campaigns import open_campaigns
from dem.models import Demande


class Job(DailyJob):
    help = "Signale les demandes hors des campagnes ouvertes"

    def execute(self):
        print(Demande.objects.exclude(campagne__code__in=open_campaigns()).count(), "demandes hors campagne")
