"""Rows remember whether a catalogue file owns them; the next load marks those that are there already."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0003_category_slug_not_reserved")]
    operations = [
        migrations.AddField("organization", "from_file", models.BooleanField(default=False, editable=False)),
        migrations.AddField("imagemodel", "from_file", models.BooleanField(default=False, editable=False)),
        migrations.AddField("provider", "from_file", models.BooleanField(default=False, editable=False)),
        migrations.AddField("contender", "from_file", models.BooleanField(default=False, editable=False)),
        migrations.AddField("category", "from_file", models.BooleanField(default=False, editable=False)),
        migrations.AddField("prompt", "from_file", models.BooleanField(default=False, editable=False)),
    ]
