
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generation', '0010_image_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='inference_seconds',
            field=models.FloatField(blank=True, help_text='How long the host worked, without its queue, if it says so.', null=True),
        ),
    ]
