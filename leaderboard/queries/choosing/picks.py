"""Which contender is the best for a reader: ordered by the chance of being it under the reader's weights."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations

from arena.catalog.models import Contender
from arena.languages.catalogue_names import translated
from arena.voting.models import Ledger
from leaderboard.models import Snapshot, Standing
from leaderboard.queries.choosing.evidence import Evidence, read_evidence
from leaderboard.queries.choosing.reader_wishes import Wishes
from leaderboard.queries.choosing.suitability import Suitability, judge_contenders
from leaderboard.queries.figures import Reliability
from leaderboard.queries.slices import TitledBoard, find_categories, find_ledger, find_slice, list_slices
from leaderboard.queries.snapshots import latest_snapshots
from leaderboard.ratings.joint.combining import NORMAL_95, Combined
from leaderboard.ratings.joint.weighing import Weighed, combine_boards
from leaderboard.ratings.publishing import round_published


@dataclass(frozen=True)
class WeighedBoard:
    """A board, how much it counts, and the snapshot that was read (None: it has no votes yet).

    `slug` is its category's; empty for the board of all categories.
    """

    slug: str
    board: TitledBoard
    weight: int
    snapshot: Snapshot | None


@dataclass(frozen=True)
class Pick:
    """A contender that meets all wishes.

    `chance` is that of no other pick being better. `elo` is the weighted mean of the boards' Elo with its comparison
    interval. `behind` is the gap to the first pick with its 95 % interval; all three are 0 for that one itself.
    `price` is USD per image.
    """

    contender_slug: str
    contender_name: str
    model_slug: str
    organization_name: str
    chance: float
    elo: float
    elo_low: float
    elo_high: float
    behind: float
    behind_low: float
    behind_high: float
    price: Decimal | None
    price_source: str
    reliability: Reliability

    @property
    def as_good(self) -> bool:
        """Whether it may be as good as the first pick, or better, within what the votes tell."""
        return self.behind_low <= 0

    @property
    def price_per_thousand(self) -> Decimal | None:
        return None if self.price is None else 1000 * self.price


@dataclass(frozen=True)
class LeftOut:
    """A contender that is not chosen from, and why: codes of unmet wishes, and boards that lack votes on it."""

    contender_slug: str
    contender_name: str
    model_slug: str
    unmet: tuple[str, ...]
    lacking: tuple[str, ...]


@dataclass(frozen=True)
class Choice:
    """Picks by falling chance, the others by name, and the boards that count."""

    ledger: Ledger
    boards: tuple[WeighedBoard, ...]
    picks: tuple[Pick, ...]
    left_out: tuple[LeftOut, ...]


def list_choosable(*, ledger: str, modality: str) -> tuple[TitledBoard, ...]:
    """Return the boards of categories that a reader can weigh. Raises NotFound for an unknown ledger."""
    source = find_ledger(ledger)
    computed = latest_snapshots(source, modality=modality)
    listed = list_slices(ledger=source, modality=modality, computed=computed)
    return tuple(each for each in listed if each.key.slice == "category" and each.key in computed)


def choose_contender(wishes: Wishes) -> Choice:
    """Weigh the boards, and order the contenders that meet the wishes.

    Without weights there is one board: that of all categories, which count alike there. Boards without votes do not
    count. Raises NotFound for an unknown ledger, category or language.
    """
    ledger = find_ledger(wishes.ledger)
    wanted = wishes.weights or {"": 1}
    modality, language = wishes.modality, wishes.language or None
    if wishes.weights:
        boards = find_categories(ledger=ledger, modality=modality, categories=wishes.weights, language=language)
    else:
        boards = {"": find_slice(ledger=ledger, modality=modality, category=None, language=language)}
    told = read_evidence(ledger=ledger, keys=[board.key for board in boards.values()])
    weighed = tuple(
        WeighedBoard(slug, boards[slug], weight, told[boards[slug].key].snapshot if boards[slug].key in told else None)
        for slug, weight in wanted.items()
    )
    counted = [(each, told[each.board.key]) for each in weighed if each.snapshot]
    return Choice(ledger, weighed, *_sort_out(counted, wishes))


def _sort_out(
    counted: Sequence[tuple[WeighedBoard, Evidence]], wishes: Wishes
) -> tuple[tuple[Pick, ...], tuple[LeftOut, ...]]:
    lines: dict[str, Standing] = {}
    for _, evidence in counted:
        lines |= evidence.lines
    known = {slug: _contender(line) for slug, line in lines.items()}
    judged = judge_contenders((each for each in known.values() if each is not None), wishes)
    nothing = Suitability(None, "", Reliability(), _unknown(wishes))
    suitable = {slug: judged[each.pk] if each is not None else nothing for slug, each in known.items()}
    lacking = {
        slug: tuple(each.board.title for each, evidence in counted if slug not in evidence.errors.names)
        for slug in lines
    }
    chosen = sorted(slug for slug in lines if not suitable[slug].unmet and not lacking[slug])
    left_out = [
        LeftOut(slug, _name(lines[slug]), _model(known[slug]), suitable[slug].unmet, lacking[slug])
        for slug in lines
        if slug not in chosen
    ]
    picks = _pick(chosen, counted, lines, suitable) if chosen else ()
    return picks, tuple(sorted(left_out, key=lambda each: each.contender_name.casefold()))


def _unknown(wishes: Wishes) -> tuple[str, ...]:
    """The wishes that a contender cannot be known to meet if the catalogue does not have it."""
    codes = {
        "price_unknown": wishes.max_price is not None,
        "time_unknown": wishes.max_seconds is not None,
        "licence_unknown": bool(wishes.licence),
        "no_edits": "edit" in wishes.musts,
        "no_transparency": "transparent" in wishes.musts,
        "size_unknown": bool(wishes.size),
    }
    return tuple(code for code, is_wished in codes.items() if is_wished)


def _pick(
    chosen: Sequence[str],
    counted: Sequence[tuple[WeighedBoard, Evidence]],
    lines: Mapping[str, Standing],
    suitable: Mapping[str, Suitability],
) -> tuple[Pick, ...]:
    boards = [
        Weighed({slug: evidence.lines[slug].elo or 0.0 for slug in chosen}, evidence.errors, board.weight)
        for board, evidence in counted
    ]
    shared = {
        (one, two): first.shared[other.board.key]
        for (one, (_, first)), (two, (other, _)) in permutations(enumerate(counted), 2)
        if other.board.key in first.shared
    }
    combined = combine_boards(boards, shared, chosen)
    first, rating = combined.first.tolist(), combined.rating.tolist()
    order = sorted(range(len(chosen)), key=lambda at: (-round_published(first[at]), -round_published(rating[at])))
    return tuple(_describe(lines[chosen[at]], suitable[chosen[at]], combined, at, order[0]) for at in order)


def _describe(line: Standing, suitability: Suitability, combined: Combined, at: int, best: int) -> Pick:
    elo, half = float(combined.rating[at]), float(combined.half_width[at])
    behind = float(combined.rating[best] - combined.rating[at])
    unsure = NORMAL_95 * float(combined.gap_se[best, at])
    contender = _contender(line)
    return Pick(
        contender_slug=line.slug,
        contender_name=_name(line),
        model_slug=_model(contender),
        organization_name=translated(contender.image_model.organization.name) if contender else "",
        chance=round_published(float(combined.first[at])),
        elo=round_published(elo),
        elo_low=round_published(elo - half),
        elo_high=round_published(elo + half),
        behind=round_published(behind),
        behind_low=round_published(behind - unsure),
        behind_high=round_published(behind + unsure),
        price=suitability.price,
        price_source=suitability.price_source,
        reliability=suitability.reliability,
    )


def _contender(line: Standing) -> Contender | None:
    return line.imported.contender if line.imported else line.contender


def _name(line: Standing) -> str:
    return line.contender.name if line.contender else line.slug


def _model(contender: Contender | None) -> str:
    return contender.image_model.slug if contender else ""
