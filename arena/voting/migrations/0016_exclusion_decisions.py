"""Entries are excluded by the thousand in one decision, which may be lifted; what it excluded until then is kept."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, SET_NULL, Q
from django.db.models.functions import Now


def _user() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True, null=True, on_delete=SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
    )


def _key() -> tuple[str, models.BigAutoField]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("voting", "0015_evidence"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            "ExclusionDecision",
            [
                _key(),
                ("chosen", models.JSONField()),
                ("upto", models.BigIntegerField()),
                ("reason", models.CharField(max_length=300)),
                ("proposed_at", models.DateTimeField(db_default=Now())),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("entries", models.PositiveBigIntegerField(default=0, help_text="How many entries it excluded.")),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_because", models.CharField(blank=True, max_length=300)),
                (
                    "ledger",
                    models.ForeignKey(on_delete=CASCADE, related_name="exclusion_decisions", to="voting.ledger"),
                ),
                ("proposed_by", _user()),
                ("decided_by", _user()),
                ("lifted_by", _user()),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.CheckConstraint(condition=~Q(reason=""), name="exclusion_decision_reason"),
                    models.CheckConstraint(
                        condition=Q(lifted_at__isnull=True, lifted_because="")
                        | (Q(lifted_at__isnull=False) & ~Q(lifted_because="")),
                        name="exclusion_decision_lifted",
                    ),
                ],
            },
        ),
        migrations.AddField(
            "exclusion",
            "decision",
            models.ForeignKey(
                blank=True, null=True, on_delete=PROTECT, related_name="exclusions", to="voting.exclusiondecision"
            ),
        ),
        migrations.CreateModel(
            "LiftedExclusion",
            [
                _key(),
                ("decided_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField()),
                (
                    "decision",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="lifted_exclusions", to="voting.exclusiondecision"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=PROTECT, related_name="lifted_exclusions", to="voting.ledgerentry"
                    ),
                ),
            ],
        ),
    ]
