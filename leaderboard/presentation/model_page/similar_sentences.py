"""How a contender is like another one, in one sentence each."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.languages.written_figures import sign, write_number, write_percent
from leaderboard.presentation.board_page.figure_texts import money
from leaderboard.queries.comparing.verdicts import Verdict
from leaderboard.queries.model_pages.similar import Neighbour, ProfileNeighbour


def state_rating(one: Neighbour) -> str:
    """Say how far it is rated from the page's own contender, and whether the votes tell the two apart."""
    found = one.verdict
    if found is None:
        return _("No votes compare the two yet.")
    gap = _signed(-found.gap)
    if found.low is None or found.high is None:
        return _("{gap} Elo, without an interval yet").format(gap=gap)
    if not found.is_sure:
        text = _("{gap} Elo [{low} to {high}]: the votes do not tell the two apart")
    elif found.gap < 0:
        text = _("{gap} Elo [{low} to {high}]: surely better")
    else:
        text = _("{gap} Elo [{low} to {high}]: surely worse")
    return text.format(gap=gap, low=_signed(-found.high), high=_signed(-found.low))


def state_price(one: Neighbour, own: Decimal | None) -> str:
    """Say what it costs beside the page's own contender, and who is better."""
    price = one.row.price
    if not price or not own:
        return ""
    percent = round(100 * float(price / own - 1))
    values = {"price": money(price), "share": write_percent(abs(percent) / 100), "better": _say_better(one.verdict)}
    if percent == 0:
        return _("{price}, the same; {better}").format(**values)
    if percent < 0:
        return _("{price}, {share} less; {better}").format(**values)
    return _("{price}, {share} more; {better}").format(**values)


def _say_better(verdict: Verdict | None) -> str:
    if verdict is None:
        return _("no votes compare the two yet")
    if not verdict.is_sure:
        return _("not surely better or worse")
    return _("surely better") if verdict.gap < 0 else _("surely worse")


def state_profile(one: ProfileNeighbour) -> str:
    """Say how far its strengths and weaknesses by category are from those of the page's own contender."""
    gap = write_number(one.distance)
    if one.apart:
        text = ngettext(
            "over {n} category it differs by {gap} Elo on average, its level aside",
            "over {n} categories it differs by {gap} Elo on average, its level aside",
            one.categories,
        )
    else:
        text = ngettext(
            "over {n} category it differs by {gap} Elo on average, its level aside; nowhere by more than luck",
            "over {n} categories it differs by {gap} Elo on average, its level aside; nowhere by more than luck",
            one.categories,
        )
    return text.format(gap=gap, n=one.categories)


def _signed(elo: float) -> str:
    whole = round(elo)
    return sign(f"−{-whole}") if whole < 0 else sign(f"+{whole}") if whole > 0 else "0"
