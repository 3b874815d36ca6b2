"""What the cards of boards, models and comparisons say, from the rows that their pages show."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.catalog.models import ImageModel, Modality
from arena.languages.written_figures import write_number
from leaderboard.presentation.board_page.figure_texts import NONE, half_width, rank_range, whole
from leaderboard.presentation.comparing.verdict_sentences import Judgement
from leaderboard.presentation.findings import state_finding
from leaderboard.presentation.sharing.cards.share_card import MOST_ROWS, CardRow, ShareCard
from leaderboard.queries.standings import BoardView, PlacedStanding, StandingRow


def card_of_board(board: BoardView) -> ShareCard | None:
    """Return the card of a board: its finding and its first rows; None without a rating."""
    rows = [row for row in board.rows if row.line.elo is not None]
    if not rows or board.computed_at is None:
        return None
    label = str(Modality(board.modality).label)
    return ShareCard(
        kicker=_kicker(label, board.ledger_kind, board.ledger_name),
        title=board.title,
        plain_title=board.slice_value or label,
        finding=state_finding(board.rows),
        rows=tuple(_row(row, row.contender_name, row.contender_slug) for row in rows[:MOST_ROWS]),
        foot=_foot(board.votes, board.computed_at),
        heads=_heads(),
    )


def card_of_model(image_model: ImageModel, placed: Iterable[PlacedStanding], *, kind: str, name: str) -> ShareCard:
    """Return the card of a model: its best contender overall and by category. `kind` and `name` are the ledger's."""
    known = [one for one in placed if one.row.line.elo is not None]
    overall = [one for one in known if one.board.slice == "overall"]
    best = min(overall, key=_by_line, default=None)
    own = [
        one
        for one in known
        if best is not None
        and (one.row.contender_slug, one.board.modality) == (best.row.contender_slug, best.board.modality)
        and one.board.slice in ("overall", "category")
    ]
    moment = best.board.computed_at if best else None
    return ShareCard(
        kicker=_kicker(image_model.organization.name, kind, name),
        title=image_model.name,
        plain_title=image_model.slug,
        finding=_state_place(best, several=len(overall) > 1),
        rows=tuple(_row(one.row, one.board.title, one.board.slice_value or one.board.modality) for one in own),
        foot=_foot(best.row.line.votes, moment) if best is not None and moment is not None else "",
        heads=_heads(),
    )


def card_of_comparison(board: BoardView, rows: Sequence[StandingRow], judged: Judgement) -> ShareCard | None:
    """Return the card of two contenders on a board, the better one first, with the answer; None without a rating."""
    known = sorted(
        (row for row in rows if row.line.elo is not None), key=lambda row: judged.slugs.index(row.contender_slug)
    )
    if not known or board.computed_at is None:
        return None
    label = f"{Modality(board.modality).label} · {board.title}"
    versus = _("{one} vs {two}")
    return ShareCard(
        kicker=_kicker(label, board.ledger_kind, board.ledger_name),
        title=versus.format(one=judged.names[0], two=judged.names[1]),
        plain_title=versus.format(one=judged.slugs[0], two=judged.slugs[1]),
        finding=judged.sentence,
        rows=tuple(_row(row, row.contender_name, row.contender_slug) for row in known),
        foot=_foot(board.votes, board.computed_at),
        heads=_heads(),
    )


def _heads() -> tuple[str, str]:
    # Not a format, though a letter follows the sign. xgettext:no-python-format
    return _("Rank"), _("Elo, interval (95 %)")


def _by_line(one: PlacedStanding) -> tuple[bool, float]:
    return one.row.line.level != "established", -(one.row.line.elo or 0.0)


def _state_place(best: PlacedStanding | None, *, several: bool) -> str:
    if best is None:
        return _("No votes on this model yet.")
    line = best.row.line
    values = {
        "name": best.row.contender_name,
        "rank": rank_range(line),
        "elo": whole(line.elo),
        "half": half_width(line),
    }
    if values["rank"] == NONE:
        text = _("Preliminary: too few votes for a rank.")
    elif several:
        text = _("{name}: rank {rank} overall, Elo {elo} {half} in blind votes.")
    else:
        text = _("Rank {rank} overall, Elo {elo} {half} in blind votes.")
    return text.format(**values)


def _row(row: StandingRow, name: str, plain_name: str) -> CardRow:
    line = row.line
    return CardRow(
        rank=rank_range(line),
        name=name,
        plain_name=plain_name,
        elo=round(line.elo or 0.0),
        low=None if line.elo_low is None else round(line.elo_low),
        high=None if line.elo_high is None else round(line.elo_high),
        numbers=f"{whole(line.elo)} {half_width(line)}".strip(),
        faint=line.level != "established",
    )


def _kicker(text: str, kind: str, ledger: str) -> str:
    """Whose votes these are, if they are not those of this arena's people."""
    if kind == "demonstration":
        return _("{text} · demonstration with simulated voters").format(text=text)
    if kind == "imported":
        return _("{text} · imported votes: {ledger}").format(text=text, ledger=ledger)
    return text


def _foot(votes: int, moment: datetime) -> str:
    text = ngettext("{votes} vote · {day}", "{votes} votes · {day}", votes)
    return text.format(votes=write_number(votes), day=moment.date().isoformat())
