import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("common", "0003_menu")]
    operations = [
        migrations.CreateModel(
            name="Campagne",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, unique=True)),
                ("nom", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Demande",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("libelle", models.CharField(max_length=120)),
                ("quantite", models.PositiveIntegerField(default=1)),
                ("piece_jointe", models.FileField(blank=True, upload_to="demandes/")),
                (
                    "campagne",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="dem.campagne"),
                ),
            ],
        ),
    ]
