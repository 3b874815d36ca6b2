"""A matchup may be closed by a report, which has a table of its own; staff decide about each reported image."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import PROTECT, SET_NULL, Q
from django.db.models.functions import Now

KINDS = [
    ("broken", "It does not load"),
    ("unsafe", "Unsafe or offensive"),
    ("name", "A name or watermark shows"),
    ("wrong_prompt", "It belongs to another prompt"),
    ("other", "Something else"),
]
SIDES = [("left", "A, the left image"), ("right", "B, the right image"), ("both", "Both images")]
VERDICTS = [("keep", "Kept"), ("hide", "Hidden")]


def key() -> tuple[str, models.Field]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0003_hidden_images"),
        ("voting", "0010_matchup_without_report"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RemoveConstraint(model_name="matchup", name="matchup_closed_once"),
        migrations.AddConstraint(
            "matchup",
            models.CheckConstraint(
                condition=Q(answer="", closed_at__isnull=True)
                | Q(answer__in=["left", "right", "tie", "both_bad", "skip", "report"], closed_at__isnull=False),
                name="matchup_closed_once",
            ),
        ),
        migrations.CreateModel(
            "Report",
            [
                (
                    "matchup",
                    models.OneToOneField(
                        on_delete=PROTECT, primary_key=True, related_name="report", serialize=False, to="voting.matchup"
                    ),
                ),
                ("kind", models.CharField(choices=KINDS, max_length=12)),
                ("side", models.CharField(choices=SIDES, max_length=5)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("created_at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(kind__in=[code for code, _ in KINDS]), name="report_kind"),
                    models.CheckConstraint(condition=Q(side__in=[code for code, _ in SIDES]), name="report_side"),
                ]
            },
        ),
        migrations.CreateModel(
            "ReportDecision",
            [
                key(),
                (
                    "generation",
                    models.ForeignKey(on_delete=PROTECT, related_name="+", to="generation.generation"),
                ),
                ("verdict", models.CharField(choices=VERDICTS, max_length=4)),
                ("decided_at", models.DateTimeField(db_default=Now())),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(verdict__in=[code for code, _ in VERDICTS]), name="report_decision_verdict"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "ReportedImage",
            [
                key(),
                ("report", models.ForeignKey(on_delete=PROTECT, related_name="images", to="voting.report")),
                (
                    "generation",
                    models.ForeignKey(
                        db_index=False, on_delete=PROTECT, related_name="+", to="generation.generation"
                    ),
                ),
                ("voter_key", models.UUIDField()),
                ("handle", models.UUIDField(unique=True)),
                (
                    "decision",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=PROTECT, related_name="answered", to="voting.reportdecision"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["generation", "voter_key"], name="reported_image_once")
                ],
                "indexes": [
                    models.Index(
                        condition=Q(decision__isnull=True), fields=["generation"], name="reported_image_waiting"
                    )
                ],
            },
        ),
    ]
