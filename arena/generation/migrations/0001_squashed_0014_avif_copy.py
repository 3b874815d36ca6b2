"""Generations as the 14 first migrations leave them, made at once where none of them has run."""

import django.contrib.postgres.functions
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("generation", "0001_initial"),
        ("generation", "0002_rendition_recipe"),
        ("generation", "0003_hidden_images"),
        ("generation", "0004_run_kind"),
        ("generation", "0005_upload"),
        ("generation", "0006_spending"),
        ("generation", "0007_fill_spending"),
        ("generation", "0008_probe"),
        ("generation", "0009_rendition_box"),
        ("generation", "0010_image_checks"),
        ("generation", "0011_attempt_inference_seconds"),
        ("generation", "0012_publishing"),
        ("generation", "0013_decision_stopped"),
        ("generation", "0014_avif_copy"),
    ]

    initial = True

    dependencies = [
        ('catalog', '0001_squashed_0014_axes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('running', 'Running'), ('paused', 'Paused'), ('finished', 'Finished'), ('cancelled', 'Cancelled')], default='planned', max_length=10)),
                ('cap', models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True)),
                ('estimate', models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('generated', 'Generated'), ('import', 'Imported')], db_default='generated', default='generated', max_length=10)),
                ('brought', models.JSONField(blank=True, default=dict, editable=False)),
                ('estimates', models.JSONField(blank=True, default=dict, editable=False)),
                ('publishing', models.CharField(choices=[('automatic', 'by itself'), ('by_hand', 'by hand')], db_default='automatic', default='automatic', max_length=10)),
                ('retried_at', models.DateTimeField(blank=True, editable=False, null=True)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'running', 'paused', 'finished', 'cancelled'])), name='run_state'), models.CheckConstraint(condition=models.Q(('cap__isnull', True), ('cap__gte', 0), _connector='OR'), name='run_cap_not_negative'), models.CheckConstraint(condition=models.Q(('kind__in', ['generated', 'import'])), name='run_kind'), models.CheckConstraint(condition=models.Q(('publishing__in', ['automatic', 'by_hand'])), name='run_publishing')],
            },
        ),
        migrations.CreateModel(
            name='Generation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sample', models.PositiveSmallIntegerField(default=0)),
                ('seed', models.BigIntegerField(default=0)),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('running', 'Running'), ('pending', 'Waiting for the provider'), ('done', 'Done'), ('refused', 'Refused'), ('failed', 'Failed'), ('needs_decision', 'Needs a decision'), ('cancelled', 'Cancelled')], default='queued', max_length=16)),
                ('lease', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('run_after', models.DateTimeField(blank=True, null=True)),
                ('published_at', models.DateTimeField(blank=True, help_text='When its message was last sent; a message may be lost.', null=True)),
                ('handle', models.JSONField(blank=True, help_text='What the provider gave us to poll with.', null=True)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('seconds', models.FloatField(blank=True, help_text='From the call to the image, as the provider took it.', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('contender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='generations', to='catalog.contender')),
                ('prompt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='generations', to='catalog.prompt')),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='generations', to='generation.run')),
                ('hidden_at', models.DateTimeField(blank=True, editable=False, help_text='Since when its image is taken out after reports: neither dealt nor served, except to staff.', null=True)),
                ('entered_at', models.DateTimeField(blank=True, default=django.utils.timezone.now, editable=False, help_text='Since when its image may be shown. Empty from its planning until it is published.', null=True)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['state', 'lease_until'], name='generation_state_lease'), models.Index(fields=['prompt', 'contender'], name='generation_prompt_contender'), models.Index(models.F('run'), models.F('contender'), django.db.models.expressions.CombinedExpression(models.F('id'), '+', models.Value(0)), condition=models.Q(('state__in', ['queued', 'pending'])), name='generation_waiting'), models.Index(condition=models.Q(('state__in', ['running', 'pending'])), fields=['contender'], name='generation_at_work'), models.Index(condition=models.Q(('published_at__isnull', False), ('state', 'queued')), fields=['published_at'], name='generation_on_the_way'), models.Index(condition=models.Q(('state', 'needs_decision')), fields=['id'], name='generation_undecided'), models.Index(condition=models.Q(('entered_at__isnull', True), ('state', 'done')), fields=['run', 'prompt'], name='generation_unpublished')],
                'constraints': [models.UniqueConstraint(fields=('contender', 'prompt', 'sample'), name='generation_unique'), models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'running', 'pending', 'done', 'refused', 'failed', 'needs_decision', 'cancelled'])), name='generation_state'), models.CheckConstraint(condition=models.Q(models.Q(('lease__isnull', True), ('lease_until__isnull', True)), models.Q(('lease__isnull', False), ('lease_until__isnull', False)), _connector='OR'), name='generation_lease_whole')],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('storage_key', models.CharField(max_length=200)),
                ('format', models.CharField(max_length=8)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('byte_size', models.PositiveIntegerField()),
                ('provenance', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('generation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='image', to='generation.generation')),
                ('pixels', models.CharField(max_length=64)),
                ('look', models.BigIntegerField(blank=True, null=True)),
                ('is_blank', models.BooleanField(blank=True, null=True)),
                ('credentials', models.JSONField(blank=True, null=True)),
                ('handle', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('started_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, help_text='done, or the kind of the error.', max_length=20)),
                ('billed', models.CharField(choices=[('no', 'Not billed'), ('yes', 'Billed'), ('unknown', 'Unknown')], default='unknown', max_length=8)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('cost_reserved', models.DecimalField(decimal_places=6, default=0, max_digits=10)),
                ('cost', models.DecimalField(blank=True, decimal_places=6, max_digits=10, null=True)),
                ('cost_basis', models.CharField(blank=True, help_text='usage, list, or reported by the provider.', max_length=20)),
                ('generation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='generation.generation')),
                ('price_version', models.CharField(blank=True, max_length=40)),
                ('provider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='catalog.provider')),
                ('inference_seconds', models.FloatField(blank=True, help_text='How long the host worked, without its queue, if it says so.', null=True)),
            ],
            options={
                'ordering': ['generation', 'number'],
                'constraints': [models.UniqueConstraint(fields=('generation', 'number'), name='attempt_unique'), models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('generation',), name='attempt_one_open'), models.CheckConstraint(condition=models.Q(('billed__in', ['no', 'yes', 'unknown'])), name='attempt_billed')],
            },
        ),
        migrations.CreateModel(
            name='Rendition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('width', models.PositiveSmallIntegerField()),
                ('storage_key', models.CharField(max_length=200)),
                ('byte_size', models.PositiveIntegerField()),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='renditions', to='generation.image')),
                ('recipe', models.PositiveSmallIntegerField(default=1)),
                ('box', models.CharField(blank=True, db_default='', max_length=11)),
            ],
            options={
                'ordering': ['width'],
                'constraints': [models.UniqueConstraint(fields=('image', 'width'), name='rendition_unique')],
            },
        ),
        migrations.CreateModel(
            name='Upload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('label', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('open', 'Being prepared'), ('queued', 'Waiting for a worker'), ('working', 'Being imported'), ('done', 'Imported'), ('failed', 'Stopped')], default='open', max_length=10)),
                ('listing', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('choices', models.JSONField(default=dict)),
                ('total', models.PositiveIntegerField(default=0)),
                ('done', models.PositiveIntegerField(default=0)),
                ('message', models.CharField(blank=True, max_length=500)),
                ('run', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='generation.run')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('touched_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'queued', 'working', 'done', 'failed'])), name='upload_state')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(choices=[('ask', 'Ask the provider again'), ('repeat', 'Repeat anyway'), ('give_up', 'Give up')], max_length=8)),
                ('cause', models.CharField(blank=True, max_length=300)),
                ('cost', models.DecimalField(decimal_places=6, help_text='The most that it adds, in USD; empty if no price is known.', max_digits=10, null=True)),
                ('decided_at', models.DateTimeField(auto_now_add=True)),
                ('attempt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.attempt')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('generation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='generation.generation')),
                ('handle', models.JSONField(null=True)),
                ('stopped', models.BooleanField(null=True)),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('choice__in', ['ask', 'repeat', 'give_up'])), name='decision_choice')],
            },
        ),
        migrations.CreateModel(
            name='ProviderState',
            fields=[
                ('provider', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='state_of_calls', serialize=False, to='catalog.provider')),
                ('breaker', models.CharField(choices=[('closed', 'Takes calls'), ('stopped', 'Stopped'), ('outage', 'Out of order')], default='closed', max_length=8)),
                ('cause', models.CharField(blank=True, max_length=20)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('since', models.DateTimeField(null=True)),
                ('key_digest', models.CharField(blank=True, max_length=64)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('outages', models.PositiveSmallIntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
                ('slots', models.PositiveSmallIntegerField(null=True)),
                ('strikes', models.PositiveSmallIntegerField(default=0)),
                ('held_until', models.DateTimeField(null=True)),
                ('hold_reason', models.CharField(blank=True, max_length=300)),
                ('next_call_at', models.DateTimeField(null=True)),
                ('refill_at', models.DateTimeField(null=True)),
                ('day_cap', models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('breaker__in', ['closed', 'stopped', 'outage'])), name='provider_breaker'), models.CheckConstraint(condition=models.Q(('slots__isnull', True), ('slots__gte', 1), _connector='OR'), name='provider_slots'), models.CheckConstraint(condition=models.Q(('day_cap__isnull', True), ('day_cap__gte', 0), _connector='OR'), name='provider_cap_not_negative')],
            },
        ),
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(null=True)),
                ('amount', models.DecimalField(decimal_places=6, default=0, max_digits=14)),
                ('provider', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='spendings', to='catalog.provider')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='generation.run')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('run', 'provider', 'day'), name='spending_unique', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('provider__isnull', True), ('run__isnull', False)), models.Q(('day__isnull', False), ('run__isnull', True)), _connector='OR'), name='spending_of_run_or_day')],
            },
        ),
        migrations.CreateModel(
            name='Probe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('called_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('idempotency_key', models.UUIDField(default=uuid.uuid4, unique=True)),
                ('handle', models.JSONField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=20)),
                ('billed', models.CharField(choices=[('no', 'Not billed'), ('yes', 'Billed'), ('unknown', 'Unknown')], default='unknown', max_length=8)),
                ('message', models.CharField(blank=True, max_length=300)),
                ('cost_reserved', models.DecimalField(decimal_places=6, default=0, max_digits=10)),
                ('cost', models.DecimalField(decimal_places=6, max_digits=10, null=True)),
                ('cost_basis', models.CharField(blank=True, max_length=20)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('contender', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.contender')),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='probes', to='catalog.provider')),
            ],
            options={
                'ordering': ['-id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('provider',), name='probe_one_open'), models.CheckConstraint(condition=models.Q(('billed__in', ['no', 'yes', 'unknown'])), name='probe_billed')],
            },
        ),
        migrations.CreateModel(
            name='AvifCopy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('storage_key', models.CharField(max_length=200)),
                ('byte_size', models.PositiveIntegerField()),
                ('rendition', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='avif', to='generation.rendition')),
            ],
        ),
    ]
