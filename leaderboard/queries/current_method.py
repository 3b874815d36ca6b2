"""The method with which this arena rates: the built-in one with the thresholds of the settings."""

from dataclasses import replace

from django.conf import settings

from arena.voting.models import Ledger, LedgerOrigin
from leaderboard.ratings.parameters import METHOD, Method, Thresholds
from leaderboard.votefiles.vote_files import suit_method


def current_method() -> Method:
    """Return METHOD with THIN_VOTES and the PRELIMINARY_* settings as its thresholds."""
    return replace(
        METHOD,
        thresholds=Thresholds(
            thin_votes=settings.THIN_VOTES,
            established_votes=settings.PRELIMINARY_VOTES,
            established_voters=settings.PRELIMINARY_VOTERS,
        ),
    )


def method_of(ledger: Ledger) -> Method:
    """Return the method for a ledger; an imported one is clustered only by what its file named, voters or prompts."""
    origin = LedgerOrigin.objects.filter(ledger=ledger).first()
    return current_method() if origin is None else suit_method(current_method(), origin.columns)


def name_thresholds() -> str:
    """Return the thresholds in force as settings for a command line: other values give other result hashes."""
    names = ("THIN_VOTES", "PRELIMINARY_VOTES", "PRELIMINARY_VOTERS")
    return " ".join(f"{name}={getattr(settings, name)}" for name in names)
