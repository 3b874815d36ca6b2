"""Is one contender better than another: yes, no, or not surely, in one sentence with its numbers."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.languages.written_figures import write_decimals, write_number, write_percent
from leaderboard.presentation.auditing.sureness import about
from leaderboard.queries.comparing.verdicts import Record, Verdict


@dataclass(frozen=True)
class Judgement:
    """Two contenders of a board by slug and name, the better one first; `verdict` and `record` from its side.

    `answer` is `surely`, `likely`, `open` or `unknown`. Without a verdict the order is that of the names.
    """

    slugs: tuple[str, str]
    names: tuple[str, str]
    verdict: Verdict | None
    record: Record | None
    answer: str
    sentence: str
    missing: str


def state_judgement(
    slugs: tuple[str, str], names: tuple[str, str], verdict: Verdict | None, record: Record | None
) -> Judgement:
    """Say whether the first or the second is better, and how many votes are missing if that is open."""
    if verdict is None:
        text = _("The votes do not compare {one} and {two} yet: one of them has too few, or none link the two.")
        return Judgement(slugs, names, None, record, "unknown", text.format(one=names[0], two=names[1]), "")
    if verdict.gap < 0:
        turned = None if record is None else record.turn()
        return state_judgement((slugs[1], slugs[0]), (names[1], names[0]), verdict.turn(), turned)
    answer = "surely" if verdict.is_sure else "likely" if verdict.is_likely else "open"
    return Judgement(slugs, names, verdict, record, answer, _say(names, verdict), _state_missing(verdict))


def _say(names: tuple[str, str], verdict: Verdict) -> str:
    if verdict.share_low is None or verdict.share_high is None:
        text = _("{one} is preferred to {two} in {share} of votes, without an interval yet: not decided.")
    elif verdict.is_sure:
        text = _("{one} is surely better than {two}: preferred in {share} of votes [{low}–{high}].")
    elif verdict.is_likely:
        text = _(
            "{one} is probably better than {two}: preferred in {share} of votes [{low}–{high}]. Among all pairs of the "
            "board, a gap like this may be luck."
        )
    else:
        text = _("Not decided: {one} is preferred to {two} in {share} of votes [{low}–{high}].")
    low, high = verdict.share_low or 0.0, verdict.share_high or 0.0
    return text.format(one=names[0], two=names[1], share=_percent(verdict.share), low=_whole(low), high=_percent(high))


def _state_missing(verdict: Verdict) -> str:
    """What more votes would tell; empty if nothing is missing or no forecast can be made."""
    if verdict.more_votes is None:
        return ""
    more = about(verdict.more_votes)
    if verdict.is_sure:
        text = ngettext(
            "To be sure however often one looks would take about {n} more vote on this board.",
            "To be sure however often one looks would take about {n} more votes on this board.",
            more,
        )
    else:
        text = ngettext(
            "If the gap stays, about {n} more vote on this board would tell.",
            "If the gap stays, about {n} more votes on this board would tell.",
            more,
        )
    return text.format(n=write_number(more))


def _percent(share: float) -> str:
    return write_percent(share, _places(share))


def _whole(share: float) -> str:
    return write_decimals(100 * share, _places(share))


def _places(share: float) -> int:
    """Whole percent, with a decimal near 50 so that an interval never seems to reach it when it does not."""
    return 1 if 0 < abs(share - 0.5) < 0.01 else 0
