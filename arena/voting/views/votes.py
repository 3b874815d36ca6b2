"""The doors of voting: the page, the next matchup, the answer, the images, the languages."""

import math
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from arena.admission.newcomers import may_come_in
from arena.catalog.models import Category, Modality
from arena.catalog.reasons import Reason
from arena.errors import NotFound
from arena.voting.blindness.blind import BlindMatchup
from arena.voting.blindness.blind_images import read_blind_image
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.voters import (
    greet_voter,
    has_proven,
    known_voter,
    read_languages,
    remember_languages,
    remember_voter,
    signed_in,
    stated_languages,
)
from arena.voting.casting.votes import REPORT, SKIP, Reply, cast_vote
from arena.voting.dealing.leftovers import count_leftovers
from arena.voting.dealing.matchups import deal_matchup, find_matchup
from arena.voting.dealing.pool import EVERYTHING, Pool, Scope
from arena.voting.dealing.stock import current_stock
from arena.voting.doors import voting_door
from arena.voting.evidence.observing import observe
from arena.voting.ledger.opening import native_ledger
from arena.voting.models import Report
from arena.voting.reports.reporting import LONGEST_NOTE, report_matchup
from arena.voting.views.entering import ask_to_enter
from arena.web.refusals import asks_for_json

# The key of each reason, as `vote/keys.js` has them: none of them is a key of an answer.
REASON_KEYS = "PLTACF"


class CategoryChoice(NamedTuple):
    """A category that one can vote in."""

    slug: str
    name: str


class ScopeChoice(NamedTuple):
    """What a voter has chosen to judge, as a page shows it; everything where the name is empty.

    `modality` is the one modality to which all of it belongs, if it is one.
    """

    scope: Scope
    name: str
    modality: str = ""

    @property
    def url(self) -> str:
        """The address at which it is judged."""
        if self.scope.category:
            return reverse("vote-category", args=[self.scope.category])
        return f"{reverse('vote')}?modality={self.scope.modality}" if self.scope.modality else reverse("vote")


class ModalityChoice(NamedTuple):
    """A modality that one can vote in, with its categories."""

    choice: ScopeChoice
    categories: list[CategoryChoice]


class LanguageChoice(NamedTuple):
    """A language that prompts are available in, and whether this voter gets them."""

    code: str
    name: str
    chosen: bool


class LanguageLeft(NamedTuple):
    """A language that the voter has not chosen, and at most how many pairs are left in it."""

    code: str
    name: str
    pairs: int


@voting_door
@require_safe
def vote(request: HttpRequest, category: str = "") -> HttpResponse:
    """Show a matchup of anything, or of one category; or say that all are judged, or that there are no images yet.

    `?modality=` deals one modality only. `?skipped_before=` (a Unix time) deals pairs again that were skipped before
    then.
    """
    ledger, caller = native_ledger(), greet_voter(request)
    if caller.is_new and not may_come_in(request):
        return ask_to_enter(request, caller.key, request.get_full_path())
    pool = current_stock(ledger.pk).pool
    chosen = _choose(_read_scope(request.GET, category), pool)
    languages, again = read_languages(request, pool.languages), _read_again(request)
    matchup = deal_matchup(
        ledger=ledger, voter_key=caller.key, languages=languages, scope=chosen.scope, skipped_before=again
    )
    context = {
        "matchup": matchup,
        "again": "" if again is None else str(int(again.timestamp())),
        "chosen": chosen,
        "modalities": _modality_choices(pool),
        "languages": _language_choices(pool, languages),
        "nothing_yet": not pool.holds(chosen.scope),
        "why": list(zip(Reason, REASON_KEYS, strict=True)),
        **report_choices(),
    }
    if matchup is None and not context["nothing_yet"]:
        context |= _leftovers(pool, caller.key, languages, chosen.scope)
    response = render(request, "voting/vote.html", context)
    remember_voter(response, caller)
    return response


