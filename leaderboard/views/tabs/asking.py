"""What a tab of a board is given: the board, the reader's choices, and the query that they came in."""

from dataclasses import dataclass

from django.http import QueryDict
from django.urls import reverse

from leaderboard.presentation.board_address import BoardAddress
from leaderboard.queries.audits import AuditView
from leaderboard.queries.standings import BoardView


@dataclass(frozen=True)
class Asked:
    """A board as it was asked for. `query` also has what only a tab reads, such as a contender or a page.

    `audit` is that of the board, or None.
    """

    board: BoardView
    address: BoardAddress
    query: QueryDict
    usual_ledger: str
    audit: AuditView | None = None

    @property
    def tells_offers(self) -> bool:
        """Whether prices and times are known: not of imported contenders that stand for no model here."""
        return not self.board.origin or any(row.model_slug for row in self.board.rows)

    @property
    def model_query(self) -> str:
        """The query of links to models: contenders of an imported ledger are on its boards only."""
        return f"?ledger={self.address.ledger}" if self.address.ledger and not self.board.origin else ""

    def board_query(self) -> str:
        """The API's query for the same board."""
        return self.address.api_query(ledger=self.board.ledger_slug)

    def rows_query(self, *, rated: bool = False) -> str:
        """The API's query for the same rows of the same board, or for those of them that are rated."""
        hidden = self.address
        level = hidden.level or ("preliminary" if rated else "")
        chosen = {"level": level, "organization": hidden.organization, "max_price": hidden.max_price}
        chosen |= {"search": hidden.q, "sort": hidden.sort}
        return self.address.api_query(ledger=self.board.ledger_slug, **chosen)

    def api_url(self, name: str, **more: str) -> str:
        """The address of the same board in the API."""
        return f"{reverse(name)}?{self.address.api_query(ledger=self.board.ledger_slug, **more)}"
