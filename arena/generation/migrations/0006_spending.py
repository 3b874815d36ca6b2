import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0010_sources_series_and_hosts'),
        ('generation', '0005_upload'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choice', models.CharField(choices=[('ask', 'Ask the provider again'), ('repeat', 'Repeat anyway'), ('give_up', 'Give up')], max_length=8)),
                ('cause', models.CharField(blank=True, max_length=300)),
                ('cost', models.DecimalField(decimal_places=6, help_text='The most that it adds, in USD; empty if no price is known.', max_digits=10, null=True)),
                ('decided_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ['-id'],
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
        ),
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(null=True)),
                ('amount', models.DecimalField(decimal_places=6, default=0, max_digits=14)),
            ],
        ),
        migrations.AddField(
            model_name='attempt',
            name='price_version',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name='attempt',
            name='provider',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='catalog.provider'),
        ),
        migrations.AddField(
            model_name='run',
            name='estimates',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name='attempt',
            name='cost_basis',
            field=models.CharField(blank=True, help_text='usage, list, or reported by the provider.', max_length=20),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(models.F('run'), models.F('contender'), models.F('id') + 0, condition=models.Q(('state__in', ['queued', 'pending'])), name='generation_waiting'),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(condition=models.Q(('state__in', ['running', 'pending'])), fields=['contender'], name='generation_at_work'),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(condition=models.Q(('published_at__isnull', False), ('state', 'queued')), fields=['published_at'], name='generation_on_the_way'),
        ),
        migrations.AddIndex(
            model_name='generation',
            index=models.Index(condition=models.Q(('state', 'needs_decision')), fields=['id'], name='generation_undecided'),
        ),
        migrations.AddField(
            model_name='decision',
            name='attempt',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='generation.attempt'),
        ),
        migrations.AddField(
            model_name='decision',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='decision',
            name='generation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='generation.generation'),
        ),
        migrations.AddConstraint(
            model_name='providerstate',
            constraint=models.CheckConstraint(condition=models.Q(('breaker__in', ['closed', 'stopped', 'outage'])), name='provider_breaker'),
        ),
        migrations.AddConstraint(
            model_name='providerstate',
            constraint=models.CheckConstraint(condition=models.Q(('slots__isnull', True), ('slots__gte', 1), _connector='OR'), name='provider_slots'),
        ),
        migrations.AddConstraint(
            model_name='providerstate',
            constraint=models.CheckConstraint(condition=models.Q(('day_cap__isnull', True), ('day_cap__gte', 0), _connector='OR'), name='provider_cap_not_negative'),
        ),
        migrations.AddField(
            model_name='spending',
            name='provider',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='spendings', to='catalog.provider'),
        ),
        migrations.AddField(
            model_name='spending',
            name='run',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='generation.run'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('choice__in', ['ask', 'repeat', 'give_up'])), name='decision_choice'),
        ),
        migrations.AddConstraint(
            model_name='spending',
            constraint=models.UniqueConstraint(fields=('run', 'provider', 'day'), name='spending_unique', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='spending',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('day__isnull', True), ('provider__isnull', True), ('run__isnull', False)), models.Q(('day__isnull', False), ('run__isnull', True)), _connector='OR'), name='spending_of_run_or_day'),
        ),
    ]
