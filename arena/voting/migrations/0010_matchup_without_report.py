"""The answer `report`, which nothing ever gave, is no longer allowed."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("voting", "0009_matchup_by_prompt")]
    operations = [
        migrations.RemoveConstraint(model_name="matchup", name="matchup_closed_once"),
        migrations.AddConstraint(
            model_name="matchup",
            constraint=models.CheckConstraint(
                condition=Q(answer="", closed_at__isnull=True)
                | Q(answer__in=["left", "right", "tie", "both_bad", "skip"], closed_at__isnull=False),
                name="matchup_closed_once",
            ),
        ),
    ]
