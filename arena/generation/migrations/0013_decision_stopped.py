"""A call that is given up while its host may still be at work: what the host is asked to stop, and whether it agreed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0012_publishing")]
    operations = [
        migrations.AddField("decision", "handle", models.JSONField(null=True)),
        migrations.AddField("decision", "stopped", models.BooleanField(null=True)),
    ]
