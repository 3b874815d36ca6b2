"""Writes a prompt set into the catalogue, all of it or nothing."""

from django.db import connection, transaction

from arena.catalog.models import Prompt
from arena.catalog.prompt_sets.prompt_plan import Defaults, PromptPlan, plan_prompts
from arena.catalog.prompt_sets.prompt_rows import PromptSet
from arena.catalog.prompt_sets.set_pictures import store_pictures


@transaction.atomic
def import_prompts(*, found: PromptSet, defaults: Defaults) -> PromptPlan:
    """Import a set as drafts, and return what was done.

    A row whose text and language exist already changes nothing, except that it gives that prompt its slug. Unknown
    categories are made as drafts. Raises BadPromptFile with nothing written.
    """
    with connection.cursor() as cursor:
        # From the plan to the end, nobody makes, freezes or renames a prompt. Votes go on.
        cursor.execute("LOCK TABLE catalog_prompt IN SHARE ROW EXCLUSIVE MODE")
    plan = plan_prompts(found=found, defaults=defaults)
    for category in plan.new_categories:
        category.save()
    # In their order, each slug is free when it is taken.
    for prompt, _old in plan.renamed:
        prompt.save(update_fields=["slug"])
    Prompt.objects.bulk_create(plan.new, batch_size=500)
    for prompt, axes in plan.tagged:
        prompt.axes.set(axes)
    store_pictures(plan.pictured)
    return plan
