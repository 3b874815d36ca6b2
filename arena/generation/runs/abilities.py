"""Which contenders can make which images: whether they can be called, and what their models take."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arena.catalog.capabilities import Capabilities
from arena.catalog.models import Contender, Modality, Prompt, SourceImage
from arena.generation.providers.registry import NotCallable, capabilities_of, provider_for


@dataclass(frozen=True)
class Needs:
    """What an image of a prompt takes. Few prompts differ in it."""

    edits: bool = False
    sources: int = 0
    has_mask: bool = False


class Abilities:
    """Tells of contenders why they cannot make an image, if they cannot. Reads environment and catalogue, no query.

    The contenders' offerings and their providers are loaded.
    """

    def __init__(self, contenders: Iterable[Contender]) -> None:
        self._capabilities: dict[int, Capabilities] = {}
        self._missing: dict[int, str] = {}
        self._answers: dict[tuple[int, Needs], str] = {}
        for contender in contenders:
            self._look_up(contender)

    def why_not_called(self, contender: Contender) -> str:
        """Return why a contender cannot be called at all; empty if it can."""
        return self._missing.get(contender.pk, "")

    def why_not(self, contender: Contender, needs: Needs) -> str:
        """Return why a contender cannot make an image that takes this; empty if it can."""
        key = contender.pk, needs
        if key not in self._answers:
            self._answers[key] = self._missing.get(contender.pk) or _why_not(self._capabilities[contender.pk], needs)
        return self._answers[key]

    def _look_up(self, contender: Contender) -> None:
        if contender.offering is None:
            self._missing[contender.pk] = _("It has no offering to generate with: its images are imported.")
            return
        try:
            provider = provider_for(contender.offering)
            self._capabilities[contender.pk] = capabilities_of(contender.offering, provider)
        except NotCallable as error:
            self._missing[contender.pk] = error.message


def needs_of(prompts: Iterable[Prompt]) -> Mapping[int, Needs]:
    """Return what each prompt takes, by its key. The prompts' categories are loaded. One query if any is an edit."""
    wanted = list(prompts)
    edits = [prompt.pk for prompt in wanted if prompt.category.modality == Modality.IMAGE_EDITING]
    sources: dict[int, int] = {}
    masked: set[int] = set()
    rows = SourceImage.objects.filter(prompt__in=edits).order_by() if edits else SourceImage.objects.none()
    for prompt, role in rows.values_list("prompt", "role"):
        if role == SourceImage.Role.MASK:
            masked.add(prompt)
        else:
            sources[prompt] = sources.get(prompt, 0) + 1
    found = {prompt.pk: Needs() for prompt in wanted}
    return found | {key: Needs(True, sources.get(key, 0), key in masked) for key in edits}


def _why_not(capabilities: Capabilities, needs: Needs) -> str:
    if not needs.edits:
        return "" if capabilities.generate else _("It only edits images.")
    if not needs.sources:
        return _("The prompt asks to edit an image, and has no source image.")
    if not capabilities.edit:
        return _("It cannot edit images.")
    if needs.sources > capabilities.most_sources:
        said = {"most": capabilities.most_sources, "sources": needs.sources}
        return _("It takes at most %(most)s source images, and the prompt has %(sources)s.") % said
    if needs.has_mask and not capabilities.mask:
        return _("It takes no mask.")
    return ""
