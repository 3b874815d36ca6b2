"""Renditions know the hash of their file, so that `verify` can tell a changed one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0014_avif_copy")]
    operations = [
        migrations.AddField(
            model_name="rendition",
            name="sha256",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
    ]
