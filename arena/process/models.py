"""When each program was last at work."""

from django.db import models


class Heartbeat(models.Model):
    """One kind of program: a worker's queue, or the web server, which writes when a probe asks whether it can."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
