"""Boards as the 8 first migrations leave them, made at once where none of them has run."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("leaderboard", "0001_initial"),
        ("leaderboard", "0002_method_2"),
        ("leaderboard", "0003_imports"),
        ("leaderboard", "0004_history"),
        ("leaderboard", "0005_audits"),
        ("leaderboard", "0006_on_demand"),
        ("leaderboard", "0007_month_ends"),
        ("leaderboard", "0008_axis_boards"),
    ]

    initial = True

    dependencies = [
        ('catalog', '0001_squashed_0014_axes'),
        ('voting', '0001_squashed_0013_import_axes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Board',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('modality', models.CharField(choices=[('text-to-image', 'Text to image'), ('image-editing', 'Image editing')], max_length=20)),
                ('slice', models.CharField(choices=[('overall', 'Overall'), ('category', 'Category'), ('language', 'Language'), ('category_language', 'Category in a language'), ('axis', 'Axis')], max_length=20)),
                ('slice_value', models.CharField(blank=True, help_text="The category's slug, the language's code, slug/code, or the axis.", max_length=161)),
                ('ledger', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='boards', to='voting.ledger')),
                ('asked_at', models.DateTimeField(blank=True, help_text='When it was last asked for, if it is waiting.', null=True)),
                ('computed_with', models.BigIntegerField(blank=True, help_text="The overall board's latest snapshot when this one was last computed.", null=True)),
                ('days', models.PositiveSmallIntegerField(choices=[(0, 'All time'), (90, '90 days'), (30, '30 days')], default=0, help_text="Up to the newest vote's day; 0 for all time.")),
            ],
            options={
                'ordering': ['ledger', 'modality', 'slice', 'slice_value', 'days'],
                'constraints': [models.UniqueConstraint(fields=('ledger', 'modality', 'slice', 'slice_value', 'days'), name='board_unique'), models.CheckConstraint(condition=models.Q(('days__in', [0, 30, 90])), name='board_days'), models.CheckConstraint(condition=models.Q(models.Q(('slice', 'overall'), ('slice_value', '')), models.Q(('slice__in', ['category', 'language', 'category_language', 'axis']), models.Q(('slice_value', ''), _negated=True)), _connector='OR'), name='board_slice')],
            },
        ),
        migrations.CreateModel(
            name='AxisMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(help_text='As `ratings.columns.prompt_axes` computes it.', max_length=64, unique=True)),
                ('by_prompt', models.JSONField(help_text='The axes of each prompt, by slug.')),
            ],
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField(help_text='The last ledger position read.')),
                ('head', models.CharField(help_text="The ledger's chain link at that position.", max_length=64)),
                ('method', models.JSONField(help_text='Name, version and parameters of the method.')),
                ('input_hash', models.CharField(max_length=64)),
                ('output_hash', models.CharField(max_length=64)),
                ('votes', models.PositiveIntegerField()),
                ('voters', models.PositiveIntegerField()),
                ('excluded', models.PositiveIntegerField(default=0)),
                ('anchor', models.JSONField(default=list, help_text='Contenders whose mean Elo is the centre.')),
                ('position_effect', models.JSONField(blank=True, null=True)),
                ('computed_at', models.DateTimeField(auto_now_add=True)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='snapshots', to='leaderboard.board')),
                ('baseline', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='leaderboard.snapshot')),
                ('baseline_at', models.DateTimeField(blank=True, null=True)),
                ('exclusions_hash', models.CharField(blank=True, help_text="SHA-256 of the ledger's excluded positions up to that one.", max_length=64)),
                ('axis_map', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='leaderboard.axismap')),
            ],
            options={
                'ordering': ['-id'],
                'indexes': [models.Index(fields=['board', '-id'], name='snapshot_board_latest'), models.Index(fields=['board', '-computed_at'], name='snapshot_board_moment')],
            },
        ),
        migrations.CreateModel(
            name='Standing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(choices=[('thin', 'Thin'), ('preliminary', 'Preliminary'), ('established', 'Established')], max_length=12)),
                ('elo', models.FloatField(null=True)),
                ('elo_low', models.FloatField(null=True)),
                ('elo_high', models.FloatField(null=True)),
                ('mu', models.FloatField(null=True)),
                ('sigma', models.FloatField(null=True)),
                ('conservative', models.FloatField(help_text='TrueSkill μ − 3σ.', null=True)),
                ('rank_low', models.PositiveSmallIntegerField(null=True)),
                ('rank_high', models.PositiveSmallIntegerField(null=True)),
                ('rank_elo', models.PositiveSmallIntegerField(null=True)),
                ('rank_trueskill', models.PositiveSmallIntegerField(null=True)),
                ('votes', models.PositiveIntegerField()),
                ('voters', models.PositiveIntegerField()),
                ('wins', models.PositiveIntegerField()),
                ('losses', models.PositiveIntegerField()),
                ('ties', models.PositiveIntegerField()),
                ('both_bad', models.PositiveIntegerField()),
                ('win_rate', models.FloatField(null=True)),
                ('floor_rate', models.FloatField(null=True)),
                ('flags', models.JSONField(default=list)),
                ('contender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='standings', to='catalog.contender')),
                ('snapshot', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='leaderboard.snapshot')),
                ('p_first', models.FloatField(help_text='The chance that no other contender shown is better.', null=True)),
                ('prompts', models.PositiveIntegerField(help_text='Empty before method version 2.', null=True)),
                ('imported', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='standings', to='voting.importedcontender')),
                ('elo_change', models.FloatField(help_text="Since the snapshot's baseline.", null=True)),
                ('elo_change_high', models.FloatField(null=True)),
                ('elo_change_low', models.FloatField(null=True)),
                ('moved', models.BooleanField(help_text='Whether the change is more than luck; empty: not known.', null=True)),
            ],
            options={
                'ordering': ['snapshot', 'rank_elo', 'contender'],
                'constraints': [models.UniqueConstraint(fields=('snapshot', 'contender'), name='standing_unique'), models.CheckConstraint(condition=models.Q(('level__in', ['thin', 'preliminary', 'established'])), name='standing_level'), models.UniqueConstraint(fields=('snapshot', 'imported'), name='standing_imported_unique'), models.CheckConstraint(condition=models.Q(models.Q(('contender__isnull', False), ('imported__isnull', True)), models.Q(('contender__isnull', True), ('imported__isnull', False)), _connector='OR'), name='standing_of_one')],
            },
        ),
        migrations.CreateModel(
            name='Audit',
            fields=[
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='audit', serialize=False, to='leaderboard.snapshot')),
                ('version', models.CharField(max_length=20)),
                ('facts', models.JSONField()),
                ('seconds', models.FloatField(help_text='How long it took.')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='PairRecords',
            fields=[
                ('snapshot', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='pair_records', serialize=False, to='leaderboard.snapshot')),
                ('packed', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='MonthEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text='The last day of the month (UTC).')),
                ('facts', models.JSONField(default=dict)),
                ('asked_at', models.DateTimeField(null=True)),
                ('board', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='month_ends', to='leaderboard.board')),
                ('snapshot', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='leaderboard.snapshot')),
            ],
            options={
                'ordering': ['board', '-day'],
                'constraints': [models.UniqueConstraint(fields=('board', 'day'), name='month_end_unique')],
            },
        ),
    ]
