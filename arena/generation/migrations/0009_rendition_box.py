"""The box of an edit's renditions, which has the shape of its source."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("generation", "0008_probe")]
    operations = [
        migrations.AddField("rendition", "box", models.CharField(blank=True, db_default="", max_length=11)),
    ]
