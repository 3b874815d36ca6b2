"""Images enter play when they are published, not when they are done; what is done until now is published."""

from django.db import migrations, models
from django.db.models import Q
from django.utils import timezone

PUBLISH = """
UPDATE generation_generation SET entered_at = CASE state WHEN 'done' THEN coalesce(finished_at, created_at) END
"""


class Migration(migrations.Migration):
    dependencies = [("generation", "0011_attempt_inference_seconds")]
    operations = [
        migrations.AddField(
            "run",
            "publishing",
            models.CharField(
                max_length=10,
                choices=[("automatic", "by itself"), ("by_hand", "by hand")],
                default="automatic",
                db_default="automatic",
            ),
        ),
        migrations.AddField("run", "retried_at", models.DateTimeField(null=True, blank=True, editable=False)),
        migrations.AddConstraint(
            "run",
            models.CheckConstraint(condition=Q(publishing__in=["automatic", "by_hand"]), name="run_publishing"),
        ),
        migrations.AddField(
            "generation",
            "entered_at",
            models.DateTimeField(
                null=True, blank=True, editable=False, default=timezone.now,
                help_text="Since when its image may be shown. Empty from its planning until it is published.",
            ),
        ),
        migrations.RunSQL(PUBLISH, migrations.RunSQL.noop),
        migrations.AddIndex(
            "generation",
            models.Index(
                fields=["run", "prompt"], condition=Q(state="done", entered_at__isnull=True), name="generation_unpublished"
            ),
        ),
    ]  # fmt: skip
