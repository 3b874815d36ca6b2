"""Runs say whether they are imports, and what an import brought into the catalogue; earlier imports are marked."""

from django.db import migrations, models
from django.db.models import Q

# Imported images name their file, and nothing was ever paid for them.
MARK = """
UPDATE generation_run r SET kind = 'import'
WHERE r.state = 'finished'
    AND EXISTS (
        SELECT FROM generation_generation g JOIN generation_image i ON i.generation_id = g.id
        WHERE g.run_id = r.id AND i.provenance ? 'file'
    )
    AND NOT EXISTS (
        SELECT FROM generation_generation g JOIN generation_attempt a ON a.generation_id = g.id WHERE g.run_id = r.id
    )
"""


class Migration(migrations.Migration):
    dependencies = [("generation", "0003_hidden_images")]
    operations = [
        migrations.AddField(
            "run",
            "kind",
            models.CharField(
                max_length=10,
                choices=[("generated", "Generated"), ("import", "Imported")],
                default="generated",
                db_default="generated",
            ),
        ),
        migrations.AddField("run", "brought", models.JSONField(default=dict, blank=True, editable=False)),
        migrations.RunSQL(MARK, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "run", models.CheckConstraint(condition=Q(kind__in=["generated", "import"]), name="run_kind")
        ),
    ]
