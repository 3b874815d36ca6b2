"""The tokens that an image of a contender took, as its provider counted them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from arena.generation.calls.prices import MILLION, TOKEN_ITEMS

# Calls of one modality: an edit is sent pictures, which count.
_MEANS = """
SELECT g.contender_id, count(*), {columns}
FROM generation_generation g JOIN generation_image i ON i.generation_id = g.id
JOIN catalog_prompt p ON p.id = g.prompt_id JOIN catalog_category c ON c.id = p.category_id
WHERE g.state = 'done' AND g.contender_id = ANY(%s) AND c.modality = %s
    AND jsonb_typeof(i.provenance -> 'usage') = 'object'
GROUP BY g.contender_id
""".format(
    columns=", ".join(
        f"avg(coalesce((i.provenance #>> '{{usage,{details},{kind}}}')::numeric, 0))"
        for details, kind, _ in TOKEN_ITEMS
    )
)


@dataclass(frozen=True)
class TokenUsage:
    """The mean number of tokens of `images` images by the catalogue's item."""

    images: int
    tokens: Mapping[str, Decimal]

    def cost(self, rates: Mapping[str, Decimal]) -> Decimal | None:
        """Return what one image costs at these prices of a million tokens; None if one that is needed is missing."""
        used = {item: count for item, count in self.tokens.items() if count}
        if "image_output" not in used or not used.keys() <= rates.keys():
            return None
        return sum((rates[item] * count / MILLION for item, count in used.items()), Decimal(0))


def read_token_usage(contenders: Iterable[int], *, modality: str) -> dict[int, TokenUsage]:
    """Return the usage of contenders by key; without those whose providers count none. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_MEANS, [list(contenders), modality])
        rows = cursor.fetchall()
    items = [item for _, _, item in TOKEN_ITEMS]
    return {key: TokenUsage(images, dict(zip(items, means, strict=True))) for key, images, *means in rows}
