"""How certain a board is, from its audit: short sentences with numbers, each with a link to its derivation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.languages.written_figures import write_number, write_percent
from leaderboard.queries.standings import StandingRow

Facts = Mapping[str, Any]
Names = Mapping[str, str]

# Normal quantile of a 95 % interval: the position effect rests on all of a board's voters and prompts.
_NORMAL = 1.96
# A band this wide, in Elo, holds any gap that a board may have.
_WIDEST_BAND = 2_000.0
# Chances are shown to be among the first 1, 2, 3, 5 and 10, for contenders with at least half a percent.
_SHOWN_PLACES = (1, 2, 3, 5, 10)
_LEAST_CHANCE = 0.005


@dataclass(frozen=True)
class Statement:
    """One finding about a board: the anchor of its derivation, a heading, the main number, and whole sentences."""

    anchor: str
    title: str
    value: str
    text: str


@dataclass(frozen=True)
class Neighbours:
    """A contender and the next one below it: the gap in Elo, the verdict, what would flip them, and chances.

    `half_width` is of the band that holds at every look. `sure` says whether the rank ranges tell the two apart.
    `flips` are texts by unit, empty where not searched.
    """

    leader: str
    other: str
    gap: float
    half_width: float | None
    sure: str
    decided: bool
    verdict: str
    flips: tuple[str, ...]
    win: float
    tie: float
    loss: float


@dataclass(frozen=True)
class Places:
    """The chance of each contender, by name, to be among the first 1, 2, … `counts`."""

    counts: tuple[int, ...]
    lines: tuple[tuple[str, tuple[float, ...]], ...]


def name_contenders(rows: Sequence[StandingRow]) -> dict[str, str]:
    """Return the names of a board's contenders by slug."""
    return {row.contender_slug: row.contender_name for row in rows}


def state_sureness(facts: Facts, names: Names, position_effect: Mapping[str, Any] | None) -> list[Statement]:
    """Return the audit's statements about the whole board; what could not be measured is left out or named as such."""
    return [
        *_state_first(facts, names),
        *_state_lead(facts, names),
        *_state_floor(facts),
        *_state_side(position_effect),
        *_state_agreement(facts["agreement"]),
        *_state_calibration(facts["calibration"]),
        *_state_exposure(facts["exposure"]),
    ]


def state_missing_votes(facts: Facts) -> str:
    """Say about how many more votes would tell the first two apart; empty if they are told apart, or it is unknown."""
    decision = facts["pairs"][0]["decision"] if facts["pairs"] else None
    if decision is None or facts["pairs"][0].get("sure") or decision["more_votes"] is None:
        return ""
    more = about(decision["more_votes"])
    text = ngettext(
        "About {n} more vote would tell the first two apart.",
        "About {n} more votes would tell the first two apart.",
        more,
    )
    return text.format(n=write_number(more))


def list_neighbours(facts: Facts, names: Names) -> list[Neighbours]:
    """Return each contender with the next one below that votes connect to it, by falling Elo."""
    return [_neighbours(pair, names) for pair in facts["pairs"]]


def list_places(facts: Facts, names: Names) -> Places | None:
    """Return how likely contenders are to be among the first few; None where that is unknown or says nothing."""
    # Audits of an earlier version have none.
    lines = facts.get("places", ())
    counts = tuple(count for count in _SHOWN_PLACES if count < len(lines))
    if not counts:
        return None
    chances = [(_name(line["contender"], names), [line["within"][count - 1] for count in counts]) for line in lines]
    return Places(counts, tuple((name, tuple(own)) for name, own in chances if own[-1] >= _LEAST_CHANCE))


def _neighbours(pair: Facts, names: Names) -> Neighbours:
    decision = pair["decision"]
    return Neighbours(
        leader=_name(decision["leader"], names),
        other=_name(decision["other"], names),
        gap=decision["gap"],
        half_width=_band(decision),
        sure=_say_sure(pair),
        decided=_may_stop(pair),
        verdict=_judge(pair),
        flips=tuple(_count(flip) or "–" for flip in pair["flips"]),
        win=pair["win"],
        tie=pair["tie"],
        loss=pair["loss"],
    )


def _say_sure(pair: Facts) -> str:
    # Audits before version 5 do not say.
    if "sure" not in pair:
        return "–"
    return _("yes") if pair["sure"] else _("no")


def _name(slug: str, names: Names) -> str:
    return names.get(slug, slug)


