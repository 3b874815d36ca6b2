"""What an image shows and claims: its look, whether it is blank, its credentials; and its nameless address for staff."""

from django.contrib.postgres.functions import RandomUUID
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0009_rendition_box")]

    operations = [
        migrations.AddField("image", "look", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField("image", "is_blank", models.BooleanField(blank=True, null=True)),
        migrations.AddField("image", "credentials", models.JSONField(blank=True, null=True)),
        migrations.AddField(
            "image", "handle", models.UUIDField(db_default=RandomUUID(), editable=False, unique=True)
        ),
    ]
