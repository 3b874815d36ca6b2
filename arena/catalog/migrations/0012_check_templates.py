"""A contender's template must have the place for the prompt."""

from django.db import migrations, models
from django.db.models.fields.json import KT
from django.db.models.lookups import Contains

import arena.catalog.validators


class Migration(migrations.Migration):
    dependencies = [("catalog", "0011_guard_source_images")]

    operations = [
        migrations.AlterField(
            model_name="contender",
            name="settings",
            field=models.JSONField(
                blank=True, default=dict, validators=[arena.catalog.validators.validate_settings]
            ),
        ),
        migrations.AddConstraint(
            model_name="contender",
            constraint=models.CheckConstraint(
                condition=Contains(KT("settings__template"), "{prompt}"),
                name="contender_template_has_prompt",
                violation_error_message="The template among the settings needs {prompt} where the text goes.",
            ),
        ),
    ]
