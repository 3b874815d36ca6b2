"""What is known of how a vote came gets a table; entries name tier and network from format version 3 on."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import CASCADE, PROTECT, Q

TIERS = [
    ("open", "new"),
    ("settled", "settled"),
    ("verified", "signed in"),
    ("named", "invited"),
]
TOLD = [("", "Nobody"), ("network", "Somebody of the network"), ("voter", "The voter")]


class Migration(migrations.Migration):
    dependencies = [("voting", "0014_main_ledger"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            "NetworkSalt",
            [
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("salt", models.BinaryField(max_length=16)),
            ],
        ),
        migrations.CreateModel(
            "AccountVoter",
            [
                (
                    "user",
                    models.OneToOneField(
                        on_delete=CASCADE, primary_key=True, related_name="+", serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("key", models.UUIDField(unique=True)),
            ],
        ),  # fmt: skip
        migrations.CreateModel(
            "VoteEvidence",
            [
                (
                    "vote",
                    models.OneToOneField(
                        on_delete=PROTECT, primary_key=True, related_name="evidence", serialize=False, to="voting.vote"
                    ),
                ),
                ("prompt_id", models.BigIntegerField()),
                ("left_id", models.BigIntegerField()),
                ("right_id", models.BigIntegerField()),
                ("tier", models.CharField(choices=TIERS, max_length=8)),
                ("voter_age", models.PositiveIntegerField(help_text="Seconds since the voter's first vote.")),
                (
                    "votes_before",
                    models.PositiveSmallIntegerField(help_text="The voter's votes before this one, at most 1,000."),
                ),
                (
                    "network",
                    models.CharField(blank=True, help_text="Label of the network on this day, or empty.", max_length=12),
                ),
                (
                    "dwell",
                    models.PositiveIntegerField(help_text="Milliseconds from first sight of the pair to the answer."),
                ),
                ("named_before", models.CharField(blank=True, choices=TOLD, max_length=7)),
                ("agent", models.CharField(max_length=8)),
                ("referrer", models.CharField(max_length=6)),
                ("proof", models.BooleanField(help_text="Whether the voter came in by a proof of work.")),
            ],
            options={
                "indexes": [models.Index(fields=["prompt_id", "network"], name="evidence_seen")],
                "constraints": [
                    models.CheckConstraint(condition=Q(tier__in=[tier for tier, _ in TIERS]), name="evidence_tier")
                ],
            },
        ),
        migrations.AddField(
            "voter",
            "excluded_at",
            models.DateTimeField(
                blank=True,
                help_text="When a vote of theirs was last excluded; their cookie counts as new.",
                null=True,
            ),
        ),
        migrations.AddField(
            "ledgerentry",
            "tier",
            models.CharField(
                blank=True,
                db_default="",
                help_text="How much was known of the voter; empty: not recorded.",
                max_length=8,
            ),
        ),
        migrations.AddField(
            "ledgerentry",
            "network",
            models.CharField(
                blank=True, db_default="", help_text="Label of a cookie's network on that day, or empty.", max_length=12
            ),
        ),
    ]
