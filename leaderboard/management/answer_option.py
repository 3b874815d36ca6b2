"""The option that tells a command what the answers in a file of votes mean."""

from argparse import ArgumentParser, ArgumentTypeError

from leaderboard.ratings.columns.votelog import OUTCOMES


def add_answer_option(parser: ArgumentParser) -> None:
    """Add `--answer LABEL=OUTCOME`; its value is a list of such pairs."""
    parser.add_argument(
        "--answer", type=_read_pair, action="append", default=[], metavar="LABEL=OUTCOME",
        help=f"what an unknown answer of the file means: {', '.join(OUTCOMES[:-1])} or {OUTCOMES[-1]}; "
        "=tie for an empty one; may repeat",
    )  # fmt: skip


def _read_pair(text: str) -> tuple[str, str]:
    label, equals, outcome = text.rpartition("=")
    if not equals or outcome not in OUTCOMES:
        raise ArgumentTypeError(f"{text!r} is not LABEL=OUTCOME with one of {', '.join(OUTCOMES)}")
    return label, outcome
