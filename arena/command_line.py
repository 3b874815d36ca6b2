"""Easel's command line; with DATABASE_URL unset it brings its own PostgreSQL."""

import atexit
import errno
import gc
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from time import monotonic, process_time

from arena.embedded.binaries import NoDatabase
from arena.embedded.environment import data_folder, enter_embedded_mode
from arena.installation import APPS, command_name, read_version

# What Python itself has taken until here counts, too.
STARTED = monotonic() - process_time()
VERSION = {"version", "--version"}
# Commands that only remove or describe things must not start a database first.
WITHOUT_DATABASE = {"reset", "recompute", "rank", "help", *VERSION}
# Commands that may take minutes end by saying how long they took, with the start of the database and all else.
TIMED = {"audit", "import_votes", "refresh"}
# PostgreSQL's codes for a table and a column that do not exist.
UNPREPARED = {"42P01", "42703"}
# A disk, or one's share of it, is full.
FULL = {errno.ENOSPC, errno.EDQUOT}
NO_ROOM = ". Make room and run this again, or set EASEL_DATA_DIR to a folder with more."


def main() -> None:
    """Enter the embedded mode when no database is named, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
    # Boards are many small matrices: more threads in the linear algebra double its CPU time and save none.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    try:
        # Absolute, since the processes that a command starts run in another folder.
        os.environ["EASEL_DATA_DIR"] = str(data_folder())
        if needs_database(sys.argv[1:]):
            enter_embedded_mode()
        else:
            _go_without_database()
    except NoDatabase as error:
        sys.exit(f"easel: {error}")
    except OSError as error:
        sys.exit(f"easel: the data folder cannot be used ({error}). Set EASEL_DATA_DIR to one that can be written.")
    if sys.argv[1:2] and sys.argv[1] in VERSION:
        sys.stdout.write(f"Easel {read_version()}\n")
        return
    _execute()
    if sys.argv[1:2] and sys.argv[1] in TIMED:
        sys.stdout.write(f"Took {monotonic() - STARTED:.1f} s.\n")


def needs_database(arguments: Sequence[str]) -> bool:
    """Tell whether these arguments of the program ask for work: not for help, and not for an unknown command."""
    if not arguments or arguments[0] in WITHOUT_DATABASE:
        return False
    options = takewhile(lambda each: each != "--", arguments)
    return not any(map(_asks_for_help, options)) and _is_command(arguments[0])


def _asks_for_help(option: str) -> bool:
    # Python's parser of options takes an option's first letters for the whole, where no other begins like that.
    return option == "-h" or (len(option) > 2 and "--help".startswith(option))


def _is_command(name: str) -> bool:
    """Tell whether there is such a command. Django itself can say so only once its settings are read."""
    specs = [find_spec(app) for app in ("django.core", *APPS)]
    folders = [folder for spec in specs if spec for folder in spec.submodule_search_locations or []]
    return any(Path(folder, "management", "commands", f"{name}.py").exists() for folder in folders)


def _go_without_database() -> None:
    """Set what the settings insist on, for a command that uses neither a database nor a key."""
    os.environ.setdefault("SECRET_KEY", "only for commands that serve nothing and sign nothing")
    # Whoever named a database has a server: what is in its data folder belongs to that database.
    os.environ["EASEL_EMBEDDED"] = "0" if os.environ.get("DATABASE_URL") else "1"
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or "postgresql:///easel"


def _execute() -> None:
    """Run the command; what the machine or the operator stops ends in one line and a status that is not zero."""
    # What makes up the site and the command is no garbage until the process ends, and then goes with it: looking for
    # some in it would take a third of the time of a short command.
    gc.disable()
    atexit.register(gc.freeze)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import BaseCommand, ManagementUtility
    from django.db import OperationalError, ProgrammingError

    class Utility(ManagementUtility):
        def fetch_command(self, subcommand: str) -> BaseCommand:
            command = super().fetch_command(subcommand)
            gc.freeze()
            gc.enable()
            return command

    try:
        Utility([command_name(), *sys.argv[1:]]).execute()
    except ImproperlyConfigured as error:
        sys.exit(f"easel: {error}")
    except OSError as error:
        sys.exit(f"easel: {error}{NO_ROOM if error.errno in FULL else ''}")
    except UnicodeEncodeError:
        sys.exit("easel: what was given is no text in UTF-8.")
    except EOFError:
        sys.exit("easel: nobody is there to answer; see --help for how to answer beforehand.")
    except KeyboardInterrupt:
        sys.exit("easel: interrupted.")
    except OperationalError as error:
        sys.exit(f"easel: the database does not answer as it should ({_one_line(error)}).")
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) not in UNPREPARED:
            raise
        reason = _one_line(error)
        sys.exit(f"easel: the database is not prepared for this release ({reason}). Run {command_name()} prepare.")


def _one_line(error: Exception) -> str:
    return str(error).partition("\nLINE ")[0].replace("\n", " ").strip()
