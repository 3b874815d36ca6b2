from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leaderboard', '0001_squashed_0008_axis_boards'),
    ]

    operations = [
        migrations.AddField(
            model_name='standing',
            name='effective_prompts',
            field=models.FloatField(help_text='Empty before method version 3.', null=True),
        ),
        migrations.AddField(
            model_name='standing',
            name='effective_voters',
            field=models.FloatField(help_text='Empty before method version 3.', null=True),
        ),
        migrations.AlterField(
            model_name='standing',
            name='p_first',
            field=models.FloatField(help_text='The chance that no other ranked contender is better.', null=True),
        ),
    ]
