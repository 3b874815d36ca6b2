"""Categories say whether an image of another prompt is clearly worse by their criterion."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0015_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='category',
            name='gold',
            field=models.BooleanField(db_default=False, default=False, help_text='Whether an image of another prompt is clearly worse by the criterion; such pairs test voters.'),
        ),
    ]
