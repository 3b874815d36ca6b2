"""Runs, generations and attempts in the admin: read-only except for actions. No image is shown beside a name.

Prompts get an action here that their own app cannot offer, since it knows no images.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from arena.catalog.models import Prompt
from arena.errors import DomainError
from arena.generation.imports.writing.moving import supersede_with_images
from arena.generation.models import Attempt, Decision, Generation, Run
from arena.generation.runs.lifecycle import cancel_run, pause_run, start_run
from arena.web.read_only import ReadOnlyAdmin


class SteeredAdmin(ReadOnlyAdmin):
    """Rows that only actions change; each action needs the permission to change the row."""

    def has_steer_permission(self, request: HttpRequest) -> bool:
        """Tell whether the user may run actions."""
        return request.user.has_perm(f"generation.change_{self.opts.model_name}")

    def steer(self, request: HttpRequest, rows: QuerySet[Any], act: Callable[[Any], object]) -> None:
        """Apply `act` to each row; report the rows that refuse it."""
        for row in rows:
            try:
                act(row)
            except DomainError as error:
                self.message_user(request, f"{row.pk}: {error.message}", messages.WARNING)


@admin.register(Run)
class RunAdmin(SteeredAdmin):
    """Runs, which can be paused, resumed and cancelled."""

    list_display = ["id", "name", "kind", "state", "estimate", "cap", "created_at", "created_by"]
    list_filter = ["kind", "state"]
    actions = ["pause", "resume", "cancel"]

    @admin.action(description=_("Pause: begin nothing more for now"), permissions=["steer"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Pause."""
        self.steer(request, queryset, lambda run: pause_run(run=run))

    @admin.action(description=_("Start or resume"), permissions=["steer"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Start or resume."""
        self.steer(request, queryset, lambda run: start_run(run=run))

    @admin.action(description=_("Cancel what has not begun"), permissions=["steer"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Run]) -> None:
        """Cancel."""
        self.steer(request, queryset, lambda run: cancel_run(run=run))


@admin.register(Generation)
class GenerationAdmin(ReadOnlyAdmin):
    """Generations; what needs a decision is decided on its page, where one sees the call that it is about."""

    list_display = ["id", "run", "contender", "prompt", "sample", "state", "reason"]
    list_filter = ["state", "contender"]
    list_select_related = ["run", "contender", "prompt"]
    # The handle could lead to an image in play, and the page names the contender that made it. So could the moment at
    # which staff took a nameless image out, which they may take back.
    exclude = ["handle", "hidden_at"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Refuse to list by what the pages do not show."""
        return lookup.partition("__")[0] not in self.exclude and super().lookup_allowed(lookup, value, request)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Calls and their outcomes."""

    list_display = [
        "id", "generation_id", "provider", "number", "outcome", "billed", "cost_reserved", "cost", "cost_basis",
        "price_version", "started_at",
    ]  # fmt: skip
    list_select_related = ["provider"]
    list_filter = ["billed", "outcome"]


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    """What was decided on calls that may have been charged, by whom and when."""

    list_display = ["id", "generation_id", "choice", "cost", "decided_at", "decided_by"]
    list_filter = ["choice"]


@admin.action(permissions=["change"], description=_("Supersede by an editable draft that takes the imported images"))
def supersede_with_imported(
    model_admin: admin.ModelAdmin[Prompt], request: HttpRequest, queryset: QuerySet[Prompt]
) -> None:
    """Make an editable successor of each chosen prompt, and move its imported images to it."""
    for prompt in queryset:
        try:
            successor = supersede_with_images(prompt=prompt)
        except DomainError as error:
            model_admin.message_user(request, error.message, messages.ERROR)
        else:
            said = _("Draft %(slug)s made, with the images. Correct it, then put it into play.")
            model_admin.message_user(request, said % {"slug": successor.slug})


prompts = admin.site.get_model_admin(Prompt)
prompts.actions = [*(prompts.actions or ()), supersede_with_imported]
