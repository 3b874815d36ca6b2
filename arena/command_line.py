"""Easel's command line; with DATABASE_URL unset it starts its own PostgreSQL."""

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
from typing import TYPE_CHECKING

from arena.embedded.binaries import NoDatabase
from arena.embedded.environment import data_folder, enter_embedded_mode
from arena.installation import APPS, command_name, read_version

if TYPE_CHECKING:
    from django.core.management import BaseCommand

# The process began about here: the CPU time that Python has used so far counts, too.
STARTED = monotonic() - process_time()
VERSION = {"version", "--version"}
# Commands that need no database must not start one.
WITHOUT_DATABASE = {"reset", "recompute", "rank", "help", *VERSION}
# Commands that may take minutes print how long they took in all, the start of the database included.
TIMED = {"audit", "import_votes", "refresh"}
# PostgreSQL's codes for a table and a column that do not exist.
UNPREPARED = {"42P01", "42703"}
# The disk is full, or the user's quota is used up.
FULL = {errno.ENOSPC, errno.EDQUOT}
NO_ROOM = ". Make room and run this again, or set EASEL_DATA_DIR to a folder with more."


def main() -> None:
    """Enter the embedded mode when no database is named, then hand over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "arena.settings")
    # A board needs many small matrices: more threads in the linear algebra double its CPU time and save no time.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    if sys.argv[1:2] == ["rank"]:
        _rank(sys.argv[2:])
        return
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


def _rank(arguments: Sequence[str]) -> None:
    """Rank files of votes. Django would take most of the time that a small file needs."""
    from arena.errors import DomainError
    from leaderboard.management.ranking.rank_files import run_alone

    try:
        run_alone(arguments, f"{command_name()} rank", sys.stdout, sys.stderr)
    except DomainError as error:
        sys.exit(f"easel: {error.message}")
    except OSError as error:
        sys.exit(f"easel: {error}{NO_ROOM if error.errno in FULL else ''}")
    except UnicodeEncodeError:
        sys.exit("easel: the given text is not valid UTF-8.")
    except KeyboardInterrupt:
        sys.exit("easel: interrupted.")


def needs_database(arguments: Sequence[str]) -> bool:
    """Tell whether these arguments need the database: they name a command that uses it, and do not ask for help."""
    if not arguments or arguments[0] in WITHOUT_DATABASE:
        return False
    options = takewhile(lambda each: each != "--", arguments)
    return not any(map(_asks_for_help, options)) and _is_command(arguments[0])


def _asks_for_help(option: str) -> bool:
    # argparse accepts the beginning of an option for the whole option, unless another option begins alike.
    return option == "-h" or (len(option) > 2 and "--help".startswith(option))


def _is_command(name: str) -> bool:
    """Tell whether this command exists. Django itself could say so only after reading its settings."""
    specs = [find_spec(app) for app in ("django.core", *APPS)]
    folders = [folder for spec in specs if spec for folder in spec.submodule_search_locations or []]
    return any(Path(folder, "management", "commands", f"{name}.py").exists() for folder in folders)


def _go_without_database() -> None:
    """Set what the settings require, for a command that uses neither a database nor a key."""
    os.environ.setdefault("SECRET_KEY", "only for commands that serve nothing and sign nothing")
    # An operator who names a database runs a server: the data folder belongs to that database.
    os.environ["EASEL_EMBEDDED"] = "0" if os.environ.get("DATABASE_URL") else "1"
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_URL") or "postgresql:///easel"


def _execute() -> None:
    """Run the command. What the machine or the operator prevents ends in one line and a non-zero status."""
    # What start-up creates lives until the process ends. Collecting garbage among it would take a third of the time of
    # a short command.
    gc.disable()
    atexit.register(gc.freeze)
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import BaseCommand, ManagementUtility
    from django.db import OperationalError, ProgrammingError

    class Utility(ManagementUtility):
        def fetch_command(self, subcommand: str) -> BaseCommand:
            command = super().fetch_command(subcommand)
            _check_settings_only(command)
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
        sys.exit("easel: the given text is not valid UTF-8.")
    except EOFError:
        sys.exit("easel: the command asked a question and got no answer; see --help for how to answer beforehand.")
    except KeyboardInterrupt:
        sys.exit("easel: interrupted.")
    except OperationalError as error:
        sys.exit(f"easel: the database does not answer as it should ({_one_line(error)}).")
    except ProgrammingError as error:
        if getattr(error.__cause__, "sqlstate", None) not in UNPREPARED:
            raise
        reason = _one_line(error)
        sys.exit(f"easel: the database is not prepared for this release ({reason}). Run {command_name()} prepare.")


def _check_settings_only(command: "BaseCommand") -> None:
    """Let a command of ours check what an operator may have set wrong, and not the code, which imports every page."""
    is_ours = type(command).__module__.startswith(("arena.", "leaderboard."))
    if is_ours and command.requires_system_checks == "__all__":
        command.requires_system_checks = ["easel"]


def _one_line(error: Exception) -> str:
    return str(error).partition("\nLINE ")[0].replace("\n", " ").strip()
