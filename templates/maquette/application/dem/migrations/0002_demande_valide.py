from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dem", "0001_initial")]
    operations = [
        migrations.AddField("Demande", "valide", models.BooleanField(default=False)),
    ]
