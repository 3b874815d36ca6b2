"""Gold pairs and repeats are marked, and sealed in a ledger of their own."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0016_category_gold'),
        ('generation', '0015_rendition_sha256'),
        ('voting', '0016_exclusion_decisions'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='ledger',
            name='ledger_kind',
        ),
        migrations.RemoveConstraint(
            model_name='ledger',
            name='ledger_one_of_a_kind',
        ),
        migrations.RemoveConstraint(
            model_name='ledgerentry',
            name='entry_two_contenders',
        ),
        migrations.AddField(
            model_name='ledgerentry',
            name='control',
            field=models.CharField(blank=True, db_default='', help_text='In the ledger of controls: gold_left, gold_right or repeat.', max_length=10),
        ),
        migrations.AddField(
            model_name='matchup',
            name='control',
            field=models.CharField(blank=True, choices=[('gold_left', 'Gold pair: the left image is right'), ('gold_right', 'Gold pair: the right image is right'), ('first', 'Is dealt once more later'), ('repeat', 'Repeat with its sides swapped')], db_default='', max_length=10),
        ),
        migrations.AlterField(
            model_name='ledger',
            name='kind',
            field=models.CharField(choices=[('native', 'Native'), ('demonstration', 'Demonstration'), ('imported', 'Imported'), ('control', 'Controls')], max_length=16),
        ),
        migrations.AddIndex(
            model_name='matchup',
            index=models.Index(condition=models.Q(('control', ''), _negated=True), fields=['voter_key'], name='matchup_control'),
        ),
        migrations.AddConstraint(
            model_name='ledger',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['native', 'demonstration', 'control', 'imported'])), name='ledger_kind'),
        ),
        migrations.AddConstraint(
            model_name='ledger',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['native', 'demonstration', 'control'])), fields=('kind',), name='ledger_one_of_a_kind'),
        ),
        migrations.AddConstraint(
            model_name='ledgerentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('left', models.F('right')), _negated=True), ('control__in', ['gold_left', 'gold_right']), _connector='OR'), name='entry_two_contenders'),
        ),
    ]
