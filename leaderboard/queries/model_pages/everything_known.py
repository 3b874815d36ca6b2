"""Models with everything that the catalogue says of them, read in few queries."""

from django.db.models import Prefetch, QuerySet

from arena.catalog.models import Claim, Contender, ImageModel, Offering, Price


def load_models() -> QuerySet[ImageModel]:
    """Return the models with their contenders, offerings with prices, facts, parameters and claims."""
    prices = Prefetch("prices", queryset=Price.objects.select_related("offering__provider"))
    return ImageModel.objects.select_related("organization").prefetch_related(
        Prefetch("contenders", queryset=Contender.objects.select_related("offering__provider").order_by("name")),
        Prefetch("offerings", queryset=Offering.objects.select_related("provider").prefetch_related(prices)),
        "facts",
        "parameters",
        Prefetch("claims", queryset=Claim.objects.select_related("axis")),
        "replaced_by",
        "replaces",
    )
