"""Trial calls at a provider, for operators with a key: what its host really answers, beside what the catalogue says."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from arena.catalog.capabilities import Capabilities
from arena.catalog.models import Contender, Modality, Provider
from arena.errors import Conflict
from arena.generation.calls.ordering import write_order
from arena.generation.calls.prices import call_bound, cost_of
from arena.generation.models import Probe
from arena.generation.providers.base import Done, ErrorKind, Pending, ProviderError, Request
from arena.generation.providers.base import Provider as Adapter
from arena.generation.providers.fetch import fetch_asset
from arena.generation.providers.registry import capabilities_of, is_free, provider_for
from arena.generation.runs.trying.probing import open_probe
from arena.generation.runs.trying.trial_pictures import SIDE, draw_mask, draw_source, tell_edit, tell_picture
from arena.generation.transitions import end_probe
from arena.pictures.bad_images import BadImage
from arena.pictures.decoding import inspect_image

TEXT, EDIT, MASK, AGAIN = "text to image", "edit", "edit with a mask", "the same seed again"
PROMPT = "A red cube on a wooden table, plain grey background"
INSTRUCTION = "Make the blue ball green"
SEED = 7
PATIENCE_OF_ALL_POLLS = 900.0
# Paid by usage, an image may cost a little else than its rounded list price.
NEAR = Decimal("0.10")


@dataclass(frozen=True)
class Trial:
    """One call to be made; `bound` is the most in USD that it can cost by the catalogue, None if that does not say."""

    kind: str
    contender: Contender
    bound: Decimal | None


@dataclass(frozen=True)
class TrialPlan:
    """The calls in their order, and those left out, each with its reason; `limit` is what may be spent, in USD."""

    limit: Decimal
    trials: list[Trial] = field(default_factory=list)
    left_out: list[tuple[Trial, str]] = field(default_factory=list)

    @property
    def cost(self) -> Decimal:
        """The most in USD that all calls can cost."""
        return sum((trial.bound or Decimal(0) for trial in self.trials), Decimal(0))


@dataclass
class Report:
    """What a call showed: plain facts, and what differs from what was expected; `ended` stops the calls after it."""

    trial: Trial
    facts: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    cost: Decimal = Decimal(0)
    failed: bool = False
    ended: bool = False
    pixels: bytes = b""


def plan_trials(*, provider: Provider, spend: Decimal) -> TrialPlan:
    """Return one call of each kind at its cheapest contender, then the other contenders', while `spend` USD last.

    Last comes the cheapest new picture again, to see whether a seed repeats it. Raises NotCallable.
    """
    rows = Contender.objects.filter(offering__provider=provider).select_related("image_model", "offering__provider")
    contenders = [row for row in rows.prefetch_related("offering__prices") if not row.is_retired]
    wanted = sorted(
        (trial for contender in contenders for trial in _trials_of(contender)),
        key=lambda trial: (trial.bound is None, trial.bound or 0, trial.contender.slug),
    )
    firsts = list({trial.kind: trial for trial in reversed(wanted)}.values())
    again = [Trial(AGAIN, each.contender, each.bound) for each in firsts if each.kind == TEXT and _seeded(each)]
    order = [each for each in wanted if each in firsts] + [each for each in wanted if each not in firsts] + again
    plan = TrialPlan(spend)
    for trial in order:
        if trial.bound is None:
            plan.left_out.append((trial, "its price is unknown"))
        elif plan.cost + trial.bound > spend:
            plan.left_out.append((trial, f"its {trial.bound:.4f} USD would exceed the limit"))
        else:
            plan.trials.append(trial)
    return plan


def run_trials(*, plan: TrialPlan) -> Iterator[Report]:
    """Make the calls one after another and tell what each showed. Each counts in the sums of the day, under their caps.

    A refused key or credit ends them, and so does a call that cost more than planned if the limit is then too near.
    """
    made: dict[int, bytes] = {}
    spent = Decimal(0)
    for trial in plan.trials:
        if spent + (trial.bound or 0) > plan.limit:
            return
        if trial.kind == AGAIN and not made.get(trial.contender.pk):
            # There is nothing to compare with.
            continue
        report = Report(trial)
        _call(report)
        spent += report.cost
        if trial.kind == TEXT:
            made[trial.contender.pk] = report.pixels
        if trial.kind == AGAIN and report.pixels:
            same = report.pixels == made[trial.contender.pk]
            (report.facts if same else report.differs).append(
                "The seed gives the same picture again." if same else "The same seed gives another picture."
            )
        yield report
        if report.ended:
            return


def _trials_of(contender: Contender) -> Iterator[Trial]:
    assert contender.offering is not None
    able = capabilities_of(contender.offering, provider_for(contender.offering))
    modalities = contender.offering.modalities or contender.image_model.modalities
    edits = able.edit and Modality.IMAGE_EDITING in modalities
    kinds = [(TEXT, able.generate and Modality.TEXT_TO_IMAGE in modalities), (EDIT, edits), (MASK, edits and able.mask)]
    for kind, possible in kinds:
        if possible:
            pictures = {TEXT: 0, EDIT: 1, MASK: 2}[kind]
            bound = call_bound(contender, INSTRUCTION if pictures else PROMPT, [(SIDE, SIDE)] * pictures)
            yield Trial(kind, contender, bound)


def _seeded(trial: Trial) -> bool:
    return _able(trial.contender).seed


def _able(contender: Contender) -> Capabilities:
    assert contender.offering is not None
    return capabilities_of(contender.offering, provider_for(contender.offering))


def _request(trial: Trial) -> Request:
    edits = trial.kind in {EDIT, MASK}
    return write_order(
        trial.contender, INSTRUCTION if edits else PROMPT, seed=SEED, sources=(draw_source(),) if edits else (),
        mask=draw_mask() if trial.kind == MASK else None,
    )  # fmt: skip


def _call(report: Report) -> None:
    """Make the call of a report if a day's cap allows it, and write into it what came of it."""
    try:
        probe = open_probe(contender=report.trial.contender, bound=report.trial.bound, at_work=True)
    except Conflict as error:
        _fail(report, f"The call was not made: {error.message}")
        report.ended = True
        return
    _make_call(report, probe)


