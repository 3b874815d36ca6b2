"""Has the boards of categories in a language computed for whoever weighs them."""

from leaderboard.computing.on_demand import open_board
from leaderboard.queries.choosing.reader_wishes import Wishes


def open_category_boards(wishes: Wishes) -> bool:
    """Ask for those that the wishes weigh, if they name a language; tell whether one has nothing to read yet.

    Raises NotFound for an unknown ledger, category or language.
    """
    if not wishes.language:
        return False
    opened = [
        open_board(ledger=wishes.ledger, modality=wishes.modality, category=slug, language=wishes.language)
        for slug in wishes.weights
    ]
    return any(board.is_promised for board in opened)
