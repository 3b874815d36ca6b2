"""Votes may carry reasons, and entries name them from format version 2 on; no row is written again."""

from django.db import migrations, models
from django.db.models import PROTECT, Q

REASONS = [
    ("prompt", "Prompt"),
    ("looks", "Looks"),
    ("text", "Text"),
    ("anatomy", "Anatomy"),
    ("composition", "Composition"),
    ("artefacts", "Artefacts"),
]
GUARD = """
CREATE TRIGGER voting_guard_votereason BEFORE UPDATE OR DELETE ON voting_votereason
    FOR EACH ROW EXECUTE FUNCTION voting_guard_append_only();
"""
UNDO = "DROP TRIGGER voting_guard_votereason ON voting_votereason;"


class Migration(migrations.Migration):
    dependencies = [("catalog", "0008_category_reasons"), ("voting", "0011_reports")]
    operations = [
        migrations.CreateModel(
            "VoteReason",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "vote",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="reasons", to="voting.vote"
                    ),
                ),
                ("reason", models.CharField(choices=REASONS, max_length=12)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["vote", "reason"], name="vote_reason_once"),
                    models.CheckConstraint(
                        condition=Q(reason__in=[code for code, _ in REASONS]), name="vote_reason_known"
                    ),
                ]
            },
        ),
        migrations.RunSQL(GUARD, UNDO),
        migrations.AddField(
            "ledgerentry",
            "reasons",
            models.CharField(
                blank=True, db_default="", help_text="Codes of the reasons given, separated by spaces.", max_length=80
            ),
        ),
        migrations.AddIndex(
            "ledgerentry",
            models.Index(condition=~Q(reasons=""), fields=["ledger", "position"], name="entry_reasons"),
        ),
    ]
