"""Fills the slots of a ComfyUI workflow: values are set in the parsed inputs, never put into the text of the JSON."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from arena.catalog.workflows import SLOT, slots_of

# Nodes that keep pictures, the one whose files stay first.
SAVING = ("SaveImage", "PreviewImage")


def places_of(workflow: Mapping[str, Any], inputs: Mapping[str, Any]) -> set[str]:
    """Return which values a workflow takes: its slots, and the names in `inputs`."""
    return slots_of(workflow) | set(inputs)


def fill_workflow(
    workflow: Mapping[str, Any], values: Mapping[str, Any], inputs: Mapping[str, str | Sequence[str]]
) -> dict[str, Any]:
    """Return the workflow with values in its slots, and where `inputs` says: name → "node.input", or several.

    An input that is a slot and nothing else takes the value with its type. What a value holds is not filled again.
    Raises ValueError for a slot or an input that there is no value or node for.
    """
    if missing := sorted(places_of(workflow, inputs) - set(values)):
        raise ValueError(f"The workflow has a place for {missing[0]}, but this order has none.")
    filled = {
        number: {**node, "inputs": {name: _fill(value, values) for name, value in node["inputs"].items()}}
        for number, node in workflow.items()
    }
    for name, where in inputs.items():
        for place in [where] if isinstance(where, str) else where:
            number, _, field = place.rpartition(".")
            if number not in filled:
                raise ValueError(f"The workflow has no node {number or place!r}, which inputs names for {name}.")
            filled[number]["inputs"][field] = _literal(values[name])
    return filled


def find_output(workflow: Mapping[str, Any], wanted: str) -> str:
    """Return the id of the node whose picture counts: `wanted`, or the only one that saves. Raises ValueError."""
    if wanted:
        if wanted not in workflow:
            raise ValueError(f"The workflow has no node {wanted!r}, which is set as its output.")
        return wanted
    for kind in SAVING:
        saving = [number for number, node in workflow.items() if node["class_type"] == kind]
        if len(saving) == 1:
            return saving[0]
    raise ValueError("The workflow has no single SaveImage node: set `output` to the id of the node that counts.")


def name_files(workflow: dict[str, Any], prefix: str) -> None:
    """Give the files of all saving nodes this prefix: under the names of an earlier order none would be made."""
    for node in workflow.values():
        if isinstance(node["inputs"].get("filename_prefix"), str):
            node["inputs"]["filename_prefix"] = prefix


def _fill(value: Any, values: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        whole = SLOT.fullmatch(value)
        return _literal(values[whole[1]]) if whole else SLOT.sub(lambda found: str(values[found[1]]), value)
    if isinstance(value, Mapping):
        return {name: _fill(each, values) for name, each in value.items()}
    return [_fill(each, values) for each in value] if isinstance(value, list) else value


def _literal(value: Any) -> Any:
    """Return a value as an input: a bare list would be read as a link between nodes."""
    return {"__value__": list(value)} if isinstance(value, list | tuple) else copy.deepcopy(value)
