"""How anyone calls a model at a provider: its own documented call as curl and Python, as our adapter would send it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from arena.catalog.keys import is_ours
from arena.catalog.models import Modality, Offering, Provider
from arena.catalog.pinned_settings import OWN_SETTINGS
from arena.generation.calls.ordering import model_at
from arena.generation.providers.base import ProviderError, Request, SourcePicture
from arena.generation.providers.registry import adapter_with, capabilities_of
from arena.generation.providers.shapes.host_options import BadOptions
from arena.generation.providers.wire import rehearse
from arena.generation.samples.answer_steps import ANSWERS
from arena.generation.samples.curl_text import write_curl
from arena.generation.samples.python_text import write_python
from arena.generation.samples.stand_ins import KEY, PICTURE

# Neither text holds a sign that a shell, JSON or Python reads as anything but itself.
PROMPTS = {
    Modality.TEXT_TO_IMAGE: "A red bicycle in light rain",
    Modality.IMAGE_EDITING: "Add a starry night sky",
}
SEED = 7


@dataclass(frozen=True)
class CallSample:
    """One call: of which modality, to which URL, and its two texts; `waits` says that the answer is not the image."""

    modality: Modality
    model_id: str
    url: str
    key_env: str
    curl: str
    python: str
    waits: bool


def is_documented(provider: Provider) -> bool:
    """Tell whether a provider's calls may be shown to everyone: it has a public page, and an address by https.

    An operator's own server has no page, and its address is nobody's business.
    """
    address = urlsplit(provider.base_url)
    return (
        bool(provider.website)
        and address.scheme == "https"
        and not (address.username or address.query)
        and provider.family in ANSWERS
        and not is_ours(provider.key_env)
        # Anything else would not be a variable's name to a shell.
        and (provider.key_env or "none").isidentifier()
    )


def write_samples(offering: Offering, *, settings: Mapping[str, Any]) -> list[CallSample]:
    """Return an offering's calls at these settings: one for new images and one for edits, where it takes them.

    None if the catalogue's options do not fit, or the host would not take such an order.
    """
    written = (_write(offering, modality, settings) for modality in _modalities(offering))
    return [sample for sample in written if sample is not None]


def _modalities(offering: Offering) -> Iterable[Modality]:
    stated = offering.modalities or offering.image_model.modalities
    return [modality for modality in Modality if modality.value in stated]


def _write(offering: Offering, modality: Modality, settings: Mapping[str, Any]) -> CallSample | None:
    provider, edits = offering.provider, modality is Modality.IMAGE_EDITING
    request = Request(
        model=model_at(offering, edits=edits),
        prompt=PROMPTS[modality],
        seed=SEED,
        settings={name: value for name, value in settings.items() if name not in OWN_SETTINGS},
        sources=(SourcePicture(PICTURE, "image/png", 1024, 1024),) if edits else (),
    )
    try:
        adapter = adapter_with(provider, key=KEY if provider.key_env else "")
        takes = capabilities_of(offering, adapter)
        if not (takes.edit if edits else takes.generate):
            return None
        call = rehearse(lambda: adapter.submit(request, idempotency_key="", deadline=float("inf")))
    except (BadOptions, ProviderError, ValueError):
        return None
    if call is None:
        return None
    steps = ANSWERS[provider.family](provider, request.model)
    return CallSample(
        modality=modality,
        model_id=request.model,
        url=call.url,
        key_env=provider.key_env,
        curl=write_curl(call, key_env=provider.key_env, follow=steps.follow),
        python=write_python(call, key_env=provider.key_env, steps=steps),
        waits=bool(steps.follow),
    )
