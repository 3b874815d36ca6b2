"""What a page may know of a matchup before the vote. No field could name a model: a leak would be a type error."""

from dataclasses import dataclass

from django.urls import reverse

from arena.catalog.reasons import Reason
from arena.generation.ingest.renditions import WIDTHS, detail_width


@dataclass(frozen=True)
class BlindImage:
    """One side's image, under a handle minted for this matchup."""

    handle: str

    def url(self, width: int) -> str:
        """Return the address of one of the WIDTHS, or of the detail rendition."""
        return reverse("vote-image", kwargs={"handle": self.handle, "width": width})

    @property
    def src(self) -> str:
        """The address for a browser that chooses no width: the largest."""
        return self.url(max(WIDTHS))

    @property
    def detail(self) -> str:
        """The address for looking closely. Where the pair has no detail renditions, it serves the widest there is."""
        return self.url(detail_width())

    @property
    def srcset(self) -> str:
        """All widths, as an image's `srcset` attribute."""
        return ", ".join(f"{self.url(width)} {width}w" for width in WIDTHS)


@dataclass(frozen=True)
class BlindMatchup:
    """A matchup as its voter sees it. `language` is the prompt's; `expires_in` counts seconds from the response.

    `reasons` are those that the category offers, whoever made the images.
    """

    id: str
    prompt_title: str
    prompt_text: str
    language: str
    category_slug: str
    category_name: str
    criterion: str
    reasons: tuple[Reason, ...]
    left_image: BlindImage
    right_image: BlindImage
    expires_in: int
    widths: tuple[int, ...] = WIDTHS
