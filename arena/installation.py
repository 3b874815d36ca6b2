"""Where Easel's files are, in a checkout or installed from a wheel; its apps, its version, the name of its command."""

import sys
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
# Only a wheel has templates and catalogues of messages inside the package; in a checkout they stand beside it.
_WHEEL_TEMPLATES = BASE_DIR / "arena" / "templates"
IS_CHECKOUT = not _WHEEL_TEMPLATES.is_dir()
TEMPLATES = BASE_DIR / "templates" if IS_CHECKOUT else _WHEEL_TEMPLATES
LOCALE = TEMPLATES.with_name("locale")

# The command line looks for commands in these apps before it chooses a database, so before settings can be read.
APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "arena",
    "arena.process",
    "arena.accounts",
    "arena.admission",
    "arena.catalog",
    "arena.generation",
    "arena.voting",
    "leaderboard",
]


def default_data_folder() -> Path:
    """Return the data folder without EASEL_DATA_DIR: `var/` in a checkout, else `easel-data/` in the current folder."""
    return BASE_DIR / "var" if IS_CHECKOUT else Path.cwd() / "easel-data"


def command_name() -> str:
    """Return what people type before a command's name: `easel`, `python -m arena` or `manage.py`."""
    program = Path(sys.argv[0])
    if program.name == "__main__.py" and program.parent.name == "arena":
        return "python -m arena"
    return "manage.py" if IS_CHECKOUT else "easel"


@cache
def read_version() -> str:
    """Return Easel's version: `pyproject.toml` states it, and a wheel's metadata repeats it."""
    if not IS_CHECKOUT:
        return metadata.version("easel")
    with (BASE_DIR / "pyproject.toml").open("rb") as file:
        return str(tomllib.load(file)["project"]["version"])
