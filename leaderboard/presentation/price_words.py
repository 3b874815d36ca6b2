"""What a price is for, in words."""

from django.utils.translation import gettext_lazy, pgettext_lazy

_ITEMS = {
    "image": gettext_lazy("Image"),
    "edit": gettext_lazy("Edited image"),
    "further_megapixel": gettext_lazy("Each megapixel after the first"),
    "text_input": gettext_lazy("Text input"),
    "cached_text_input": gettext_lazy("Text input, cached"),
    "image_input": gettext_lazy("Image input"),
    "cached_image_input": gettext_lazy("Image input, cached"),
    "text_output": gettext_lazy("Text output"),
    "image_output": gettext_lazy("Image output"),
}
_UNITS = {
    "image": pgettext_lazy("price per", "image"),
    "megapixel": pgettext_lazy("price per", "started megapixel"),
    "million_tokens": pgettext_lazy("price per", "million tokens"),
}

_PER = {
    "image": gettext_lazy("{amount} per image"),
    "megapixel": gettext_lazy("{amount} per started megapixel"),
    "million_tokens": gettext_lazy("{amount} per million tokens"),
}


def item_name(item: str) -> str:
    """What is paid for: an image, tokens of some kind."""
    return str(_ITEMS.get(item, item.replace("_", " ").capitalize()))


def price_per(unit: str, amount: str) -> str:
    """An amount with what it is for, as one phrase."""
    pattern = _PER.get(unit)
    return str(pattern).format(amount=amount) if pattern else f"{amount} / {unit_name(unit)}"


def unit_name(unit: str) -> str:
    """What a price is per."""
    return str(_UNITS.get(unit, unit.replace("_", " ")))
