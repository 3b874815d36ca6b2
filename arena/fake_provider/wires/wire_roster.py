"""The wires that the fake provider speaks."""

from arena.fake_provider.wires.openai_wire import OpenAIWire
from arena.fake_provider.wires.wire_forms import Wire

WIRES: tuple[Wire, ...] = (OpenAIWire(),)