def _read_again(request: HttpRequest) -> datetime | None:
    """Return the moment before which skipped pairs are wanted again: whole seconds, None where none is given."""
    try:
        return datetime.fromtimestamp(int(request.GET.get("skipped_before", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _read_scope(sent: Mapping[str, str], category: str = "") -> Scope:
    """Return what is asked for: the category of the address, else the one or the modality that was sent."""
    modality = sent.get("modality", "")
    category = category or sent.get("category", "")
    return Scope(category) if category else Scope(modality=modality if modality in Modality.values else "")


def _leftovers(pool: Pool, voter_key: uuid.UUID, languages: Sequence[str], scope: Scope) -> dict[str, Any]:
    left = count_leftovers(pool=pool, voter_key=voter_key, languages=languages, scope=scope)
    return {
        "languages_left": [LanguageLeft(code, _language_name(code), n) for code, n in left.languages.items()],
        "skipped": left.skipped,
        # A pair that was skipped within this second is among them.
        "now": str(math.ceil(timezone.now().timestamp())),
    }


def _choose(scope: Scope, pool: Pool) -> ScopeChoice:
    """Return the scope with its name. Raises NotFound for a category that does not exist."""
    if scope.modality:
        return ScopeChoice(scope, str(Modality(scope.modality).label), scope.modality)
    if not scope.category:
        modalities = set(pool.modalities.values())
        return ScopeChoice(scope, "", modalities.pop() if len(modalities) == 1 else "")
    if scope.category in pool.categories:
        return ScopeChoice(scope, pool.categories[scope.category], pool.modalities[scope.category])
    known = Category.objects.filter(slug=scope.category, state=Category.State.ACTIVE).first()
    if known is None:
        raise NotFound(_("There is no such category."))
    return ScopeChoice(scope, known.name, known.modality)


def _modality_choices(pool: Pool) -> list[ModalityChoice]:
    """Return the modalities that can be dealt, in the order in which they are named everywhere."""
    groups = {
        each: [CategoryChoice(slug, name) for slug, name in pool.categories.items() if pool.modalities[slug] == each]
        for each in Modality
    }
    return [ModalityChoice(_choose(Scope(modality=each.value), pool), own) for each, own in groups.items() if own]


def _language_choices(pool: Pool, chosen: Sequence[str]) -> list[LanguageChoice]:
    return [LanguageChoice(code, _language_name(code), code in chosen) for code in pool.languages]


def _language_name(code: str) -> str:
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return code


@voting_door
@require_safe
def next_matchup(request: HttpRequest) -> HttpResponse:
    """Return one more matchup as a fragment, none of those that the page has already; 204 when there is none."""
    ledger, caller = native_ledger(), greet_voter(request)
    if caller.is_new and not may_come_in(request):
        return ask_to_enter(request, caller.key, "")
    matchup = deal_matchup(
        ledger=ledger,
        voter_key=caller.key,
        languages=read_languages(request, current_stock(ledger.pk).pool.languages),
        scope=_read_scope(request.GET),
        skipped_before=_read_again(request),
        have={token for field in request.GET.getlist("have") for token in field.split(",")},
    )
    if matchup is None:
        return HttpResponse(status=204)
    response = render(request, "voting/_matchup.html", {"matchup": matchup})
    remember_voter(response, caller)
    return response


@voting_door
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Take the answer to a matchup, or a report of it; reply to a vote with the names.

    An account that has not voted yet takes the cookie's voter here, too: else it could lend its tier to many cookies.
    """
    _need_voter(request)
    voter_key = greet_voter(request).key
    matchup_id = read_token(token)
    given = request.POST.get("answer", "")
    reply = _close(request, matchup_id=matchup_id, voter_key=voter_key, given=given)
    if asks_for_json(request):
        return HttpResponse(reply.text, content_type="application/json")
    matchup = find_matchup(matchup_id=matchup_id, voter_key=voter_key)
    chosen = _stay(request.POST, matchup)
    if given in (SKIP, REPORT):
        return redirect(chosen.url)
    return render(request, "voting/reveal.html", {"reply": reply.data, "matchup": matchup, "chosen": chosen})


def _stay(sent: Mapping[str, str], matchup: BlindMatchup) -> ScopeChoice:
    """Return what a page without scripts says that it judges, so that the next pair is of that, too."""
    if sent.get("category") == matchup.category_slug:
        return ScopeChoice(Scope(matchup.category_slug), matchup.category_name)
    stays = sent.get("modality") == matchup.modality
    return ScopeChoice(Scope(modality=matchup.modality), "") if stays else ScopeChoice(EVERYTHING, "")


def _need_voter(request: HttpRequest) -> uuid.UUID:
    voter_key = known_voter(request)
    if voter_key is None:
        raise NotFound(_("There is no such matchup for you. Vote on a new one."))
    return voter_key


def _close(request: HttpRequest, *, matchup_id: uuid.UUID, voter_key: uuid.UUID, given: str) -> Reply:
    sent = request.POST
    if given == REPORT:
        return report_matchup(
            matchup_id=matchup_id,
            voter_key=voter_key,
            kind=sent.get("kind", ""),
            side=sent.get("side", ""),
            note=sent.get("note", ""),
        )
    return cast_vote(
        matchup_id=matchup_id,
        voter_key=voter_key,
        answer=given,
        languages=stated_languages(request),
        reasons=sent.getlist("reason"),
        evidence=observe(request, user=signed_in(request), has_proven=has_proven(request)),
    )


@voting_door
@require_safe
def report(request: HttpRequest, token: str) -> HttpResponse:
    """Ask what is wrong with a matchup, for a page without scripts; the form is sent as its answer."""
    matchup = find_matchup(matchup_id=read_token(token), voter_key=_need_voter(request))
    context = {"matchup": matchup, "chosen": _stay(request.GET, matchup)} | report_choices()
    return render(request, "voting/report.html", context)


def report_choices() -> dict[str, Any]:
    """Return what a report can say: its kinds, its sides, and how long its note may be."""
    return {"kinds": Report.Kind.choices, "sides": Report.Side.choices, "longest_note": LONGEST_NOTE}


@voting_door
@require_safe
def image(request: HttpRequest, handle: str, width: int) -> HttpResponse:
    """Serve one side's image to its voter: the same headers and length whichever image it is."""
    voter_key = known_voter(request)
    if voter_key is None:
        raise NotFound(_("There is no such image for you."))
    content = read_blind_image(handle=read_token(handle), voter_key=voter_key, width=width)
    return HttpResponse(content, content_type="image/webp", headers={"Cross-Origin-Resource-Policy": "same-origin"})


@voting_door
@require_POST
def choose_languages(request: HttpRequest) -> HttpResponse:
    """Keep the languages that the voter has ticked; none ticked means those of the browser again."""
    scope = _read_scope(request.POST)
    stays = current_stock(native_ledger().pk).pool.holds(scope)
    response = redirect(ScopeChoice(scope if stays else EVERYTHING, "").url)
    remember_languages(response, request.POST.getlist("language"))
    return response
