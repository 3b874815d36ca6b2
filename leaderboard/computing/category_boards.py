"""Has the boards of categories in a language computed for whoever weighs them."""

from leaderboard.computing.on_demand import ask_for_boards
from leaderboard.queries.choosing.reader_wishes import Wishes
from leaderboard.queries.slices import find_categories, find_ledger


def open_category_boards(wishes: Wishes) -> bool:
    """Ask for those that the wishes weigh, if they name a language; tell whether one has nothing to read yet.

    Raises NotFound for an unknown ledger, category or language.
    """
    if not wishes.language or not wishes.weights:
        return False
    ledger = find_ledger(wishes.ledger)
    boards = find_categories(
        ledger=ledger, modality=wishes.modality, categories=wishes.weights, language=wishes.language
    )
    return ask_for_boards(ledger=ledger, keys=[board.key for board in boards.values()])
