"""How numbers of boards are written, for templates and for sentences."""

from decimal import Decimal

from django.utils.translation import gettext as _

from arena.languages.written_figures import sign, write_decimals, write_money, write_percent, write_seconds
from leaderboard.queries.histories import HistoryPoint
from leaderboard.ratings.results import Line

# Shown where there is no number.
NONE = "–"
# An interval of half this width, in Elo, does not even say who wins nineteen in twenty: its digits mean nothing.
_TELLING = 500


def whole(value: float | None) -> str:
    """A rating without decimals."""
    return decimals(value, 0)


def decimals(value: float | None, places: int = 1) -> str:
    """A number with a fixed number of decimals, and a minus sign before a negative one."""
    return NONE if value is None else write_decimals(value, places)


def magnitude(value: float | None) -> str:
    """How large a change is, whichever its direction, without decimals."""
    return NONE if value is None else f"{abs(value):.0f}"


def signed(value: float | None) -> str:
    """A change without decimals, with its sign; a dash where there is none."""
    if value is None:
        return NONE
    text = f"{abs(value):.0f}"
    return text if text == "0" else sign(f"+{text}" if value > 0 else f"\u2212{text}")


def percent(value: float | None) -> str:
    """A share of one as whole percent."""
    return NONE if value is None else write_percent(value)


def signed_percent(value: float) -> str:
    """A difference as whole percent of one, with its sign."""
    text = write_percent(abs(value))
    return text if text == percent(0) else sign(f"+{text}" if value > 0 else f"\u2212{text}")


def chance(value: float) -> str:
    """A chance as whole percent; one that is not certain is never shown as 100."""
    return sign(f">\u202f{percent(0.99)}") if 0.995 <= value < 1 else percent(value)


def seconds(value: float | None) -> str:
    """Seconds, with a decimal below a hundred, hundredths below one and thousandths below one tenth."""
    if value is None:
        return NONE
    places = 0 if value >= 100 else 1 if value >= 1 else 2 if value >= 0.1 else 3
    return write_seconds(value, places)


def money(amount: Decimal | None, currency: str = "USD") -> str:
    """An amount with the decimals that it has, but at least three below one unit and two above."""
    if amount is None:
        return NONE
    least = 2 if amount >= 1 else 3
    digits = f"{amount.normalize():f}"
    have = len(digits.partition(".")[2])
    return write_money(f"{amount:.{max(least, have)}f}", currency)


def rank_range(line: Line | HistoryPoint) -> str:
    """The places left open, as `1–3` or `2`; a dash where no rank is claimed."""
    if line.level != "established" or line.rank_low is None or line.rank_high is None:
        return NONE
    return str(line.rank_low) if line.rank_low == line.rank_high else f"{line.rank_low}–{line.rank_high}"


def worth(line: Line) -> str:
    """Why a rating is unsure although there are many votes: how few voters or prompts they are worth; else empty."""
    found = line.find_worth()
    if found is None:
        return ""
    text = _("worth {n} voters") if found[0] == "voter" else _("worth {n} prompts")
    return text.format(n=decimals(found[1], 1))


def half_width(line: Line) -> str:
    """Half the width of the Elo interval as `±8`; `> ±500` for a wider one; empty without an interval."""
    if line.elo_low is None or line.elo_high is None:
        return ""
    half = (line.elo_high - line.elo_low) / 2
    return sign(f"±{half:.0f}" if half < _TELLING else f">\u202f±{_TELLING}")
