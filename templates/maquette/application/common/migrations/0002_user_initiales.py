from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]
    operations = [
        migrations.AddField("User", "initiales", models.CharField(blank=True, default="", max_length=8)),
    ]
