"""Runs a command in the test's process and returns what it prints."""

import io

from django.core.management import call_command


def rank(*arguments: object) -> str:
    call_command("rank", *map(str, arguments), stdout=(said := io.StringIO()), stderr=io.StringIO())
    return said.getvalue()
