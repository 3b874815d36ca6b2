"""What a choice says in words: which contender is best under a reader's wishes, and why others are left out."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from arena.languages.written_figures import write_percent
from leaderboard.queries.choosing.picks import Choice, LeftOut, Pick

_WHY: dict[str, Promise] = {
    "retired": gettext_lazy("It is retired."),
    "price_unknown": gettext_lazy("Its price is not known."),
    "too_dear": gettext_lazy("It costs more."),
    "time_unknown": gettext_lazy("Its time was not measured here."),
    "too_slow": gettext_lazy("It takes longer."),
    "licence_unknown": gettext_lazy("No source states its licence."),
    "licence_differs": gettext_lazy("Sources differ on commercial use."),
    "not_open": gettext_lazy("Its weights cannot be had."),
    "not_commercial": gettext_lazy("Commercial use is not allowed, or only on conditions."),
    "no_edits": gettext_lazy("It does not edit images."),
    "no_transparency": gettext_lazy("No source says that it makes transparent backgrounds."),
    "size_unknown": gettext_lazy("Its largest size is not known."),
    "too_small": gettext_lazy("Its pictures are smaller."),
}
# A cheaper contender is worth a word if it costs less than this share of the best one's price.
_CHEAPER = Decimal("0.9")


def state_choice(choice: Choice) -> str:
    """Say in one or two sentences which contender is the best, how sure that is, and what is as good for less."""
    if not any(each.snapshot for each in choice.boards):
        return _("There are no votes yet to choose by.")
    if not choice.picks:
        return _("No contender meets all these wishes.")
    best, *others = choice.picks
    if not others:
        return _("Only {name} meets these wishes.").format(name=best.contender_name)
    first = _("{name} is the best choice with a chance of {chance}.").format(
        name=best.contender_name, chance=_percent(best.chance)
    )
    return f"{first} {_state_others(best, [pick for pick in others if pick.as_good])}"


def _state_others(best: Pick, as_good: list[Pick]) -> str:
    if not as_good:
        return _("All others are surely worse.")
    cheaper = [pick for pick in as_good if pick.price is not None and _is_cheaper(pick, best)]
    if cheaper:
        pick = min(cheaper, key=lambda each: each.price or 0)
        name, share = pick.contender_name, (pick.price or 0) / (best.price or 1)
        if not pick.price:
            return _("{name} is as good within what the votes tell, and costs nothing.").format(name=name)
        return _("{name} is as good within what the votes tell, at {share} of the price.").format(
            name=name, share=_percent(float(share))
        )
    names = as_good[0].contender_name
    if len(as_good) == 1:
        return _("{name} may be as good: the votes do not tell the two apart.").format(name=names)
    text = ngettext(
        "{name} and {n} other may be as good: the votes do not tell them apart.",
        "{name} and {n} others may be as good: the votes do not tell them apart.",
        len(as_good) - 1,
    )
    return text.format(name=names, n=len(as_good) - 1)


def _is_cheaper(pick: Pick, best: Pick) -> bool:
    return best.price is not None and pick.price is not None and pick.price < _CHEAPER * best.price


def _percent(share: float) -> str:
    if 0.995 <= share < 1:
        return _("over 99 %").replace(" %", "\u202f%")
    if 0 < share < 0.01:
        return _("under 1 %").replace(" %", "\u202f%")
    return write_percent(share)


def explain_left_out(left_out: LeftOut) -> list[str]:
    """Say why a contender is not chosen from, a sentence for each reason."""
    said = [str(_WHY[code]) for code in left_out.unmet]
    if left_out.lacking:
        said.append(_("Too few votes on: {boards}.").format(boards=", ".join(left_out.lacking)))
    return said
