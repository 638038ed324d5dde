from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("common", "0002_user_initiales")]
    operations = [
        migrations.CreateModel(
            name="Menu",
            fields=[
                ("id", models.AutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("label", models.CharField(max_length=60)),
                ("url_name", models.CharField(max_length=60)),
            ],
        ),
    ]
