"""What is said of a picture that is refused, as a message and what stands in it: pages say it in any language."""

from dataclasses import dataclass, field

from arena.errors import DomainError

Value = str | int | float


@dataclass(frozen=True)
class Said:
    """A whole message in English with named placeholders, and their values."""

    message: str
    values: dict[str, Value] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return it in English."""
        shown = {name: _write(value) for name, value in self.values.items()}
        return self.message.format(**shown)


class BadImage(DomainError):
    """The bytes are not an image that Easel accepts; `said` says why, and `message` says it in English."""

    code = "bad_image"

    def __init__(self, said: Said) -> None:
        super().__init__(str(said))
        self.said = said

    def __reduce__(self) -> tuple[type["BadImage"], tuple[Said]]:
        """Come whole out of another process."""
        return BadImage, (self.said,)


def gettext_noop(message: str, **values: Value) -> Said:
    """Mark a message for translation; `arena.languages.written_messages` writes it in the reader's language."""
    return Said(message, values)


def _write(value: Value) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
