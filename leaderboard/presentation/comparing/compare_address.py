"""The address of a comparison: two contenders in the order of their slugs, or up to four in the reader's order."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

MOST_COMPARED = 4


def compare_url(slugs: Sequence[str], *, query: Sequence[tuple[str, str]] = ()) -> str:
    """Return the address that compares these contenders; empty choices of the query are left out.

    Two contenders have an address of their own. Labels of an imported ledger may hold anything, so theirs are asked
    for by query.
    """
    chosen = [(name, value) for name, value in query if value]
    if len(slugs) == 2 and all(_fits_path(slug) for slug in slugs):
        path = reverse("compare-pair", args=sorted(slugs))
    else:
        path, chosen = reverse("compare"), [*(("m", slug) for slug in slugs), *chosen]
    return f"{path}?{urlencode(chosen)}" if chosen else path


def _fits_path(slug: str) -> bool:
    return slug.isascii() and slug.replace("-", "").replace("_", "").isalnum()
