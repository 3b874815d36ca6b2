"""What an open row of a board tells of its contender, beyond the columns."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from arena.languages.written_figures import write_day, write_number
from leaderboard.presentation.board_address import BoardAddress, history_url
from leaderboard.presentation.board_page.figure_texts import (
    NONE,
    chance,
    decimals,
    half_width,
    money,
    percent,
    rank_range,
    seconds,
    whole,
    worth,
)
from leaderboard.presentation.comparing.compare_address import compare_url
from leaderboard.queries.category_lines import CategoryLine, read_category_lines
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.standings import BoardView, StandingRow
from leaderboard.ratings.results import MANY, Line


@dataclass(frozen=True)
class Detail:
    """One figure: its name, its text, and a note in small print, which may be empty."""

    name: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class CategoryDetail:
    """The best or worst category of a contender: its heading, title, address and numbers."""

    heading: str
    title: str
    url: str
    text: str


@dataclass(frozen=True)
class RowDetails:
    """All that an open row shows; `price_source` is where its list price was read, or empty.

    `rival` is the board's first contender, or the second for the first itself; `compare_url` compares the two.
    """

    details: tuple[Detail, ...]
    categories: tuple[CategoryDetail, ...]
    price_source: str
    history_url: str
    rival: str
    compare_url: str


def read_details(board: BoardView, row: StandingRow, address: BoardAddress) -> RowDetails:
    """Return the figures of a row; best and worst category only if at least two categories rate the contender."""
    rival = next((other for other in sort_rows(board.rows, "") if other.contender_slug != row.contender_slug), None)
    kept = [("language", address.language), ("ledger", address.ledger)]
    categories = () if address.category or address.at else read_category_lines(board, row.contender_slug)
    return RowDetails(
        details=tuple(detail for detail in [*_votes(row), *_ratings(row.line), *_offer(row)] if detail.text != NONE),
        categories=_ends(categories, address),
        price_source=row.price_source or "",
        history_url=history_url(address, row.contender_slug),
        rival=rival.contender_name if rival else "",
        compare_url=compare_url([row.contender_slug, rival.contender_slug], query=kept) if rival else "",
    )


def _votes(row: StandingRow) -> list[Detail]:
    line = row.line
    split = _("{wins} won, {ties} tied, {losses} lost, both bad: {bad}").format(
        wins=write_number(line.wins),
        ties=write_number(line.ties),
        losses=write_number(line.losses),
        bad=write_number(line.both_bad),
    )
    little = worth(line)
    votes = write_number(line.votes) if not little else f"{write_number(line.votes)}, {little}"
    return [
        Detail(_("Votes"), votes, split),
        Detail(_("Voters"), NONE if line.voters is None else write_number(line.voters), _worth_voters(line)),
        Detail(_("Prompts judged"), NONE if line.prompts is None else write_number(line.prompts), _worth_prompts(line)),
        Detail(_("Wins"), percent(line.win_rate), _("of rated votes; a tie is half a win")),
        Detail(_("Both bad"), percent(line.floor_rate), _("of all its votes")),
    ]


def _worth_voters(line: Line) -> str:
    """Why an interval is wide although there are many votes: how few people they are worth; empty if they are many."""
    if line.effective_voters is None or line.effective_voters >= MANY:
        return ""
    return _("Its votes are worth those of {n} equally active voters.").format(n=decimals(line.effective_voters, 1))


def _worth_prompts(line: Line) -> str:
    if line.effective_prompts is None or line.effective_prompts >= MANY:
        return ""
    return _("Its votes are worth those on {n} equally used prompts.").format(n=decimals(line.effective_prompts, 1))


def _ratings(line: Line) -> list[Detail]:
    first = NONE if line.p_first is None else chance(line.p_first)
    skill = _("μ {mu}, σ {sigma}").format(mu=decimals(line.mu, 2), sigma=decimals(line.sigma, 2))
    interval = NONE if line.elo_low is None else f"{whole(line.elo_low)} … {whole(line.elo_high)}"
    return [
        # Not a format, though a letter follows the sign. xgettext:no-python-format
        Detail(_("Elo, interval (95 %)"), interval),
        Detail(
            _("Chance to be the best"), first, _("of those ranked, from the errors that give the range of ranks too")
        ),
        Detail(_("TrueSkill μ − 3σ"), decimals(line.conservative, 2), skill),
    ]


def _offer(row: StandingRow) -> list[Detail]:
    calls = row.reliability
    seen = ""
    if row.price is not None and row.price_seen_on:
        seen = _("at {provider}, seen {day}").format(provider=row.price_provider, day=write_day(row.price_seen_on))
    covered = _("{covered} of {wanted} prompts").format(covered=calls.prompts_covered, wanted=calls.prompts_wanted)
    refused = "" if not calls.refusal_rate else _("{share} refused").format(share=percent(calls.refusal_rate))
    slow = "" if calls.p95_seconds is None else _("19 of 20 within {time}").format(time=seconds(calls.p95_seconds))
    return [
        Detail(_("List price"), money(row.price), seen),
        Detail(_("Paid per image here"), money(calls.cost_per_image), _("refused calls included")),
        Detail(_("Median time"), seconds(calls.median_seconds), slow),
        Detail(_("Calls that gave an image"), percent(calls.success_rate), refused),
        Detail(_("Coverage"), covered if calls.prompts_covered else NONE),
    ]


def _ends(lines: tuple[CategoryLine, ...], address: BoardAddress) -> tuple[CategoryDetail, ...]:
    if len(lines) < 2:
        return ()
    ends = ((_("Best category"), lines[0]), (_("Worst category"), lines[-1]))
    return tuple(_category(heading, one, address) for heading, one in ends)


def _category(heading: str, one: CategoryLine, address: BoardAddress) -> CategoryDetail:
    numbers = _("Elo {elo} {half}, rank {rank}").format(
        elo=whole(one.line.elo), half=half_width(one.line), rank=rank_range(one.line)
    )
    url = address.canonical.but(view="", category=one.slug, language="", days="").url
    return CategoryDetail(heading, one.title, url, numbers)
