from django.db import migrations


def add_entries(apps, schema_editor):
    menu = apps.get_model("common", "Menu")
    menu.objects.create(label="Accueil", url_name="dem:home")
    menu.objects.create(label="Mon compte", url_name="common:account")


class Migration(migrations.Migration):
    dependencies = [("common", "0003_menu")]
    operations = [migrations.RunPython(add_entries, migrations.RunPython.noop)]