def _make_call(report: Report, probe: Probe) -> None:
    contender = report.trial.contender
    assert contender.offering is not None
    adapter, request = provider_for(contender.offering), _request(report.trial)
    began = time.monotonic()
    try:
        done = _work_off(adapter, request, key=str(probe.idempotency_key))
        report.facts.append(f"Answered after {time.monotonic() - began:.1f} s.")
        data = fetch_asset(done.assets[0], host=adapter.host, deadline=time.monotonic() + adapter.patience)
        basis = _count(report, done)
        picture = inspect_image(data)
    except ProviderError as error:
        _fail(report, f"{error.kind} (billed: {error.billed}): {error.message}")
        free = is_free(contender.offering.provider) or error.billed == "no"
        report.cost = report.cost or (Decimal(0) if free else report.trial.bound or Decimal(0))
        report.ended = error.kind in {ErrorKind.AUTH, ErrorKind.QUOTA}
        end_probe(probe, outcome=error.kind, billed=error.billed, message=error.message)
        return
    except BadImage as error:
        _fail(report, f"The picture cannot be shown: {error.message}")
        end_probe(
            probe, outcome=ErrorKind.BAD_RESPONSE, billed="yes", message=error.message, cost=report.cost,
            cost_basis=basis,
        )  # fmt: skip
        return
    end_probe(probe, outcome="done", billed="yes", message=report.trial.kind, cost=report.cost, cost_basis=basis)
    report.pixels = picture.picture.tobytes()
    facts, differs = tell_picture(picture, contender.settings, edited=bool(request.sources))
    if request.sources:
        found = tell_edit(picture.picture, masked=request.mask is not None)
        facts, differs = facts + found[0], differs + found[1]
    report.facts += facts
    report.differs += differs


def _work_off(adapter: Adapter, request: Request, *, key: str) -> Done:
    answer = adapter.submit(request, idempotency_key=key, deadline=time.monotonic() + adapter.patience)
    end = time.monotonic() + PATIENCE_OF_ALL_POLLS
    while isinstance(answer, Pending):
        if time.monotonic() > end:
            raise ProviderError(ErrorKind.TIMEOUT, "The order is still pending after 15 minutes.", billed="unknown")
        time.sleep(answer.poll_after)
        answer = adapter.poll(answer.handle, deadline=time.monotonic() + adapter.patience)
    if not answer.assets:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The answer holds no image.", billed="unknown")
    return answer


def _count(report: Report, done: Done) -> str:
    """Write down what the call cost, what was not sent, and what the host says; return what the cost rests on."""
    listed = report.trial.bound or Decimal(0)
    cost, basis = cost_of(report.trial.contender, done, listed=listed)
    report.cost = cost or Decimal(0)
    if basis == "list":
        counted = "Tokens were counted, for which the catalogue has no prices" if done.usage else "Nothing was counted"
        report.facts.append(f"{counted}; the list says {listed:.4f} USD at most.")
    else:
        report.facts.append(f"Cost {report.cost:.4f} USD by the provider's count; the list says {listed:.4f} at most.")
        if report.cost > listed * (1 + NEAR):
            report.differs.append(f"It cost {report.cost:.4f} USD, more than the list's {listed:.4f}.")
    if len(done.assets) > 1:
        report.differs.append(f"{len(done.assets)} images came instead of one.")
    if dropped := done.applied.get("dropped"):
        report.differs.append(f"Not sent, as the host has no place for it: {', '.join(map(str, dropped))}.")
    report.facts += [f"{name}: {value}" for name, value in _shown(done.notes)]
    return basis


def _shown(notes: Any) -> Iterable[tuple[str, str]]:
    return ((name, str(value)[:80]) for name, value in sorted(notes.items()))


def _fail(report: Report, message: str) -> None:
    report.failed = True
    report.differs.append(message)
