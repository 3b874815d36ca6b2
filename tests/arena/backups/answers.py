"""Addresses of the API that must give the same in a release as in the one before, and what to compare of them."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Mapping
from itertools import product
from typing import Any

from django.test import Client

from leaderboard.presentation.tables.board_tables import BOARD_COLUMNS

LEDGERS = ("native", "demonstration", "votes-from-elsewhere")
SLICES = ("", "&category=food", "&category=animals", "&language=en", "&at=1")
BY_BOARD = ("standings/", "standings.csv", "audits/", "pairs/", "pairs.csv", "history/")
LISTS = ("boards/", "snapshots/")
PARTS = ("", "dictionary/", "entries/?format=csv", "entries/?format=jsonl")
CATALOGUE = (
    "models", "contenders", "organizations", "categories", "prompts", "ledgers", "models/linden", "contenders/linden",
)  # fmt: skip
OF_TEXT = "?modality=text-to-image&ledger="
ADDRESSES = [
    *(f"/api/v1/{name}{OF_TEXT}{ledger}{part}" for name, ledger, part in product(BY_BOARD, LEDGERS, SLICES)),
    *(f"/api/v1/{name}{OF_TEXT}{ledger}" for name, ledger in product(LISTS, LEDGERS)),
    *(f"/api/v1/ledgers/{ledger}/{part}" for ledger, part in product(LEDGERS, PARTS)),
    *(f"/api/v1/{name}/" for name in CATALOGUE),
    "/api/v1/prompts/?state=open", "/methodology/source/bradley_terry.py", "/methodology/source/votelog.py",
]  # fmt: skip
# These depend on the clock: when a refresh is due, and which models have been shut down.
_CLOCKS = {"next_at", "retired"}
# These columns of standings and fields of the catalogue came after the previous release.
_NEW = {
    "matchups_shown", "matchups_reported", "reported_rate", "images", "images_hidden", "hidden_rate",
    "calls", "last_call", "refusal_rate", "failure_rate", "p95_seconds", "median_queue_seconds", "p95_queue_seconds",
    "cost_per_image", "prompts_covered", "prompts_wanted",
    "series", "step", "claimed_by_imports", "source_images", "mask_outline", "axes", "axes_hash",
    "effective_voters", "effective_prompts", "tiers",
}  # fmt: skip
# Since then, a board's votes and voters have names of their own, and answers lead to more.
_RENAMED = {"board_votes": "votes", "board_voters": "voters"}
_ADDED = {"links"}
# Fields that came after it to rows that are known by one of them.
_NEW_BESIDE = {
    "contender_count": {
        "contender_count", "status", "released", "price", "board_modality", "best_slug", "best_name", "level",
        "rank_low", "rank_high", "elo", "elo_low", "elo_high",
    },
    "settings_hash": {"settings_hash", "provider_name", "model_id"},
    "meaning": {"unit"},
}  # fmt: skip
_OF_BOARDS = {name for name, _kind in BOARD_COLUMNS}


def digest_answers() -> dict[str, str]:
    """The status of each address, with the SHA-256 of its answer without what depends on the clock."""
    client = Client()
    return {
        # Boards without votes are listed for who asks for them.
        address: _digest(address, client.get(f"{address}&empty=1" if "/boards/" in address else address))
        for address in ADDRESSES
    }


def _digest(address: str, response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if response["Content-Type"] == "application/json" and _is_of_today(json.loads(content)):
        content = b""
    elif response["Content-Type"] == "application/json":
        content = json.dumps(_as_before(_without_clocks(json.loads(content))), ensure_ascii=False).encode()
    if "/standings.csv" in address and response.status_code == 200:
        content = _without_new_columns(content.decode()).encode()
    # The engine's source may change: it is enough that it is shown. Pairs now come from both sides, and shares rounded.
    if "/source/" in address or ("/pairs" in address and response.status_code == 200):
        content = b""
    return f"{response.status_code} {hashlib.sha256(content).hexdigest()}"


def _without_new_columns(text: str) -> str:
    kept = io.StringIO()
    rows = csv.DictReader(io.StringIO(text))
    names = [name for name in rows.fieldnames or () if name not in _NEW | _OF_BOARDS]
    writer = csv.DictWriter(kept, names, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=_by_elo))
    return kept.getvalue()


def _is_of_today(answer: Any) -> bool:
    """A board without votes tells the method by which it would be computed, which is that of the release."""
    return isinstance(answer, dict) and "standings" in answer and answer["snapshot"] is None


def _by_elo(row: Mapping[str, Any]) -> tuple[Any, ...]:
    """Rows were in the order of Elo; now they are in that of the page."""
    return row["rank_elo"] in (None, ""), int(row["rank_elo"] or 0), row["contender_name"], row["contender_slug"]


def _as_before(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_before(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "standings" in value:
        value["standings"].sort(key=_by_elo)
    if value.get("next"):
        value["next"] = re.sub(r"cursor=[^&]*", "offset=100", value["next"])
    if "canonical_json" in value:
        value["canonical_json"] = re.sub(r" In a CSV, an apostrophe .* before hashing\.", "", value["canonical_json"])
    return {_RENAMED.get(name, name): _as_before(each) for name, each in value.items() if name not in _ADDED}


def _without_clocks(value: Any) -> Any:
    if isinstance(value, dict):
        new = _CLOCKS | _NEW | set().union(*(names for known, names in _NEW_BESIDE.items() if known in value))
        return {name: _without_clocks(each) for name, each in value.items() if name not in new}
    return [_without_clocks(each) for each in value] if isinstance(value, list) else value
