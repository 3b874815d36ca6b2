"""The app of what runs: programs, their broker, their heartbeats, the probes."""

from django.apps import AppConfig


class ProcessConfig(AppConfig):
    """Its only table says when each program was last at work."""

    name = "arena.process"
    label = "process"
