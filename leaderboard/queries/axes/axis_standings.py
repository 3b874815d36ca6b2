"""A model's capability profile: where its contenders stand on every board by axis of a modality."""

from dataclasses import dataclass

from leaderboard.models import Standing
from leaderboard.queries.axes.axis_maps import list_axes
from leaderboard.queries.slices import find_ledger
from leaderboard.queries.snapshots import newest_by_axis
from leaderboard.queries.standings import read_line
from leaderboard.ratings.results import Line


@dataclass(frozen=True)
class AxisLine:
    """A contender's line on one board by axis; both are None where there is no board yet, or no vote on it there."""

    axis: str
    name: str
    snapshot_id: int | None
    line: Line | None


@dataclass(frozen=True)
class CapabilityProfile:
    """A contender's lines on the boards by axis of a modality, in the axes' order."""

    contender_slug: str
    contender_name: str
    lines: tuple[AxisLine, ...]

    @property
    def votes(self) -> int:
        """All votes on it, each counted once per axis that its prompt tests."""
        return sum(one.line.votes for one in self.lines if one.line)


def read_profiles(*, ledger: str, model: str, modality: str) -> tuple[CapabilityProfile, ...]:
    """Return the profile of each contender of a model with votes on some axis, the one with most votes first.

    Raises NotFound for an unknown ledger. The number of queries does not grow with the contenders.
    """
    source = find_ledger(ledger)
    snapshots = newest_by_axis(source, modality=modality)
    chosen = Standing.objects.filter(snapshot__in=snapshots.values(), contender__image_model__slug=model)
    found: dict[tuple[str, str], dict[str, Standing]] = {}
    for standing in chosen.select_related("contender", "snapshot__board"):
        if standing.contender:
            named = (standing.contender.slug, standing.contender.name)
            found.setdefault(named, {})[standing.snapshot.board.slice_value] = standing
    axes = list_axes(source, modality)
    profiles = [
        CapabilityProfile(slug, name, tuple(_line(axis, title, lines.get(axis)) for axis, title in axes.items()))
        for (slug, name), lines in found.items()
    ]
    return tuple(sorted(profiles, key=lambda profile: (-profile.votes, profile.contender_name)))


def _line(axis: str, name: str, standing: Standing | None) -> AxisLine:
    if standing is None:
        return AxisLine(axis, name, None, None)
    return AxisLine(axis, name, standing.snapshot_id, read_line(standing))
