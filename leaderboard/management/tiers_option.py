"""The option that says whose votes count: those of official tiers, or all."""

from argparse import ArgumentParser

from leaderboard.ratings.parameters import Method


def add_tiers_option(parser: ArgumentParser) -> None:
    """Declare `--tiers`."""
    parser.add_argument(
        "--tiers",
        choices=["official", "all"],
        default="official",
        help="official (the default): only votes of official tiers count; all: the others, too, with little weight. "
        "Votes of which no tier is known are official",
    )


def choose_tiers(method: Method, tiers: str) -> Method:
    """The method for official votes, or for all."""
    return method.for_official() if tiers == "official" else method
