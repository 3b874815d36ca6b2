"""The option that rates only votes of official tiers."""

from argparse import ArgumentParser

from arena.errors import DomainError
from leaderboard.ratings.parameters import Method


def add_official_option(parser: ArgumentParser) -> None:
    """Declare `--official`."""
    parser.add_argument(
        "--official", action="store_true", help="only votes of official tiers, as on a board called Official"
    )


def choose_voters(method: Method, *, official: bool) -> Method:
    """The method for all votes, or for official ones alone. Raises DomainError where the method knows no tiers."""
    if official and not method.limits:
        raise DomainError(f"--official: method version {method.version} knows no tiers. Leave one of the two out.")
    return method.for_official() if official else method