def _may_stop(pair: Facts) -> bool:
    """Whether the gap is decided at every look, and no range of ranks leaves the two open."""
    return bool(pair["decision"]["decided"] and pair.get("sure", True))


def _judge(pair: Facts) -> str:
    decision = pair["decision"]
    if _may_stop(pair):
        return _("decided")
    if decision["decided"]:
        return _("for this pair alone, not yet among all pairs")
    if decision["half_width"] is None and decision["more_votes"] is None:
        return _("not yet: too few voters or prompts to say more")
    if decision["more_votes"] is None:
        return _("not yet, and no number of votes in sight")
    more = about(decision["more_votes"])
    text = ngettext("not yet: about {n} more vote", "not yet: about {n} more votes", more)
    return text.format(n=write_number(more))


def _band(decision: Facts) -> float | None:
    """The half-width of the band that holds at every look, or None if it is too wide to say anything."""
    half: float | None = decision["half_width"]
    return None if half is None or half > _WIDEST_BAND else half


def about(count: int) -> int:
    """A forecast deserves two significant digits."""
    return int(float(f"{count:.1e}")) if count >= 100 else count


def _count(flip: Facts) -> str:
    """What would have to be left out, as `12 votes` or `3 voters`; empty if nothing was found."""
    count = flip["count"]
    if count is None:
        return ""
    texts = {
        "vote": ngettext("{n} vote", "{n} votes", count),
        "voter": ngettext("{n} voter", "{n} voters", count),
        "prompt": ngettext("{n} prompt", "{n} prompts", count),
    }
    return texts[flip["unit"]].format(n=write_number(count))


def _state_first(facts: Facts, names: Names) -> Iterator[Statement]:
    title = _("First place")
    if facts["scope"]["flips"] == "none":
        yield Statement("flips", title, "–", _("How few votes would change it is not searched on so large a board."))
        return
    found = [flip for flip in facts["first"] if flip["count"] is not None]
    if not found:
        if facts["first"]:
            text = _("No set of votes, voters or prompts was found without which another would be first.")
            yield Statement("flips", title, _("none found"), text)
        return
    text = " ".join(_state_flip(flip, facts["votes"], names) for flip in found)
    yield Statement("flips", title, _count(found[0]), text)


def _state_flip(flip: Facts, votes: int, names: Names) -> str:
    """What would put another contender first, in one sentence."""
    count = flip["count"]
    texts = {
        "vote": ngettext(
            "Leaving out {n} vote of {votes} is enough to put {other} above {leader}.",
            "Leaving out {n} votes of {votes} is enough to put {other} above {leader}.",
            count,
        ),
        "voter": ngettext(
            "Leaving out {n} voter is enough to put {other} above {leader}.",
            "Leaving out {n} voters is enough to put {other} above {leader}.",
            count,
        ),
        "prompt": ngettext(
            "Leaving out {n} prompt is enough to put {other} above {leader}.",
            "Leaving out {n} prompts is enough to put {other} above {leader}.",
            count,
        ),
    }
    return texts[flip["unit"]].format(
        n=write_number(count),
        votes=write_number(votes),
        other=_name(flip["challenger"], names),
        leader=_name(flip["leader"], names),
    )


def _state_lead(facts: Facts, names: Names) -> Iterator[Statement]:
    for pair in facts["pairs"][:1]:
        decision = pair["decision"]
        half = _band(decision)
        if half is None:
            text = _("{leader} is {gap} Elo above {other}.")
        else:
            text = _(
                "{leader} is {gap} Elo above {other}, ±{half} however often one looks. "
                "Ranges of ranks hold for one look and need fewer votes."
            )
        sentences = [
            text.format(
                leader=_name(decision["leader"], names),
                other=_name(decision["other"], names),
                gap=write_number(decision["gap"]),
                half="" if half is None else write_number(half),
            )
        ]
        value = _("yes") if _may_stop(pair) else _("not yet")
        if pair.get("sure") and not decision["decided"]:
            sentences.insert(
                0,
                _(
                    "The lead itself is sure in these votes, as the rank ranges show. But who looks again and again, "
                    "and stops as soon as a lead seems sure, needs more of them."
                ),
            )
        if decision["decided"] and not _may_stop(pair):
            sentences.append(_("The ranges of ranks, which hold for all pairs at once, do not tell the two apart yet."))
        if decision["more_votes"] is not None:
            value = _judge(pair)
            sentences.append(
                _("The forecast assumes that the gap stays, and that voters and prompts grow with the votes.")
            )
        elif not decision["decided"]:
            sentences.append(_("No number of further votes is in sight that would decide it."))
        yield Statement("decided", _("May one stop collecting votes?"), value, " ".join(sentences))


