"""A category says which reasons voters may name with a vote; those that exist offer all six."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models
from django.db.models import Q

from arena.catalog.reasons import every_reason
from arena.catalog.validators import validate_distinct

REASONS = [
    ("prompt", "Prompt"),
    ("looks", "Looks"),
    ("text", "Text"),
    ("anatomy", "Anatomy"),
    ("composition", "Composition"),
    ("artefacts", "Artefacts"),
]


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_category_weight")]
    operations = [
        migrations.AddField(
            "category",
            "reasons",
            ArrayField(
                models.CharField(choices=REASONS, max_length=12),
                blank=True,
                default=every_reason,
                help_text="Which reasons voters may name with a vote, in this order.",
                size=None,
                validators=[validate_distinct],
            ),
        ),
        migrations.AddConstraint(
            "category",
            models.CheckConstraint(
                condition=Q(reasons__contained_by=[code for code, _ in REASONS]), name="category_reasons"
            ),
        ),
    ]
