from django.db import migrations, models


class Migration(migrations.Migration):
    """Renditions know how they were encoded, images what they show."""

    dependencies = [("generation", "0001_initial")]
    operations = [
        migrations.AddField(
            "image", "pixels", models.CharField(default="", max_length=64), preserve_default=False
        ),
        # The file's hash stands there until the image is rendered again.
        migrations.RunSQL("UPDATE generation_image SET pixels = sha256", migrations.RunSQL.noop),
        migrations.AddField("rendition", "recipe", models.PositiveSmallIntegerField(default=1)),
    ]
