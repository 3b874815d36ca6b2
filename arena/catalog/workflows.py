"""ComfyUI's workflows as contenders carry them: the API format with slots such as {{prompt}}; checked here, pure."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

SLOT = re.compile(r"\{\{([a-z][a-z0-9_]*)\}\}")
# Settings that hold a workflow, and what an order has that the workflow is for.
WORKFLOWS = ("workflow", "edit_workflow", "mask_workflow")
# A node's inputs are the third level; what a custom node keeps in one of them has a few more.
DEEPEST = 32
EXPORT = "in ComfyUI choose Workflow, Export (API), and give that file"


def is_deep(value: Any) -> bool:
    """Tell whether tables and lists lie in each other deeper than any setting does, and than Python can follow."""
    level = [value]
    for _ in range(DEEPEST):
        inner = [each for each in level if isinstance(each, Mapping | list)]
        level = [part for each in inner for part in (each.values() if isinstance(each, Mapping) else each)]
        if not level:
            return False
    return True


def check_workflow(value: Any) -> dict[str, dict[str, Any]]:
    """Return a workflow in API format: nodes by id, each with class_type and inputs. Raises ValueError with a reason.

    The format of the editor, with lists of nodes and links, is refused: its inputs have no names.
    """
    if not isinstance(value, dict) or not value:
        raise ValueError(f"is not a workflow; {EXPORT}")
    if is_deep(value):
        raise ValueError(f"has more than {DEEPEST} levels of tables and lists in each other; {EXPORT}")
    if isinstance(value.get("nodes"), list):
        raise ValueError(f"is a workflow in the format of the editor; {EXPORT}")
    for number, node in value.items():
        whole = isinstance(node, dict) and isinstance(node.get("class_type"), str)
        if not whole or not isinstance(node.get("inputs"), dict):
            raise ValueError(f"node {number} lacks class_type or inputs; {EXPORT}")
    return value


def hash_workflow(workflow: Any) -> str:
    """Return the SHA-256 (hex) of a workflow in canonical JSON."""
    return hashlib.sha256(json.dumps(workflow, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def brief_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings with the hash in the place of each workflow, which is too long to be shown or copied."""
    return {
        name: f"sha256:{hash_workflow(value)}" if name in WORKFLOWS and isinstance(value, Mapping) else value
        for name, value in settings.items()
    }


def slots_of(workflow: Mapping[str, Any]) -> set[str]:
    """Return the names of the slots that a workflow's inputs hold."""
    return {name for node in workflow.values() for text in _texts(node["inputs"]) for name in SLOT.findall(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)
