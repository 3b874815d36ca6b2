"""Finds what a ComfyUI graph sets: the sampler's values, and the checkpoint and LoRAs of the model that it gets."""

from typing import Any

from arena.generation.ingest.generators.node_graphs import MAX_DEPTH, Graph, Node, find_samplers, read_negative

CHECKPOINTS = ("ckpt_name", "unet_name", "model_name", "gguf_name")
NAMES = {
    "steps": "steps", "cfg": "guidance", "sampler_name": "sampler", "scheduler": "scheduler", "denoise": "denoise",
    "seed": "seed", "noise_seed": "seed",
}  # fmt: skip


def read_graph_settings(nodes: dict[str, Any]) -> dict[str, Any]:
    """Return the settings of the first sampler of a graph, in our words; empty where several pictures differ."""
    graph, samplers = find_samplers(nodes)
    found = [_read_sampler(graph, sampler) for sampler in samplers]
    return found[0] if found and all(each == found[0] for each in found) else {}


def _read_sampler(graph: Graph, sampler: Node) -> dict[str, Any]:
    inputs = sampler["inputs"]
    # SamplerCustomAdvanced gets its values from nodes of their own.
    parts = [
        sampler,
        *(behind for name in ("noise", "sigmas", "sampler", "guider") if (behind := graph.behind(inputs.get(name)))),
    ]
    found: dict[str, Any] = {}
    for node in parts:
        for name, ours in NAMES.items():
            value = node["inputs"].get(name)
            if isinstance(value, str | int | float) and not isinstance(value, bool):
                found.setdefault(ours, value)
    links = [node["inputs"].get("model") for node in parts]
    checkpoint, loras = _read_models(graph, next((link for link in links if graph.behind(link)), None))
    if checkpoint:
        found["checkpoint"] = checkpoint
    if loras:
        found["loras"] = loras
    if negative := read_negative(graph, sampler):
        found["negative_prompt"] = negative
    return found


def _read_models(graph: Graph, link: object) -> tuple[str, list[tuple[str, object]]]:
    """Walk from a sampler's model to the checkpoint; return its file and the LoRAs on the way, the first one first."""
    loras: list[tuple[str, object]] = []
    for _ in range(MAX_DEPTH):
        node = graph.behind(link)
        if node is None:
            return "", loras[::-1]
        inputs = node["inputs"]
        if isinstance(lora := inputs.get("lora_name"), str):
            loras.append((lora, inputs.get("strength_model", 1)))
        for name in CHECKPOINTS:
            if isinstance(inputs.get(name), str):
                return inputs[name], loras[::-1]
        link = inputs.get("model")
    return "", loras[::-1]
