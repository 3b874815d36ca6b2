"""A voter's matchups are counted, so that dealing needs no lock: of two requests with one turn, one deals nothing."""

from django.db import migrations, models

COUNT = """
UPDATE voting_matchup m SET turn = counted.turn
FROM (SELECT id, row_number() OVER (PARTITION BY voter_key ORDER BY dealt_at, id) AS turn FROM voting_matchup) counted
WHERE counted.id = m.id
"""


class Migration(migrations.Migration):
    dependencies = [("voting", "0003_fewer_indexes")]
    operations = [
        migrations.AddField(
            model_name="matchup",
            name="turn",
            field=models.PositiveIntegerField(
                default=0,
                help_text="The voter's matchups are counted; no two requests deal the same turn.",
            ),
            preserve_default=False,
        ),
        migrations.RunSQL(COUNT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="matchup",
            constraint=models.UniqueConstraint(fields=("voter_key", "turn"), name="matchup_voter_turn"),
        ),
        migrations.RemoveIndex(model_name="matchup", name="matchup_voter_dealt"),
    ]
