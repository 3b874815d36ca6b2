"""Matchups and entries lose the indexes that nothing reads: each was paid for at every deal and every sealing."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("voting", "0002_guards")]
    operations = [
        migrations.AlterField(
            model_name="ledgerentry",
            name="ledger",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="voting.ledger",
            ),
        ),
        migrations.AlterField(
            model_name="matchup",
            name="ledger",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matchups",
                to="voting.ledger",
            ),
        ),
        *(
            migrations.AlterField(
                model_name="matchup",
                name=name,
                field=models.ForeignKey(
                    db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=target
                ),
            )
            for name, target in (
                ("prompt", "catalog.prompt"),
                ("left", "generation.generation"),
                ("right", "generation.generation"),
            )
        ),
    ]
