"""Planning what the built-in painters have not painted yet."""

import itertools
from collections.abc import Iterable

from arena.catalog.models import Category, Contender, Prompt
from arena.generation.models import Generation, Run
from arena.generation.runs.lifecycle import NothingMissing, plan_run, start_run


def has_own_pictures() -> bool:
    """Tell whether there are images that the built-in painters did not make."""
    done = Generation.objects.filter(state=Generation.State.DONE)
    return done.exclude(contender__offering__provider__family="painters").exists()


def paint_missing(*, limit: int | None = None) -> Run | None:
    """Start a run of what the painters have not painted, or return the run that does so; None if nothing is missing.

    With a limit: the first `limit` English prompts in play. Without: all prompts in play or open.
    """
    known = Contender.objects.filter(offering__provider__family="painters").select_related("image_model")
    painters = [contender for contender in known if not contender.is_retired]
    wanted = Prompt.objects.filter(category__state=Category.State.ACTIVE, superseded_by=None)
    if limit is None:
        wanted = wanted.filter(state__in=[Prompt.State.PLAY, Prompt.State.OPEN])
    else:
        wanted = wanted.filter(state=Prompt.State.PLAY, language="en")
    prompts = interleave(wanted)[:limit]
    if not painters or not prompts:
        return None
    try:
        run = plan_run(contenders=painters, prompts=prompts, name="Built-in painters")
    except NothingMissing:
        return Run.objects.filter(state=Run.State.RUNNING, generations__contender__in=painters).first()
    start_run(run=run)
    return run


def interleave(prompts: Iterable[Prompt]) -> list[Prompt]:
    """Return the prompts in turns: every category and language gets its first before any gets its second."""
    queues: dict[tuple[int, str], list[Prompt]] = {}
    for prompt in prompts:
        queues.setdefault((prompt.category_id, prompt.language), []).append(prompt)
    rows = itertools.zip_longest(*queues.values())
    return [prompt for row in rows for prompt in row if prompt is not None]
