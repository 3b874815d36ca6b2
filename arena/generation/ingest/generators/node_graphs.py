"""Finds the prompt in a ComfyUI graph of the API form by walking back from what saved the picture."""

from collections.abc import Iterator
from typing import Any

# Bounds for graphs from outside: nodes, steps of one reading, links in a row, characters.
MAX_NODES = 5_000
MAX_STEPS = 20_000
MAX_DEPTH = 100
MAX_PROMPT = 20_000
# Inputs that hold the text of an encoder, the fullest one first, and those of a node that makes a string.
ENCODED = (
    "populated_text", "text", "prompt", "t5xxl", "text_g", "clip_g", "text_l", "clip_l", "llama", "mt5xl", "bert",
    "user_prompt",
)  # fmt: skip
STRINGS = ("populated_text", "value", "string", "text", "prompt", "Text", "String", "")
STRING_NODES = ("string", "text", "primitive", "prompt", "reroute", "multiline", "wildcard")
# These make a new text when they run: what goes in is not what came out.
CHANGING = ("replace", "regex", "caption", "interrogat", "llm", "generat", "translat", "tagger", "random", "ollama")
JOINING = ("concat", "join", "combine")
SAMPLER_INPUTS = {"seed", "noise_seed", "noise", "steps", "latent_image", "sigmas"}

Node = dict[str, Any]


class TooLarge(Exception):
    """The graph takes more steps or makes a longer text than anybody writes."""


class Graph:
    """A graph `{id: {class_type, inputs}}`. A link is `[id, slot]`."""

    def __init__(self, nodes: dict[str, Any]) -> None:
        self.nodes: dict[str, Node] = {
            key: node
            for key, node in nodes.items()
            if isinstance(node, dict) and isinstance(node.get("inputs"), dict) and "class_type" in node
        }
        self.steps = 0

    def behind(self, value: object) -> Node | None:
        """Return the node that a link points to; None if the value is no link."""
        if not (isinstance(value, list) and len(value) == 2 and isinstance(value[0], str | int)):
            return None
        return self.nodes.get(str(value[0]))

    def count_step(self, depth: int) -> None:
        """Raise TooLarge where a walk has gone too far."""
        self.steps += 1
        if self.steps > MAX_STEPS or depth > MAX_DEPTH:
            raise TooLarge


def read_graph(nodes: dict[str, Any]) -> str:
    """Return the prompt of the picture; empty without one clear text.

    A graph that saves pictures of different prompts names none of them.
    """
    if not 0 < len(nodes) <= MAX_NODES:
        return ""
    graph = Graph(nodes)
    try:
        found = {text for root in _roots(graph) if (text := _read_root(graph, root))}
    except TooLarge:
        return ""
    return found.pop() if len(found) == 1 else ""


def find_samplers(nodes: dict[str, Any]) -> tuple[Graph, list[Node]]:
    """Return the graph, and for each picture that it saves the sampler that ran first; none for a huge graph."""
    graph = Graph(nodes if len(nodes) <= MAX_NODES else {})
    found = ([node for node in _upstream(graph, root) if _is_sampler(node)] for root in _roots(graph))
    return graph, [samplers[-1] for samplers in found if samplers]


def read_negative(graph: Graph, sampler: Node) -> str:
    """Return the negative text of a sampler; empty without one clear text."""
    inputs = sampler["inputs"]
    value = inputs.get("negative")
    try:
        return value.strip() if isinstance(value, str) else _text_of(graph, value, 0)
    except TooLarge:
        return ""


def _class(node: Node) -> str:
    return str(node["class_type"]).lower()


def _links(graph: Graph, node: Node) -> Iterator[Node]:
    for value in node["inputs"].values():
        if (behind := graph.behind(value)) is not None:
            yield behind


def _roots(graph: Graph) -> list[Node]:
    """Return the nodes that save pictures; if none does, all that nothing else uses."""
    used = {id(behind) for node in graph.nodes.values() for behind in _links(graph, node)}
    ends = [node for node in graph.nodes.values() if id(node) not in used]
    saving = [node for node in graph.nodes.values() if "save" in _class(node) and "images" in node["inputs"]]
    return saving or ends


def _read_root(graph: Graph, root: Node) -> str:
    upstream = _upstream(graph, root)
    painting = [node for node in upstream if _is_sampler(node)] or [node for node in upstream if _is_call(node)]
    # The last one found is the first that ran: refiners and detailers with words of their own come after it.
    return _conditioned(graph, painting[-1]) if painting else ""


