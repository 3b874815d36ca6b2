"""A wished run as a form says it: read, checked, weighed against what exists, and carried out."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal, InvalidOperation

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Contender, Prompt
from arena.errors import DomainError
from arena.generation.models import Run
from arena.generation.runs.lifecycle import MAX_SAMPLES, plan_run, start_run
from arena.generation.runs.menus import current_contenders, current_prompts
from arena.generation.runs.previews import Preview, preview_plan
from arena.languages.written_figures import write_number

MOST_CAP = Decimal(1_000_000)
# Planning this many takes some ten seconds.
MOST_IMAGES = 100_000


class BadCap(DomainError):
    """What somebody wrote is no cap; the message says what one is."""

    code = "bad_cap"


@dataclass(frozen=True)
class Wish:
    """What somebody wants a run of; `problems` are sentences that say what to change before it can be planned."""

    contenders: Sequence[Contender]
    prompts: Sequence[Prompt]
    samples: int
    cap: Decimal | None
    name: str
    publishing: str
    problems: Sequence[str]

    @property
    def is_empty(self) -> bool:
        """Whether it names no contender or no prompt."""
        return not self.contenders or not self.prompts


def read_wish(form: QueryDict) -> Wish:
    """Read the form of /staff/runs/new/; an unknown name in it is passed over. Three queries."""
    problems: list[str] = []
    cap = _read_cap(form.get("cap", ""), problems)
    publishing = form.get("publishing", "")
    return Wish(
        contenders=_read_contenders(form),
        prompts=_read_prompts(form),
        samples=_read_samples(form.get("samples", "1"), problems),
        cap=cap,
        name=form.get("name", "").strip()[:200],
        publishing=publishing if publishing in Run.Publishing.values else Run.Publishing.AUTOMATIC,
        problems=problems,
    )


def preview_wish(wish: Wish) -> tuple[Preview | None, list[str]]:
    """Return what the run would do, None if too little is chosen; and what keeps it from being planned."""
    problems = list(wish.problems)
    if wish.is_empty:
        return None, problems
    preview = preview_plan(contenders=wish.contenders, prompts=wish.prompts, samples=wish.samples)
    if preview.missing > MOST_IMAGES:
        problems.append(_("At most %(most)s images are planned at once.") % {"most": write_number(MOST_IMAGES)})
    unpriced = preview.unpriced
    if wish.cap is not None and unpriced:
        said = {"names": ", ".join(each.name for each in unpriced)}
        problems.append(
            _("No cap can be kept, since these have no known price: %(names)s. Leave them out, or the cap empty.")
            % said
        )
    return preview, problems


def fingerprint(wish: Wish, preview: Preview) -> str:
    """Return what tells whether what is made, and what it costs, is still what somebody has looked at."""
    contenders, prompts = sorted(each.pk for each in wish.contenders), sorted(each.pk for each in wish.prompts)
    seen = [contenders, prompts, wish.samples, preview.missing, preview.expected]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


def fulfil(wish: Wish, preview: Preview, *, user: AbstractBaseUser, starts: bool) -> Run:
    """Plan the run of a wish that has no problems, and start it if asked. Raises DomainError."""
    run = plan_run(
        contenders=[line.contender for line in preview.lines],
        prompts=wish.prompts,
        samples=wish.samples,
        cap=wish.cap,
        name=wish.name or _("Run of %(when)s") % {"when": f"{timezone.now():%Y-%m-%d %H:%M}"},
        user=user,
        publishing=wish.publishing,
    )
    if starts:
        start_run(run=run)
    return run


def parse_cap(text: str) -> Decimal | None:
    """Return an amount in USD, None for an empty text. Raises BadCap."""
    if not text.strip():
        return None
    try:
        cap = Decimal(text.strip())
    except InvalidOperation:
        raise BadCap(_("The cap is no amount in USD.")) from None
    if not (cap.is_finite() and 0 <= cap < MOST_CAP):
        raise BadCap(_("The cap must be from 0 to 999,999 USD."))
    return cap.quantize(Decimal("0.0001"), ROUND_DOWN)


def _read_cap(text: str, problems: list[str]) -> Decimal | None:
    try:
        return parse_cap(text)
    except BadCap as error:
        problems.append(error.message)
        return None


def _read_samples(text: str, problems: list[str]) -> int:
    if text.isdecimal() and len(text) < 6 and 1 <= int(text) <= MAX_SAMPLES:
        return int(text)
    problems.append(_("Ask for 1 to %(most)s images of a prompt.") % {"most": MAX_SAMPLES})
    return 1


def _read_contenders(form: QueryDict) -> list[Contender]:
    named, providers, makers = (set(form.getlist(name)) for name in ("contender", "provider", "organization"))
    return [
        each
        for each in current_contenders()
        if each.offering is not None
        and (
            each.slug in named
            or each.offering.provider.slug in providers
            or each.image_model.organization.slug in makers
        )
    ]


def _read_prompts(form: QueryDict) -> list[Prompt]:
    named, categories = set(form.getlist("prompt")), set(form.getlist("category"))
    return [
        each
        for each in current_prompts()
        if each.slug in named or (each.category.slug in categories and each.state != Prompt.State.DRAFT)
    ]
