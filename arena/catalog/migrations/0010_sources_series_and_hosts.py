
import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0009_prompt_corrected_at'),
    ]

    operations = [
        migrations.CreateModel(
            name='SourceImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('source', 'Source'), ('mask', 'Mask')], default='source', max_length=6)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('storage_key', models.CharField(max_length=200)),
                ('media_type', models.CharField(max_length=40)),
                ('width', models.PositiveIntegerField()),
                ('height', models.PositiveIntegerField()),
                ('byte_size', models.PositiveIntegerField()),
                ('licence', models.CharField(default='CC0-1.0', max_length=60)),
                ('origin', models.CharField(blank=True, max_length=500)),
            ],
            options={
                'ordering': ['prompt', 'role', 'position'],
            },
        ),
        migrations.AddField(
            model_name='contender',
            name='series',
            field=models.SlugField(allow_unicode=True, blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name='contender',
            name='step',
            field=models.FloatField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='offering',
            name='capabilities',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='offering',
            name='edit_model_id',
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name='provider',
            name='calls_per_minute',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='provider',
            name='options',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='provider',
            name='result_hosts',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, size=None),
        ),
        migrations.AddConstraint(
            model_name='contender',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('series', ''), ('step__isnull', True)), models.Q(models.Q(('series', ''), _negated=True), ('step__isnull', False)), _connector='OR'), name='contender_step_in_series'),
        ),
        migrations.AddField(
            model_name='sourceimage',
            name='prompt',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='source_images', to='catalog.prompt'),
        ),
        migrations.AddConstraint(
            model_name='sourceimage',
            constraint=models.UniqueConstraint(fields=('prompt', 'role', 'position'), name='source_image_place_unique'),
        ),
        migrations.AddConstraint(
            model_name='sourceimage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('position__lt', 4), ('role', 'source')), models.Q(('position', 0), ('role', 'mask')), _connector='OR'), name='source_image_place'),
        ),
    ]
