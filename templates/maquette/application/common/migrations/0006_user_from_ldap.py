import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("common", "0005_recompute")]
    operations = [
        migrations.AddField("User", "from_ldap", models.BooleanField(default=False)),
        migrations.AddField(
            "User",
            "etablissement",
            models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, to="common.etablissement"
            ),
        ),
    ]
