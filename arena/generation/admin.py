"""Runs, generations and attempts in the admin: read only, but for decisions. An image is never shown beside a name."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.errors import DomainError
from arena.generation.models import Attempt, Generation, Run
from arena.generation.runs import decide_generation
from arena.read_only import ReadOnlyAdmin


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    """Runs."""

    list_display = ["id", "name", "state", "estimate", "cap", "created_at", "created_by"]
    list_filter = ["state"]


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Generations, with the decision on calls that may have been charged."""

    list_display = ["id", "run", "contender", "prompt", "sample", "state", "reason"]
    list_filter = ["state", "contender"]
    list_select_related = ["run", "contender", "prompt"]
    # With the provider's handle one could look at an image in play, with its maker's name above.
    exclude = ["handle"]
    actions = ["retry", "give_up"]

    @admin.action(
        description=_("Needs a decision: order the image again (it may be charged twice)"), permissions=["view"]
    )
    def retry(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        """Order again."""
        self._decide(request, queryset, retry=True)

    @admin.action(description=_("Needs a decision: give the image up"), permissions=["view"])
    def give_up(self, request: HttpRequest, queryset: QuerySet[Generation]) -> None:
        """Give up."""
        self._decide(request, queryset, retry=False)

    def _decide(self, request: HttpRequest, queryset: QuerySet[Generation], *, retry: bool) -> None:
        for generation in queryset:
            try:
                decide_generation(generation=generation, retry=retry)
            except DomainError as error:
                self.message_user(request, f"{generation.pk}: {error.message}", messages.WARNING)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Calls and what became of them."""

    list_display = ["id", "generation_id", "number", "outcome", "billed", "cost_reserved", "cost", "started_at"]
    list_filter = ["billed", "outcome"]
