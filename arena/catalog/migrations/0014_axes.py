"""What prompts test, estimates of it among the claims, and changes of it in the log."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0013_log_and_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='Axis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('from_file', models.BooleanField(default=False, editable=False)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=120)),
                ('description', models.CharField(help_text='What a prompt with this axis tests.', max_length=300)),
                ('position', models.PositiveSmallIntegerField(default=100)),
                ('active', models.BooleanField(default=True, help_text='Whether there are boards by this axis.')),
                ('edited', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'verbose_name_plural': 'axes',
                'ordering': ['position', 'name'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='logline',
            name='log_line_kind',
        ),
        migrations.AddField(
            model_name='claim',
            name='value',
            field=models.PositiveSmallIntegerField(blank=True, help_text="Percent, on the source's own scale; for a capability on an axis.", null=True),
        ),
        migrations.AddField(
            model_name='prompt',
            name='axes_edited',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AlterField(
            model_name='logline',
            name='kind',
            field=models.CharField(choices=[('added', 'Added'), ('retired', 'Retired'), ('returned', 'Returned'), ('shutdown', 'Shutdown announced'), ('price', 'Price changed'), ('axes', 'Axes changed')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='logline',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['added', 'retired', 'returned', 'shutdown', 'price', 'axes'])), name='log_line_kind'),
        ),
        migrations.AddField(
            model_name='claim',
            name='axis',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='claims', to='catalog.axis'),
        ),
        migrations.AddField(
            model_name='prompt',
            name='axes',
            field=models.ManyToManyField(blank=True, help_text='What the prompt tests.', related_name='prompts', to='catalog.axis'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('axis', None), ('value', None)), models.Q(('axis__isnull', False), ('kind', 'capability'), ('value__lte', 100)), _connector='OR'), name='claim_estimate', violation_error_message='An estimate is a capability with an axis and a value from 0 to 100.'),
        ),
    ]
