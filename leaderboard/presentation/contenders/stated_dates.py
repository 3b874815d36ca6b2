"""Dates that sources state, in the reader's language: a day, or a month of which the day is not known."""

from arena.languages.written_figures import write_day, write_month
from leaderboard.queries.model_pages.release_dates import ReleaseDate, read_stated_date


def write_release(released: ReleaseDate) -> str:
    """Write a day, or its month if the day is not known."""
    return write_month(released.day) if released.is_month else write_day(released.day)


def write_fact(key: str, value: str) -> str:
    """Write a fact's value: a date as dates are written, everything else as the source has it."""
    stated = read_stated_date(value) if key.endswith("_on") else None
    return write_release(stated) if stated else value
