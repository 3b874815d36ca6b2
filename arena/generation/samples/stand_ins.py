"""What stands in a rehearsed call for the key and the picture, until a sample names the reader's own."""

import base64

from arena.generation.providers.wire import PlannedCall

KEY = "the-key-of-the-reader"
PICTURE = b"the picture of the reader"
ENCODED = base64.b64encode(PICTURE).decode()
# What a sample calls the file of the picture to edit.
FILE_NAME = "source.png"


def shown_headers(call: PlannedCall) -> dict[str, str]:
    """Return the headers that a sample needs: the one with the key, and one that asks for pictures.

    The others are Easel's own, or an operator's.
    """
    return {
        name.title(): value
        for name, value in call.headers.items()
        if KEY in value or (name == "accept" and value != "application/json")
    }


def shown_body(call: PlannedCall) -> dict[str, object]:
    """Return the fields of a JSON body, model and prompt first."""
    first = [name for name in ("model", "prompt") if name in call.json]
    return {name: call.json[name] for name in [*first, *(name for name in call.json if name not in first)]}
