"""What newcomers say of contenders is watched, and staff are told where no chance explains it."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, SET_NULL


def _key() -> tuple[str, models.BigAutoField]:
    return "id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _ledger() -> tuple[str, models.ForeignKey]:
    return "ledger", models.ForeignKey(on_delete=CASCADE, related_name="+", to="voting.ledger")


class Migration(migrations.Migration):
    dependencies = [
        ("leaderboard", "0011_tiers"),
        ("voting", "0016_exclusion_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "NewcomerWatch",
            [
                _key(),
                ("modality", models.CharField(max_length=20)),
                ("since", models.DateField()),
                ("favours", models.JSONField(default=list)),
                ("read", models.CharField(max_length=80)),
                ("computed_at", models.DateTimeField(auto_now=True)),
                _ledger(),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["ledger", "modality"], name="newcomer_watch_unique")]
            },
        ),
        migrations.CreateModel(
            "Alarm",
            [
                _key(),
                ("modality", models.CharField(max_length=20)),
                ("contender", models.CharField(max_length=300)),
                ("day", models.DateField()),
                ("since", models.DateField(help_text="The newcomers' first votes were on this day or later.")),
                ("gains", models.BooleanField()),
                ("evidence", models.FloatField()),
                ("voters", models.PositiveIntegerField()),
                ("votes", models.PositiveIntegerField()),
                ("raised_at", models.DateTimeField(auto_now_add=True)),
                ("seen_at", models.DateTimeField(blank=True, null=True)),
                _ledger(),
                (
                    "seen_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ["-day", "-evidence", "-id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=["ledger", "modality", "contender", "day"], name="alarm_once_a_day"
                    )
                ],
            },
        ),
    ]
