"""Matchups, votes and ledgers as the 13 first migrations leave them, made at once where none of them has run."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

GUARDS = """
CREATE FUNCTION voting_guard_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('easel.erasing', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% rows are append-only', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER voting_guard_vote BEFORE UPDATE OR DELETE ON voting_vote
    FOR EACH ROW EXECUTE FUNCTION voting_guard_append_only();
CREATE TRIGGER voting_guard_ledgerentry BEFORE UPDATE OR DELETE ON voting_ledgerentry
    FOR EACH ROW EXECUTE FUNCTION voting_guard_append_only();
CREATE TRIGGER voting_guard_votereason BEFORE UPDATE OR DELETE ON voting_votereason
    FOR EACH ROW EXECUTE FUNCTION voting_guard_append_only();
"""

UNDO = """
DROP TRIGGER voting_guard_votereason ON voting_votereason;
DROP TRIGGER voting_guard_vote ON voting_vote;
DROP TRIGGER voting_guard_ledgerentry ON voting_ledgerentry;
DROP FUNCTION voting_guard_append_only();
"""


class Migration(migrations.Migration):

    replaces = [
        ("voting", "0001_initial"),
        ("voting", "0002_guards"),
        ("voting", "0003_fewer_indexes"),
        ("voting", "0004_turns"),
        ("voting", "0005_entry_prompt"),
        ("voting", "0006_imports"),
        ("voting", "0007_entry_version"),
        ("voting", "0008_voter_without_user"),
        ("voting", "0009_matchup_by_prompt"),
        ("voting", "0010_matchup_without_report"),
        ("voting", "0011_reports"),
        ("voting", "0012_reasons"),
        ("voting", "0013_import_axes"),
    ]

    initial = True

    dependencies = [
        ('catalog', '0001_squashed_0014_axes'),
        ('generation', '0001_squashed_0014_avif_copy'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Ledger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('kind', models.CharField(choices=[('native', 'Native'), ('demonstration', 'Demonstration'), ('imported', 'Imported')], max_length=16)),
                ('length', models.BigIntegerField(default=0, editable=False)),
                ('head', models.CharField(default='0000000000000000000000000000000000000000000000000000000000000000', editable=False, help_text="SHA-256 of the last entry's chain link.", max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['native', 'demonstration', 'imported'])), name='ledger_kind'), models.UniqueConstraint(condition=models.Q(('kind__in', ['native', 'demonstration'])), fields=('kind',), name='ledger_one_of_a_kind')],
            },
        ),
        migrations.CreateModel(
            name='Matchup',
            fields=[
                ('id', models.UUIDField(primary_key=True, serialize=False)),
                ('voter_key', models.UUIDField()),
                ('left_handle', models.UUIDField(unique=True)),
                ('right_handle', models.UUIDField(unique=True)),
                ('propensity', models.FloatField()),
                ('policy', models.CharField(max_length=20)),
                ('dealt_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.CharField(blank=True, max_length=10)),
                ('reply', models.JSONField(blank=True, null=True)),
                ('ledger', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='matchups', to='voting.ledger')),
                ('left', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.generation')),
                ('prompt', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.prompt')),
                ('right', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.generation')),
                ('turn', models.PositiveIntegerField(help_text="The voter's matchups are counted; no two requests deal the same turn.")),
            ],
            options={
                'indexes': [models.Index(fields=['voter_key', 'prompt'], name='matchup_voter_prompt')],
                'constraints': [models.CheckConstraint(condition=models.Q(('left', models.F('right')), _negated=True), name='matchup_two_sides'), models.CheckConstraint(condition=models.Q(('left_handle', models.F('right_handle')), _negated=True), name='matchup_two_handles'), models.CheckConstraint(condition=models.Q(('propensity__gt', 0), ('propensity__lte', 1)), name='matchup_propensity'), models.UniqueConstraint(fields=('voter_key', 'turn'), name='matchup_voter_turn'), models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('closed_at__isnull', True)), models.Q(('answer__in', ['left', 'right', 'tie', 'both_bad', 'skip', 'report']), ('closed_at__isnull', False)), _connector='OR'), name='matchup_closed_once')],
            },
        ),
        migrations.CreateModel(
            name='Voter',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('pseudonym', models.CharField(max_length=32, unique=True)),
                ('languages', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), default=list, size=None)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('matchup', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='vote', serialize=False, to='voting.matchup')),
                ('outcome', models.CharField(choices=[('left', 'Left is better'), ('right', 'Right is better'), ('tie', 'Tie'), ('both_bad', 'Both bad')], max_length=10)),
                ('cast_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('voter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='voting.voter')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome__in', ['left', 'right', 'tie', 'both_bad'])), name='vote_outcome')],
            },
        ),
        migrations.CreateModel(
            name='LedgerEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.BigIntegerField()),
                ('left', models.CharField(max_length=300)),
                ('right', models.CharField(max_length=300)),
                ('outcome', models.CharField(choices=[('left', 'Left is better'), ('right', 'Right is better'), ('tie', 'Tie'), ('both_bad', 'Both bad')], max_length=10)),
                ('prompt', models.CharField(max_length=120)),
                ('category', models.CharField(max_length=80)),
                ('language', models.CharField(max_length=80)),
                ('modality', models.CharField(choices=[('text-to-image', 'Text to image'), ('image-editing', 'Image editing')], max_length=20)),
                ('propensity', models.FloatField(null=True)),
                ('voter', models.CharField(max_length=32)),
                ('cast_on', models.DateField(null=True)),
                ('salt', models.CharField(max_length=32)),
                ('leaf', models.CharField(max_length=64)),
                ('chain', models.CharField(max_length=64)),
                ('ledger', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='voting.ledger')),
                ('vote', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entry', to='voting.vote')),
                ('version', models.PositiveSmallIntegerField(db_default=1, editable=False, help_text='Of the format in which the columns are hashed.')),
                ('reasons', models.CharField(blank=True, db_default='', help_text='Codes of the reasons given, separated by spaces.', max_length=80)),
            ],
            options={
                'verbose_name_plural': 'ledger entries',
                'ordering': ['ledger', 'position'],
                'indexes': [models.Index(fields=['ledger', 'prompt'], name='entry_prompt'), models.Index(condition=models.Q(('reasons', ''), _negated=True), fields=['ledger', 'position'], name='entry_reasons')],
                'constraints': [models.UniqueConstraint(fields=('ledger', 'position'), name='entry_position_unique'), models.CheckConstraint(condition=models.Q(('position__gte', 1)), name='entry_position_positive'), models.CheckConstraint(condition=models.Q(('left', models.F('right')), _negated=True), name='entry_two_contenders'), models.CheckConstraint(condition=models.Q(('outcome__in', ['left', 'right', 'tie', 'both_bad'])), name='entry_outcome')],
            },
        ),
        migrations.CreateModel(
            name='PairSplit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_wins', models.PositiveIntegerField()),
                ('second_wins', models.PositiveIntegerField()),
                ('ties', models.PositiveIntegerField()),
                ('both_bad', models.PositiveIntegerField()),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.contender')),
                ('ledger', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pair_splits', to='voting.ledger')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.contender')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ledger', 'first', 'second'), name='pair_split_unique'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='pair_split_ordered')],
            },
        ),
        migrations.CreateModel(
            name='Strength',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mean', models.FloatField()),
                ('variance', models.FloatField()),
                ('rank_low', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('rank_high', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('snapshot', models.BigIntegerField(help_text='The snapshot these were published with.')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.category')),
                ('contender', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='strengths', to='catalog.contender')),
                ('ledger', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='strengths', to='voting.ledger')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ledger', 'contender', 'category'), name='strength_unique', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('variance__gte', 0)), name='strength_variance')],
            },
        ),
        migrations.CreateModel(
            name='Exclusion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300)),
                ('decided_at', models.DateTimeField(auto_now_add=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='exclusion', to='voting.ledgerentry')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='exclusion_has_reason')],
            },
        ),
        migrations.CreateModel(
            name='UnsealedVote',
            fields=[
                ('vote', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='unsealed', serialize=False, to='voting.vote')),
            ],
        ),
        migrations.CreateModel(
            name='LedgerOrigin',
            fields=[
                ('ledger', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='origin', serialize=False, to='voting.ledger')),
                ('file_name', models.CharField(max_length=255)),
                ('sha256', models.CharField(help_text='SHA-256 of the file, hexadecimal.', max_length=64, unique=True)),
                ('columns', models.JSONField(default=dict)),
                ('rows', models.BigIntegerField()),
                ('left_out', models.BigIntegerField(default=0)),
                ('source', models.URLField(blank=True, max_length=500)),
                ('licence', models.CharField(blank=True, max_length=120)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('imported_at', models.DateTimeField(auto_now_add=True)),
                ('imported_by', models.CharField(blank=True, max_length=150)),
                ('axes', models.JSONField(blank=True, default=dict)),
            ],
        ),
        migrations.CreateModel(
            name='ImportedContender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=300)),
                ('contender', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.contender')),
                ('ledger', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imported_contenders', to='voting.ledger')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('ledger', 'label'), name='imported_contender_label'), models.UniqueConstraint(fields=('ledger', 'contender'), name='imported_contender_once'), models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='imported_contender_named')],
            },
        ),
        migrations.CreateModel(
            name='Report',
            fields=[
                ('matchup', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='report', serialize=False, to='voting.matchup')),
                ('kind', models.CharField(choices=[('broken', 'It does not load'), ('unsafe', 'Unsafe or offensive'), ('name', 'A name or watermark shows'), ('wrong_prompt', 'It belongs to another prompt'), ('other', 'Something else')], max_length=12)),
                ('side', models.CharField(choices=[('left', 'A, the left image'), ('right', 'B, the right image'), ('both', 'Both images')], max_length=5)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['broken', 'unsafe', 'name', 'wrong_prompt', 'other'])), name='report_kind'), models.CheckConstraint(condition=models.Q(('side__in', ['left', 'right', 'both'])), name='report_side')],
            },
        ),
        migrations.CreateModel(
            name='ReportDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('generation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.generation')),
                ('verdict', models.CharField(choices=[('keep', 'Kept'), ('hide', 'Hidden')], max_length=4)),
                ('decided_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('verdict__in', ['keep', 'hide'])), name='report_decision_verdict')],
            },
        ),
        migrations.CreateModel(
            name='ReportedImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='images', to='voting.report')),
                ('generation', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.generation')),
                ('voter_key', models.UUIDField()),
                ('handle', models.UUIDField(unique=True)),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answered', to='voting.reportdecision')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('generation', 'voter_key'), name='reported_image_once')],
                'indexes': [models.Index(condition=models.Q(('decision__isnull', True)), fields=['generation'], name='reported_image_waiting')],
            },
        ),
        migrations.CreateModel(
            name='VoteReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vote', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='reasons', to='voting.vote')),
                ('reason', models.CharField(choices=[('prompt', 'Prompt'), ('looks', 'Looks'), ('text', 'Text'), ('anatomy', 'Anatomy'), ('composition', 'Composition'), ('artefacts', 'Artefacts')], max_length=12)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('vote', 'reason'), name='vote_reason_once'), models.CheckConstraint(condition=models.Q(('reason__in', ['prompt', 'looks', 'text', 'anatomy', 'composition', 'artefacts'])), name='vote_reason_known')],
            },
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
