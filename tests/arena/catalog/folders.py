"""A small valid catalogue folder of an operator, for tests to load and to break."""

from collections.abc import Callable
from typing import Any

from arena.catalog.models import (
    Axis,
    Category,
    Claim,
    Contender,
    Fact,
    ImageModel,
    Offering,
    Organization,
    Parameter,
    Price,
    Prompt,
    Provider,
)

TABLES = [
    Organization,
    Provider,
    Category,
    Axis,
    ImageModel,
    Fact,
    Parameter,
    Claim,
    Offering,
    Price,
    Contender,
    Prompt,
]
Edit = Callable[[str, str, str], None]

ORGANIZATIONS = """
[[organization]]
slug = "atelier"
name = "Atelier"
"""
PROVIDERS = """
[[provider]]
slug = "atelier-api"
name = "Atelier's API"
"""
CATEGORIES = """
[[category]]
slug = "tapestries"
name = "Tapestries"
criterion = "which one could be woven?"
"""
MODEL = """
slug = "weaver"
name = "Weaver"
organization = "atelier"
modalities = ["text-to-image"]

[[fact]]
key = "licence"
value = "Apache-2.0"
source = "https://example.org/weaver"
seen_on = 2026-11-01

[[fact]]
key = "max_size"
value = "2048x2048"
source = "https://example.org/weaver"
seen_on = 2026-11-01

[[claim]]
kind = "strength"
text = "Threads stay apart."
source = "https://example.org/weaver"
seen_on = 2026-11-01

[[offering]]
provider = "atelier-api"
model_id = "weaver-1"
price = [
{ item = "image", unit = "image", amount = "0.011", source = "https://a.test", seen_on = 2026-11-02 },
{ item = "image", unit = "image", quality = "high", amount = "0.052", source = "https://a.test", seen_on = 2026-11-02 },
]

[[contender]]
slug = "weaver-fine"
name = "Weaver, fine"
settings = { quality = "fine" }
offering = "atelier-api"
"""
PROMPTS = """
[[prompt]]
slug = "unicorn-in-wool"
title = "Unicorn in Wool"
text = "A tapestry of a unicorn among a thousand flowers."
category = "tapestries"
state = "play"
[prompt.scene]
objects = [{ kind = "horse", colour = "white" }]

[[prompt]]
slug = "harvest-in-wool"
title = "Harvest in Wool"
text = "A tapestry of a harvest, with the reapers' shadows woven in."
category = "tapestries"
state = "open"
"""
FILES = {
    "organizations.toml": ORGANIZATIONS,
    "providers.toml": PROVIDERS,
    "categories.toml": CATEGORIES,
    "models/weaver.toml": MODEL,
    "prompts/wool.toml": PROMPTS,
}


def everything() -> dict[str, list[dict[str, Any]]]:
    return {table.__name__: list(table._default_manager.order_by("pk").values()) for table in TABLES}
