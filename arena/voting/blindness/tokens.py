"""How 128-bit ids and handles are written in addresses: 22 letters of URL-safe base64."""

import base64
import binascii
import uuid

from django.utils.translation import gettext as _

from arena.errors import NotFound


def write_token(value: uuid.UUID) -> str:
    """Return the id's one spelling in an address."""
    return base64.urlsafe_b64encode(value.bytes).decode().rstrip("=")


def read_token(text: str) -> uuid.UUID:
    """Return the id that an address spells. Raises NotFound for anything but its one spelling."""
    try:
        value = uuid.UUID(bytes=base64.urlsafe_b64decode(text + "=="))
    except (ValueError, binascii.Error):
        value = None
    if value is None or write_token(value) != text:
        raise NotFound(_("There is no such matchup."))
    return value
