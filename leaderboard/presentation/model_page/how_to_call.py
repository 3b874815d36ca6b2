"""How to call a model: the samples of each provider that sells it, at the settings of a contender made there."""

from dataclasses import dataclass

from arena.catalog.models import Contender, ImageModel, Offering
from arena.generation.samples.call_samples import CallSample, is_documented, write_samples


@dataclass(frozen=True)
class CallableOffering:
    """An offering with its samples, and the contender whose settings they have (None: the provider's defaults)."""

    offering: Offering
    contender: Contender | None
    samples: tuple[CallSample, ...]


def list_callable(image_model: ImageModel) -> list[CallableOffering]:
    """Return a loaded model's offerings whose calls are documented, the one that makes its contenders first."""
    found = []
    for offering in image_model.offerings.all():
        if not is_documented(offering.provider):
            continue
        contender = next((each for each in image_model.contenders.all() if each.offering_id == offering.pk), None)
        # Samples ask the offering for its model's modalities.
        offering.image_model = image_model
        samples = write_samples(offering, settings=contender.settings if contender else {})
        if samples:
            found.append(CallableOffering(offering, contender, tuple(samples)))
    return sorted(found, key=lambda each: (each.contender is None, each.offering.provider.name.casefold()))
