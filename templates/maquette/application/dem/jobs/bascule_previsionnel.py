from django.core import management
from django_extensions.management.jobs import QuarterHourlyJob


class Job(QuarterHourlyJob):
    help = "Bascule les demandes validées vers le plan"

    def execute(self):
        management.call_command("add_previsionnels")
