"""A prompt's scene is checked wherever a prompt is; the column stays as it is."""

from django.db import migrations, models

from arena.catalog.validators import validate_scene


class Migration(migrations.Migration):
    dependencies = [("catalog", "0005_guard_category")]
    operations = [
        migrations.AlterField(
            "prompt", "scene", models.JSONField(null=True, blank=True, validators=[validate_scene])
        ),
    ]
