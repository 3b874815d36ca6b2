"""Names of the two sides as annotation programs write them."""

import re

_SIDE = re.compile(r"(?:[a-z]+[\s_-]*)?(?:(?P<left>1|a|left)|(?P<right>2|b|right))", re.IGNORECASE)


def name_side(label: str) -> str:
    """`left` or `right` for the first or second side, as `image_1` or `response-2`; any other label unchanged."""
    found = _SIDE.fullmatch(label.strip())
    return label if found is None else "left" if found["left"] else "right"
