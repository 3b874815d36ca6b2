"""Where only votes of some tiers are official, a board of all votes stands beside each official one."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("leaderboard", "0010_error_blocks")]
    operations = [
        migrations.AddField(
            "board",
            "tiers",
            models.CharField(
                blank=True,
                choices=[("", "Official"), ("all", "All votes")],
                default="",
                help_text="Whose votes it counts.",
                max_length=3,
            ),
        ),
        migrations.RemoveConstraint("board", "board_unique"),
        migrations.AddConstraint(
            "board",
            models.UniqueConstraint(
                fields=["ledger", "modality", "slice", "slice_value", "days", "tiers"], name="board_unique"
            ),
        ),
        migrations.AddConstraint(
            "board", models.CheckConstraint(condition=Q(tiers__in=["", "all"]), name="board_tiers")
        ),
        migrations.AlterModelOptions(
            "board", {"ordering": ["ledger", "modality", "slice", "slice_value", "days", "tiers"]}
        ),
    ]
