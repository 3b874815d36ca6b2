#!/usr/bin/env python
"""Easel's command line; with DATABASE_URL unset it brings its own PostgreSQL."""

import os
import sys

# Commands that only remove or describe things must not start a database first.
WITHOUT_DATABASE = {"reset", "recompute", "help", "--help", "--version"}


def main() -> None:
    """Enter the embedded mode when no database is named, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    from arena.embedded.binaries import NoDatabase
    from arena.embedded.environment import enter_embedded_mode

    if command in WITHOUT_DATABASE:
        os.environ.setdefault("SECRET_KEY", "only for commands that serve nothing and sign nothing")
        os.environ.setdefault("EASEL_EMBEDDED", "1")
        os.environ.setdefault("DATABASE_URL", "postgresql:///easel")
    else:
        try:
            enter_embedded_mode()
        except NoDatabase as error:
            sys.exit(f"easel: {error}")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"easel: {error}")
    except OperationalError as error:
        sys.exit(f"easel: the database does not answer as it should ({' '.join(str(error).split())}).")


if __name__ == "__main__":
    main()
