"""AVIF copies of renditions, for galleries."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0013_decision_stopped")]
    operations = [
        migrations.CreateModel(
            name="AvifCopy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("storage_key", models.CharField(max_length=200)),
                ("byte_size", models.PositiveIntegerField()),
                (
                    "rendition",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="avif", to="generation.rendition"
                    ),
                ),
            ],
        ),
    ]
