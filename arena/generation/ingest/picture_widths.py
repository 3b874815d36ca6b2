"""The addresses of a picture that pages show at each of the WIDTHS."""

from abc import ABC, abstractmethod

from arena.generation.ingest.renditions import WIDTHS, Frame, box_size, detail_width


class AtEveryWidth(ABC):
    """A picture with an address for each width, in a box of its frame's shape."""

    @property
    @abstractmethod
    def frame(self) -> Frame | None:
        """The size whose shape its box has; None for a square."""

    @abstractmethod
    def url(self, width: int) -> str:
        """Return the address of one of the WIDTHS, or of the detail rendition."""

    @property
    def src(self) -> str:
        """The address for a browser that chooses no width: the largest."""
        return self.url(max(WIDTHS))

    @property
    def detail(self) -> str:
        """The address for looking closely. Where there is no detail rendition, it serves the widest there is."""
        return self.url(detail_width())

    @property
    def srcset(self) -> str:
        """All widths, as an image's `srcset` attribute."""
        return ", ".join(f"{self.url(width)} {box_size(width, self.frame)[0]}w" for width in WIDTHS)

    @property
    def box(self) -> Frame:
        """The pixels of its widest usual rendition."""
        return box_size(max(WIDTHS), self.frame)
