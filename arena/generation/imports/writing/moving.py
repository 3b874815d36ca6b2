"""Superseding a prompt whose images are imported: they move along, since it was only their text that was wrong."""

from django.db import transaction
from django.utils.translation import gettext as _

from arena.catalog.curation import supersede_prompt
from arena.catalog.models import Prompt
from arena.errors import Conflict
from arena.generation.models import Generation, Run


@transaction.atomic
def supersede_with_images(*, prompt: Prompt) -> Prompt:
    """Make an editable draft that replaces a prompt and takes its imported images; the votes stay with the old prompt.

    Voters are not dealt again what they have seen of the old one. Raises Conflict if the prompt is open, superseded, or
    has no imported images.
    """
    if Prompt.objects.select_for_update().get(pk=prompt.pk).state == Prompt.State.OPEN:
        raise Conflict(
            _("%(title)s is open: its images are public, so nobody votes on them again.") % {"title": prompt.title}
        )
    imported = Generation.objects.filter(prompt=prompt, run__kind=Run.Kind.IMPORT, state=Generation.State.DONE)
    runs = list(Run.objects.filter(pk__in=imported.values("run")).select_for_update())
    if not runs:
        raise Conflict(
            _("%(title)s has no imported images. Generated ones were made from its text: supersede it without them.")
            % {"title": prompt.title}
        )
    successor = supersede_prompt(prompt=prompt)
    imported.update(prompt=successor)
    for run in runs:
        # What an import brought leaves with it, and so does what replaced it.
        if prompt.pk in run.brought.get("prompt", []):
            run.brought["prompt"].append(successor.pk)
            run.save(update_fields=["brought"])
    return successor
