"""The method with which this arena rates: the built-in one with the thresholds of the settings."""

from dataclasses import replace

from django.conf import settings

from arena.voting.models import Ledger, LedgerOrigin, Tier
from leaderboard.ratings.parameters import METHOD, Method, Thresholds
from leaderboard.votefiles.vote_files import suit_method


def current_method() -> Method:
    """Return METHOD with THIN_VOTES and the PRELIMINARY_* settings as its thresholds, and OFFICIAL_TIERS.

    Votes from before tiers were recorded are official, too.
    """
    return replace(
        METHOD,
        thresholds=Thresholds(
            thin_votes=settings.THIN_VOTES,
            established_votes=settings.PRELIMINARY_VOTES,
            established_voters=settings.PRELIMINARY_VOTERS,
        ),
        influence=replace(METHOD.influence, official=("", *official_tiers())),
    )


def official_tiers() -> tuple[str, ...]:
    """Return the tiers whose votes official boards count, in the order of what is known of their voters."""
    return tuple(tier for tier in Tier.values if tier in settings.OFFICIAL_TIERS)


def has_two_kinds(ledger: Ledger) -> bool:
    """Tell whether a ledger's boards count official votes only, so that beside each there is one of all votes.

    Of imported ledgers that is so of those whose file named tiers.
    """
    if len(official_tiers()) == len(Tier.values):
        return False
    origin = getattr(ledger, "origin", None) if ledger.kind == Ledger.Kind.IMPORTED else None
    return ledger.kind == Ledger.Kind.NATIVE or (origin is not None and "tier" in origin.columns)


def method_of(ledger: Ledger, *, tiers: str = "") -> Method:
    """Return the method for a ledger's official boards, or for those of all votes.

    An imported ledger is clustered only by what its file named, voters or prompts.
    """
    current = current_method()
    method = current.for_official() if has_two_kinds(ledger) and not tiers else current
    origin = LedgerOrigin.objects.filter(ledger=ledger.pk).first()
    return method if origin is None else suit_method(method, origin.columns)


def name_thresholds() -> str:
    """Return thresholds and official tiers as settings for a command line: other values give other result hashes."""
    names = ("THIN_VOTES", "PRELIMINARY_VOTES", "PRELIMINARY_VOTERS")
    thresholds = " ".join(f"{name}={getattr(settings, name)}" for name in names)
    return f"{thresholds} OFFICIAL_TIERS={','.join(official_tiers())}"
