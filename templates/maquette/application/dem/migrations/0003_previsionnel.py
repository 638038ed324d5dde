import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dem", "0002_demande_valide"), ("common", "0007_etablissement_adresse")]
    operations = [
        migrations.CreateModel(
            name="Previsionnel",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "demande",
                    models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, to="dem.demande"),
                ),
            ],
        ),
    ]