def _state_floor(facts: Facts) -> Iterator[Statement]:
    if facts["floor_rate"] is None:
        return
    sentences = [_("This share of all votes called both images bad. They enter no rating.")]
    lines = facts["floor"]["lines"]
    if len(lines) > 1:
        moved = sum(line["rank"] != line["rank_as_ties"] for line in lines)
        counted = _("If they counted as ties, first to last would span {as_ties} Elo instead of {span}.")
        sentences.append(counted.format(as_ties=_span(lines, "elo_as_ties"), span=_span(lines, "elo")))
        sentences.append(_state_moved(moved))
    yield Statement("floor", _("Both bad"), _percent(facts["floor_rate"]), " ".join(sentences))


def _state_moved(moved: int) -> str:
    """How many ranks would change if both bad were a tie, in one sentence."""
    if not moved:
        return _("No rank would change.")
    text = ngettext("{n} contender would have another rank.", "{n} contenders would have another rank.", moved)
    return text.format(n=moved)


def _span(lines: Sequence[Facts], name: str) -> str:
    found = [line[name] for line in lines]
    return write_number(max(found) - min(found))


def _state_side(effect: Mapping[str, Any] | None) -> Iterator[Statement]:
    if effect is None:
        return
    logit, se = effect["logit"], effect["se"]
    if se is None:
        text = _("Too few voters or prompts to say whether the left one of two equal images is preferred.")
        yield Statement("side", _("Left side"), "–", text)
        return
    text = _(
        "The left one of two equal images is preferred in this share of votes (95 %: {low} to {high}). "
        "The coin that deals sides evens it out."
    ).format(low=_percent(_share(logit - _NORMAL * se)), high=_percent(_share(logit + _NORMAL * se)))
    yield Statement("side", _("Left side"), _percent(_share(logit)), text)


def _state_agreement(agreement: Facts) -> Iterator[Statement]:
    if agreement["alpha"] is None:
        text = _("Too few people have judged the same pair on the same prompt to say whether they agree.")
        yield Statement("agreement", _("Agreement"), "–", text)
        return
    text = ngettext(
        "On a scale from 0 (people agree as by chance) to 1 (all agree), "
        "from {units} case in which several people judged the same pair on the same prompt.",
        "On a scale from 0 (people agree as by chance) to 1 (all agree), "
        "from {units} cases in which several people judged the same pair on the same prompt.",
        agreement["units"],
    )
    sentences = [text.format(units=write_number(agreement["units"]))]
    if agreement["consistent"] is not None:
        repeats = ngettext(
            "Of {n} answer given again, {share} were the same.",
            "Of {n} answers given again, {share} were the same.",
            agreement["repeats"],
        )
        share = _percent(agreement["consistent"])
        sentences.append(repeats.format(n=write_number(agreement["repeats"]), share=share))
    yield Statement("agreement", _("Agreement"), write_number(agreement["alpha"], 2), " ".join(sentences))


def _state_calibration(found: Facts | None) -> Iterator[Statement]:
    title = _("Prediction")
    if found is None:
        yield Statement("calibration", title, "–", _("Too few voters to hold some out and predict their votes."))
        return
    text = _(
        "The error of predicting votes of people who were left out of the rating (log loss per vote). "
        "It is {plain} without knowing the contenders. Lower is better."
    ).format(plain=write_number(found["plain_log_loss"], 3))
    yield Statement("calibration", title, write_number(found["log_loss"], 3), text)


def _state_exposure(exposure: Facts) -> Iterator[Statement]:
    shown = [line["votes"] for line in exposure["contenders"]]
    if len(shown) < 2:
        return
    met, pairs = write_number(exposure["pairs_met"]), write_number(len(shown) * (len(shown) - 1) // 2)
    text = _(
        "This many pairs of contenders have met. "
        "The contender shown most stood in {ratio} times as many votes as the one shown least."
    ).format(ratio=write_number(max(shown) / min(shown), 1))
    yield Statement("exposure", _("Exposure"), _("{met} of {pairs}").format(met=met, pairs=pairs), text)


def _share(logit: float) -> float:
    return 1 / (1 + exp(-logit))


def _percent(share: float) -> str:
    return write_percent(share, 1)
