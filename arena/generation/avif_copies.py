"""The rows of AVIF copies, which only images of open prompts have."""

from django.db import models


class AvifCopy(models.Model):
    """A rendition as AVIF, for galleries where the setting AVIF is on; it goes with its rendition, its file with it."""

    rendition = models.OneToOneField("generation.Rendition", models.CASCADE, related_name="avif")
    storage_key = models.CharField(max_length=200)
    byte_size = models.PositiveIntegerField()
