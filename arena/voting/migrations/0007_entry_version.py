"""Entries say in which format they are hashed; those there are have the first, and no row is written again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0006_imports")]
    operations = [
        migrations.AddField(
            "ledgerentry",
            "version",
            models.PositiveSmallIntegerField(
                db_default=1, editable=False, help_text="Of the format in which the columns are hashed."
            ),
        ),
    ]
