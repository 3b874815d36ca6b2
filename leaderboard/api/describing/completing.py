"""Completes the schema: every property and parameter says what it is, and shows an example."""

from typing import Any

from leaderboard.presentation.tables.property_texts import EXAMPLES, MEANINGS, USUAL


def complete_schema(result: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Add the missing texts and examples to a schema, as a hook of drf-spectacular."""
    schemas = result["components"]["schemas"]
    for schema in schemas.values():
        properties = schema.get("properties", {})
        for name in properties:
            properties[name] = _complete(name, properties[name], schemas)
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                parameter.setdefault("description", MEANINGS.get(parameter["name"], ""))
    return result


def _complete(name: str, described: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in described:
        # What stands beside a reference is ignored.
        described = {"allOf": [described]}
    described.setdefault("description", MEANINGS.get(name, ""))
    example = _find_example(name, described, schemas)
    if example is not None:
        described.setdefault("example", example)
    return described


def _find_example(name: str, described: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """An example that the property's own schema allows; objects and lists of objects show theirs inside."""
    choices = described.get("enum")
    for inner in (*described.get("allOf", ()), *described.get("oneOf", ())):
        choices = choices or _follow(inner, schemas).get("enum") or inner.get("enum")
    known = EXAMPLES.get(name)
    if choices:
        return known if known in choices else next(choice for choice in choices if choice not in ("", None))
    kind = described.get("type")
    if kind == "array":
        items = _follow(described["items"], schemas)
        own = _find_example(name, described["items"], schemas) if items.get("type") != "object" else None
        return None if own is None else [own]
    if kind not in ("string", "integer", "number", "boolean"):
        return None
    if known is not None and isinstance(known, str) == (kind == "string") and "format" not in described:
        return known
    if known is not None and kind == "number":
        return known
    return USUAL.get(described.get("format", ""), USUAL[kind])


def _follow(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas.get(schema.get("$ref", "").rpartition("/")[2], schema)
    return found
