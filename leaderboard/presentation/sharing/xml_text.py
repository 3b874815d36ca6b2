"""Text as XML can hold it: feeds and badges are read by parsers that refuse a whole file for one character."""

import re

_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def legible(text: str) -> str:
    """Return the text with a replacement character for each that XML does not allow."""
    return _REFUSED.sub("\ufffd", text)
