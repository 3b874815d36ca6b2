import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0010_sources_series_and_hosts'),
        ('generation', '0007_fill_spending'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
    ]
