"""Files with a profile of shares, in TOML or JSON, as operators write them and an arena exports its own."""

import json
import tomllib
from pathlib import Path
from typing import Any

from leaderboard.ratings.columns.shares import BadShares, Shares


def read_shares(path: Path) -> Shares:
    """Read `name`, `shares.<kind>.<stratum> = <number>` and `voters.<group> = [<voter>, …]`. Raises BadShares.

    A `hash` beside them must be that of the profile.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadShares(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadShares("is no text in UTF-8") from error
    try:
        found = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except ValueError as error:
        raise BadShares(f"is neither TOML nor JSON: {error}") from error
    unknown = sorted(set(found) - {"name", "shares", "voters", "hash"})
    if unknown:
        raise BadShares(f"has {unknown[0]!r}, but only `name`, `shares`, `voters` and `hash` have a meaning")
    shares = Shares.from_numbers(found.get("name", path.stem), found.get("shares"), found.get("voters", {}))
    if found.get("hash", shares.hash) != shares.hash:
        raise BadShares(f"its hash is {shares.hash}, not the {found['hash']} that it states")
    return shares


def write_shares(shares: Shares) -> dict[str, Any]:
    """Return the profile in the form that `read_shares` reads; shares are in millionths."""
    stated: dict[str, Any] = {"name": shares.name, "hash": shares.hash, "shares": {}}
    stated["shares"] = {kind: dict(own) for kind, own in shares.parts.items()}
    voters = {group: list(named) for group, named in shares.members.items()}
    return stated | ({"voters": voters} if voters else {})
