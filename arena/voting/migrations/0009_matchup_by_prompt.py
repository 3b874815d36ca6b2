"""Matchups are found by their voter and prompt, so that dealing need not read all that a voter ever saw."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0008_voter_without_user")]
    operations = [
        migrations.AddIndex("matchup", models.Index(fields=["voter_key", "prompt"], name="matchup_voter_prompt")),
    ]
