"""What a page may know of a matchup before the vote. No field could name a model: a leak would be a type error."""

from dataclasses import dataclass

from django.urls import reverse

from arena.catalog.models import Modality
from arena.catalog.reasons import Reason
from arena.generation.ingest.picture_widths import AtEveryWidth
from arena.generation.ingest.public_sources import NO_SOURCES, PromptSources, PublicSource
from arena.generation.ingest.renditions import WIDTHS, Frame


@dataclass(frozen=True)
class BlindImage(AtEveryWidth):
    """One side's image, under a handle minted for this matchup; its frame is the size of the prompt's first source."""

    handle: str
    frame: Frame | None = None

    def url(self, width: int) -> str:
        return reverse("vote-image", kwargs={"handle": self.handle, "width": width})


@dataclass(frozen=True)
class BlindMatchup:
    """A matchup as its voter sees it. `language` is the prompt's; `expires_in` counts seconds from the response.

    `reasons` are those that the category offers, whoever made the images. `sources` are the pictures that an edit was
    made from: they belong to the prompt, and are public.
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
    modality: str = Modality.TEXT_TO_IMAGE.value
    sources: PromptSources = NO_SOURCES
    widths: tuple[int, ...] = WIDTHS

    @property
    def source(self) -> PublicSource | None:
        """The picture that was to be edited; None unless this is an edit."""
        return self.sources.pictures[0] if self.sources.pictures else None

    @property
    def is_wide(self) -> bool:
        """Whether the pictures of an edit are clearly wider than tall, so that a narrow screen stacks them."""
        return self.source is not None and self.source.width * 4 > self.source.height * 5
