"""Boards by axis, and the maps from prompts to axes that their snapshots used."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leaderboard', '0007_month_ends'),
        ('voting', '0013_import_axes'),
    ]

    operations = [
        migrations.CreateModel(
            name='AxisMap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('hash', models.CharField(help_text='As `ratings.columns.prompt_axes` computes it.', max_length=64, unique=True)),
                ('by_prompt', models.JSONField(help_text='The axes of each prompt, by slug.')),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='board',
            name='board_slice',
        ),
        migrations.AlterField(
            model_name='board',
            name='slice',
            field=models.CharField(choices=[('overall', 'Overall'), ('category', 'Category'), ('language', 'Language'), ('category_language', 'Category in a language'), ('axis', 'Axis')], max_length=20),
        ),
        migrations.AlterField(
            model_name='board',
            name='slice_value',
            field=models.CharField(blank=True, help_text="The category's slug, the language's code, slug/code, or the axis.", max_length=161),
        ),
        migrations.AddConstraint(
            model_name='board',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('slice', 'overall'), ('slice_value', '')), models.Q(('slice__in', ['category', 'language', 'category_language', 'axis']), models.Q(('slice_value', ''), _negated=True)), _connector='OR'), name='board_slice'),
        ),
        migrations.AddField(
            model_name='snapshot',
            name='axis_map',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='snapshots', to='leaderboard.axismap'),
        ),
    ]
