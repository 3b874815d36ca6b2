"""The history of contenders on a board: their lines in all stored snapshots, each with its method."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from arena.catalog.models import Contender
from arena.errors import NotFound
from arena.voting.models import ImportedContender
from leaderboard.models import Standing
from leaderboard.queries.standings import BoardView

# A chart draws the last snapshot of each of this many equal spans of time, for each method separately.
SPANS = 240

_OF_EACH_SPAN = """
WITH history AS (
    SELECT snapshot.id, snapshot.computed_at, md5(snapshot.method::text) AS method,
        min(snapshot.computed_at) OVER () AS first, max(snapshot.computed_at) OVER () AS last
    FROM leaderboard_snapshot snapshot
    JOIN leaderboard_standing standing ON standing.snapshot_id = snapshot.id
    WHERE snapshot.board_id = %s AND (standing.contender_id = %s OR standing.imported_id = %s)
)
SELECT max(id) FROM history
GROUP BY method, CASE WHEN last > first
    THEN floor(%s * extract(epoch FROM computed_at - first) / extract(epoch FROM last - first)) END
"""


@dataclass(frozen=True)
class Named:
    """A contender of a ledger: one of the catalogue, or an imported one, which may be mapped to one."""

    slug: str
    name: str
    model_slug: str
    contender_id: int | None
    imported_id: int | None

    @property
    def chosen(self) -> Q:
        """The filter for its standings."""
        return Q(imported=self.imported_id) if self.imported_id else Q(contender=self.contender_id)


@dataclass(frozen=True)
class HistoryPoint:
    """A contender's line in one snapshot, with the snapshot's facts. Ratings of a thin contender are None.

    `parameters_hash` is over the whole method: points with different hashes cannot be compared. `moved` says whether
    the change since `baseline_at` is more than chance; None where that is not known.
    """

    snapshot: int
    computed_at: datetime
    position: int
    contender_slug: str
    method_name: str
    method_version: str
    parameters_hash: str
    level: str
    votes: int
    elo: float | None
    elo_low: float | None
    elo_high: float | None
    rank_low: int | None
    rank_high: int | None
    mu: float | None
    sigma: float | None
    conservative: float | None
    baseline_at: datetime | None
    elo_change: float | None
    elo_change_low: float | None
    elo_change_high: float | None
    moved: bool | None


def list_lines(board: BoardView, named: Named | None = None) -> QuerySet[Standing]:
    """The lines of one contender or of all on a board, newest snapshot first; `as_point` needs no further query."""
    if board.board_id is None:
        return Standing.objects.none()
    found = Standing.objects.filter(snapshot__board=board.board_id)
    chosen = found.filter(named.chosen) if named else found
    return chosen.select_related("snapshot", "contender", "imported").order_by("-snapshot_id", "pk")


def draw_points(board: BoardView, named: Named) -> tuple[HistoryPoint, ...]:
    """Points for a chart, oldest first: all points of a short history, about SPANS of a long one."""
    if board.board_id is None:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(_OF_EACH_SPAN, [board.board_id, named.contender_id, named.imported_id, SPANS])
        numbers = [number for (number,) in cursor.fetchall()]
    lines = list_lines(board, named).filter(snapshot__in=numbers)
    return tuple(as_point(line) for line in lines.order_by("snapshot_id"))


def find_named(ledger: str, slug: str) -> Named:
    """Return a contender of this ledger by slug, or by the label of an import. Raises NotFound."""
    # PostgreSQL refuses a zero byte in any text.
    slug = slug.replace("\0", "")
    imported = ImportedContender.objects.filter(ledger__slug=ledger, label=slug)
    for one in imported.select_related("contender__image_model")[:1]:
        model = one.contender.image_model.slug if one.contender else ""
        return Named(slug, one.label, model, None, one.pk)
    for contender in Contender.objects.filter(slug=slug).select_related("image_model")[:1]:
        return Named(slug, contender.name, contender.image_model.slug, contender.pk, None)
    raise NotFound(_("There is no contender “{slug}” here.").format(slug=slug))


def as_point(standing: Standing) -> HistoryPoint:
    """One line with its snapshot's facts."""
    snapshot = standing.snapshot
    return HistoryPoint(
        snapshot=snapshot.pk,
        computed_at=snapshot.computed_at,
        position=snapshot.position,
        contender_slug=standing.slug,
        method_name=snapshot.method["name"],
        method_version=snapshot.method.get("version", ""),
        parameters_hash=hash_method(snapshot.method),
        level=standing.level,
        votes=standing.votes,
        elo=standing.elo,
        elo_low=standing.elo_low,
        elo_high=standing.elo_high,
        rank_low=standing.rank_low,
        rank_high=standing.rank_high,
        mu=standing.mu,
        sigma=standing.sigma,
        conservative=standing.conservative,
        baseline_at=snapshot.baseline_at,
        elo_change=standing.elo_change,
        elo_change_low=standing.elo_change_low,
        elo_change_high=standing.elo_change_high,
        moved=standing.moved,
    )


def hash_method(method: Mapping[str, Any]) -> str:
    """The first twelve digits of the SHA-256 of a method's record as canonical JSON."""
    return hashlib.sha256(json.dumps(method, sort_keys=True, separators=(",", ":")).encode()).hexdigest()[:12]


def name_methods(points: Sequence[HistoryPoint]) -> dict[str, str]:
    """The name of each method of some points, by hash: its version, plus part of the hash if a version has several."""
    versions = {point.parameters_hash: point.method_version for point in points}
    several = list(versions.values())
    return {
        key: version if several.count(version) == 1 else f"{version} · {key[:6]}" for key, version in versions.items()
    }
