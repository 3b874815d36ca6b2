"""What a reader chose of a model's pictures, and the address that says so."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from leaderboard.queries.model_pages.picture_records import OUTCOMES


@dataclass(frozen=True)
class GalleryChoice:
    """Empty values mean no choice; `ledger` and `modality` are kept in addresses.

    `all` shows all pictures instead of examples.
    """

    ledger: str = ""
    modality: str = ""
    category: str = ""
    outcome: str = ""
    all: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether only some pictures were asked for."""
        return bool(self.category or self.outcome)

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The choices by their names in the address."""
        named = (
            ("ledger", self.ledger),
            ("modality", self.modality),
            ("category", self.category),
            ("outcome", self.outcome),
        )
        return [(name, value) for name, value in (*named, ("pictures", self.all)) if value]

    @property
    def start(self) -> str:
        """The address's query that pages of the gallery are added to; empty without choices."""
        return f"?{urlencode(self.kept)}" if self.kept else ""

    @property
    def url(self) -> str:
        return f"{self.start or '?'}#gallery"

    def but(self, **changes: str) -> "GalleryChoice":
        """The same with some choices changed."""
        return replace(self, **changes)


def read_gallery_choice(query: QueryDict, *, ledger: str, modality: str, categories: Collection[str]) -> GalleryChoice:
    """Read a query as a browser sends it; what cannot be chosen is dropped. A page or a filter shows all pictures."""
    category, outcome = query.get("category", ""), query.get("outcome", "")
    choice = GalleryChoice(
        ledger, modality, category if category in categories else "", outcome if outcome in OUTCOMES else ""
    )
    is_all = query.get("pictures") == "all" or "page" in query or choice.is_narrowed
    return choice.but(all="all") if is_all else choice