def _upstream(graph: Graph, root: Node) -> list[Node]:
    """Return the nodes that the root depends on, in the order of their distance."""
    order, seen = [root], {id(root)}
    for node in order:
        for behind in _links(graph, node):
            if id(behind) not in seen:
                seen.add(id(behind))
                order.append(behind)
    return order


def _is_sampler(node: Node) -> bool:
    """Tell whether the node paints by a conditioning, its own or its guider's."""
    inputs = node["inputs"]
    if "guider" in inputs or isinstance(inputs.get("positive"), str):
        return True
    return "positive" in inputs and bool(SAMPLER_INPUTS & set(inputs))


def _is_call(node: Node) -> bool:
    """Tell whether the node has a model elsewhere paint what its prompt says."""
    inputs = node["inputs"]
    makes_text = any(word in _class(node) for word in STRING_NODES) and "image" not in _class(node)
    return "prompt" in inputs and "clip" not in inputs and not makes_text


def _conditioned(graph: Graph, node: Node) -> str:
    """Return the positive text of a sampler or of its guider."""
    graph.count_step(0)
    inputs = node["inputs"]
    guider = graph.behind(inputs.get("guider"))
    if guider is not None and guider is not node:
        inputs = guider["inputs"]
        if "positive" not in inputs:
            return _text_of(graph, inputs.get("conditioning", inputs.get("cond1")), 0)
    value = inputs.get("positive")
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return _string_of(graph, inputs.get("prompt"), 0)
    return _text_of(graph, value, 0) or _string_of(graph, value, 0)


def _text_of(graph: Graph, link: object, depth: int) -> str:
    """Return the text behind a link that carries a conditioning."""
    graph.count_step(depth)
    node = graph.behind(link)
    if node is None or "zeroout" in _class(node):
        return ""
    inputs = node["inputs"]
    if "positive" in inputs and "negative" in inputs:
        return _of_pair(graph, inputs, link, depth)
    if any(isinstance(inputs.get(name), str) or graph.behind(inputs.get(name)) for name in ENCODED):
        return _first_string(graph, inputs, ENCODED, depth)
    names = [name for name in inputs if name.lower().startswith(("conditioning", "cond")) or name == ""]
    if "average" in _class(node):
        names = [name for name in names if name == "conditioning_to"]
    texts = [_text_of(graph, inputs[name], depth + 1) for name in names]
    return _joined(texts, ", ")


def _of_pair(graph: Graph, inputs: dict[str, Any], link: object, depth: int) -> str:
    """Pass a node that takes both sides and gives them on: the first place is the positive one."""
    if isinstance(inputs["positive"], str):
        return str(inputs["positive"]).strip()
    slot = link[1] if isinstance(link, list) else 0
    return _text_of(graph, inputs["negative" if slot == 1 else "positive"], depth + 1)


def _first_string(graph: Graph, inputs: dict[str, Any], names: tuple[str, ...], depth: int) -> str:
    for name in names:
        if name in inputs and (text := _string_of(graph, inputs[name], depth + 1)):
            return text
    return ""


def _string_of(graph: Graph, value: object, depth: int) -> str:
    """Return a text that stands there or is made by nodes which only hold or join texts; else an empty one."""
    graph.count_step(depth)
    if isinstance(value, str):
        if len(value) > MAX_PROMPT:
            raise TooLarge
        return value.strip()
    node = graph.behind(value)
    if node is None or any(word in _class(node) for word in CHANGING):
        return ""
    inputs = node["inputs"]
    if any(word in _class(node) for word in JOINING):
        parts = [name for name in inputs if name.lower().startswith(("string", "text", "prompt"))]
        glue = next((inputs[key] for key in ("delimiter", "separator") if isinstance(inputs.get(key), str)), "")
        return _joined([_string_of(graph, inputs[name], depth + 1) for name in parts], glue.replace("\\n", "\n"))
    if any(word in _class(node) for word in STRING_NODES):
        return _first_string(graph, inputs, STRINGS, depth)
    return ""


def _joined(texts: list[str], glue: str) -> str:
    text = glue.join(dict.fromkeys(text for text in texts if text))
    if len(text) > MAX_PROMPT:
        raise TooLarge
    return text.strip()
