"""Which images a contender can make: whether it can be called, its modalities, and what sources and masks it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.catalog.capabilities import Capabilities
from arena.catalog.models import Contender, Modality, Prompt, SourceImage
from arena.generation.providers.registry import NotCallable, capabilities_of, provider_for

Role = SourceImage.Role


@dataclass(frozen=True)
class Need:
    """What a prompt asks of a contender."""

    modality: str
    sources: int = 0
    mask: bool = False


def read_needs(prompts: Sequence[Prompt]) -> dict[int, Need]:
    """Return what each prompt asks for, by its key; one query. Categories are prefetched."""
    pictures = SourceImage.objects.filter(prompt__in=prompts).order_by().values_list("prompt")
    counted = pictures.annotate(
        sources=Count("id", filter=Q(role=Role.SOURCE)), masks=Count("id", filter=Q(role=Role.MASK))
    )
    found = {prompt_id: (sources, masks > 0) for prompt_id, sources, masks in counted}
    return {prompt.pk: Need(prompt.category.modality, *found.get(prompt.pk, (0, False))) for prompt in prompts}


class Abilities:
    """Tells of contenders why they cannot make an image, if they cannot. Reads environment and catalogue, no query.

    The contenders' models, offerings and providers are loaded.
    """

    def __init__(self, contenders: Iterable[Contender]) -> None:
        self._able: dict[int, tuple[Capabilities, Sequence[str]]] = {}
        self._missing: dict[int, str] = {}
        self._answers: dict[tuple[int, Need], str] = {}
        for contender in contenders:
            try:
                self._able[contender.pk] = _abilities(contender)
            except NotCallable as error:
                self._missing[contender.pk] = error.message

    def why_not_called(self, contender: Contender) -> str:
        """Return why a contender cannot be called at all; empty if it can."""
        return self._missing.get(contender.pk, "")

    def why_not(self, contender: Contender, need: Need) -> str:
        """Return why a contender cannot make an image that takes this; empty if it can."""
        key = contender.pk, need
        if key not in self._answers:
            self._answers[key] = self._missing.get(contender.pk) or _lack(need, *self._able[contender.pk])
        return self._answers[key]


def find_inability(contenders: Iterable[Contender], prompts: Sequence[Prompt]) -> str:
    """Return in a sentence why one of these contenders cannot make one of these prompts; empty if all can."""
    contenders = list(contenders)
    needs, abilities = read_needs(prompts), Abilities(contenders)
    for contender in contenders:
        for prompt in prompts:
            if lack := abilities.why_not(contender, needs[prompt.pk]):
                said = {"contender": contender.slug, "prompt": prompt.slug, "lack": lack}
                return _("%(contender)s cannot make %(prompt)s: %(lack)s") % said
    return ""


def possible_prompts(contenders: Iterable[Contender], prompts: Sequence[Prompt]) -> list[Prompt]:
    """Return the prompts that each of these contenders can make; one that cannot be called is not asked."""
    contenders = list(contenders)
    needs, abilities = read_needs(prompts), Abilities(contenders)
    asked = [contender for contender in contenders if not abilities.why_not_called(contender)]
    return [prompt for prompt in prompts if not any(abilities.why_not(each, needs[prompt.pk]) for each in asked)]


def _abilities(contender: Contender) -> tuple[Capabilities, Sequence[str]]:
    offering = contender.offering
    if offering is None:
        raise NotCallable(_("It has no offering to generate with: its images are imported."))
    capabilities = capabilities_of(offering, provider_for(offering))
    if fault := _settings_lack(contender.settings, capabilities):
        raise NotCallable(fault)
    return capabilities, offering.modalities or contender.image_model.modalities


def _settings_lack(settings: Mapping[str, Any], capabilities: Capabilities) -> str:
    """Return which of a contender's settings its model does not take at this host, in a sentence; empty for none."""
    form, quality = str(settings.get("output_format", "")).lower().replace("jpg", "jpeg"), settings.get("quality")
    if form and capabilities.formats and form not in capabilities.formats:
        return _("it is set to make %(form)s, and this host does not.") % {"form": form}
    if quality and capabilities.qualities and quality not in capabilities.qualities:
        return _("its quality is set to %(quality)s, which this host does not know.") % {"quality": quality}
    if settings.get("background") == "transparent" and not capabilities.transparent:
        return _("it is set to a transparent background, which this host does not make.")
    return ""


def _lack(need: Need, capabilities: Capabilities, modalities: Sequence[str]) -> str:
    """Return what a contender lacks for a need, in a sentence; empty for nothing."""
    if need.modality == Modality.TEXT_TO_IMAGE:
        makes = capabilities.generate and need.modality in modalities
        return "" if makes else _("it edits images and makes none from text alone.")
    if not capabilities.edit or need.modality not in modalities:
        return _("it makes images from text and does not edit them.")
    most = max(1, capabilities.most_sources)
    if not need.sources:
        return _("the prompt asks for an edit and has no source picture. Add one.")
    if need.sources > most:
        return _sources_lack(need.sources, most)
    return _("it takes no mask.") if need.mask and not capabilities.mask else ""


def _sources_lack(wanted: int, most: int) -> str:
    said: Mapping[str, int] = {"wanted": wanted, "most": most}
    return (
        ngettext(
            "the prompt has %(wanted)d source pictures, and it takes %(most)d.",
            "the prompt has %(wanted)d source pictures, and it takes at most %(most)d.",
            most,
        )
        % said
    )
