"""An image may be hidden after reports."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0002_rendition_recipe")]
    operations = [
        migrations.AddField(
            "generation",
            "hidden_at",
            models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when its image is taken out after reports: neither dealt nor served, except to staff.",
                null=True,
            ),
        ),
    ]
