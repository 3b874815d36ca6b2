"""Planning what the built-in painters have not painted yet."""

import itertools
from collections.abc import Iterable

from arena.catalog.models import Category, Contender, Modality, Prompt
from arena.generation.models import Generation, Run
from arena.generation.runs.abilities import possible_prompts
from arena.generation.runs.lifecycle import NothingMissing, plan_run, start_run


def has_own_pictures() -> bool:
    """Tell whether there are images that the built-in painters did not make."""
    done = Generation.objects.filter(state=Generation.State.DONE)
    return done.exclude(contender__offering__provider__family="painters").exists()


def paint_missing(*, limit: int | None = None) -> Run | None:
    """Start a run of what the painters have not painted, or return the run that does so; None if nothing is missing.

    The prompts are those in play or open, or the first `limit` of them in the order of `in_painting_order`.
    """
    known = Contender.objects.filter(offering__provider__family="painters").select_related("image_model")
    painters = [contender for contender in known if not contender.is_retired]
    wanted = Prompt.objects.filter(
        category__state=Category.State.ACTIVE, superseded_by=None, state__in=[Prompt.State.PLAY, Prompt.State.OPEN]
    )
    # Others than the built-in prompts may ask for what one of the painters does not do.
    prompts = possible_prompts(painters, list(wanted.select_related("category")))
    chosen = in_painting_order(prompts)[:limit]
    if not painters or not chosen:
        return None
    try:
        run = plan_run(contenders=painters, prompts=chosen, name="Built-in painters")
    except NothingMissing:
        return Run.objects.filter(state=Run.State.RUNNING, generations__contender__in=painters).first()
    start_run(run=run)
    return run


def in_painting_order(prompts: Iterable[Prompt]) -> list[Prompt]:
    """Return the prompts so that any number of the first ones is a fair choice of all.

    Modalities are mixed from the second prompt on. Within each, English categories and other languages take turns,
    those in English first. What is open, and thus cannot be voted on, never comes first.
    """
    queues: dict[tuple[str, str], dict[str, list[Prompt]]] = {}
    for prompt in sorted(prompts, key=lambda prompt: prompt.language != "en"):
        turn = f"category {prompt.category_id}" if prompt.language == "en" else prompt.language
        queue = queues.setdefault((prompt.category.modality, turn), {"play": [], "open": []})
        queue["open" if prompt.state == Prompt.State.OPEN else "play"].append(prompt)
    by_modality: dict[str, list[list[Prompt]]] = {}
    for (modality, _), queue in queues.items():
        by_modality.setdefault(modality, []).append(_mixed([(0.0, queue["play"]), (0.5, queue["open"])]))
    rows = sorted(by_modality.items(), key=lambda item: item[0] != Modality.TEXT_TO_IMAGE)
    return _mixed([(0.0, _in_turns(turns)) for _, turns in rows])


def _in_turns(queues: Iterable[list[Prompt]]) -> list[Prompt]:
    """Every queue gets its first before any gets its second."""
    return [prompt for row in itertools.zip_longest(*queues) for prompt in row if prompt is not None]


def _mixed(lists: Iterable[tuple[float, list[Prompt]]]) -> list[Prompt]:
    """Return lists in one, each spread evenly over it; the k-th of n stands at (k + delay) / n of the whole."""
    placed = [((k + delay) / len(listed), prompt) for delay, listed in lists for k, prompt in enumerate(listed)]
    return [prompt for _, prompt in sorted(placed, key=lambda pair: pair[0])]
