"""The wires that the fake provider speaks."""

from arena.fake_provider.wires.comfy_wire import ComfyWire
from arena.fake_provider.wires.fal_wire import FalWire
from arena.fake_provider.wires.forms_wire import IdeogramWire, StabilityWire
from arena.fake_provider.wires.gemini_wire import GeminiWire
from arena.fake_provider.wires.openai_wire import OpenAIWire
from arena.fake_provider.wires.polling_wire import BflWire, FairStackWire, LlmStatsWire
from arena.fake_provider.wires.replicate_wire import ReplicateWire
from arena.fake_provider.wires.router_wire import RouterWire
from arena.fake_provider.wires.sdapi_wire import SdapiWire
from arena.fake_provider.wires.wire_forms import Wire

WIRES: tuple[Wire, ...] = (
    OpenAIWire(), FalWire(), ReplicateWire(), BflWire(), LlmStatsWire(), FairStackWire(),
    GeminiWire(), StabilityWire(), IdeogramWire(), RouterWire(), SdapiWire(), ComfyWire(),
)  # fmt: skip
