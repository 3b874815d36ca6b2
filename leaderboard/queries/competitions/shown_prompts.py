"""Which prompts are public: for every door that lists or finds them, the same."""

from django.db.models import QuerySet

from arena.catalog.models import Category, Prompt


def shown_prompts() -> QuerySet[Prompt]:
    """Return the prompts that have a public page: in play or open, of an active category, which is loaded."""
    shown = Prompt.objects.filter(category__state=Category.State.ACTIVE).exclude(state=Prompt.State.DRAFT)
    return shown.select_related("category")


def listed_prompts() -> QuerySet[Prompt]:
    """Return those of them to list. One in play that was superseded is not voted on any more, and is left out."""
    return shown_prompts().exclude(state=Prompt.State.PLAY, superseded_by__isnull=False)
