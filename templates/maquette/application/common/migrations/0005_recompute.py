import os
import time

from django.db import migrations


def recompute(apps, schema_editor):
    """Takes its time, as long migrations do: whoever wants to interrupt one has a few seconds for it."""
    time.sleep(float(os.environ.get("STANDIN_MIGRATION_SECONDS", "6")))


class Migration(migrations.Migration):
    dependencies = [("common", "0004_menu_entries")]
    operations = [migrations.RunPython(recompute, migrations.RunPython.noop)]
