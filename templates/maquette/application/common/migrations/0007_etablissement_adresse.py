from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("common", "0006_user_from_ldap")]
    operations = [
        migrations.AddField("Etablissement", "adresse", models.TextField(blank=True, default="")),
    ]
