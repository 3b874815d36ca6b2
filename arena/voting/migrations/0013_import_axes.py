"""What the prompts of an imported file test."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('voting', '0012_reasons'),
    ]

    operations = [
        migrations.AddField(
            model_name='ledgerorigin',
            name='axes',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
