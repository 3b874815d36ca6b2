"""The map of rooms in docs/architecture.md, drawn from the imports; `python -m tests.room_map` writes it there."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
# Packages whose rooms are drawn, each before its parts.
HOUSES = ("arena", "arena.catalog", "arena.generation", "arena.voting", "leaderboard", "leaderboard.ratings")


def draw_map() -> str:
    """Return one block per house: each of its rooms and modules, with the others of that house that it imports."""
    arrows = {(importer, imported) for importer in _modules() for imported in _imports(importer)}
    return "\n\n".join(_draw_house(house, arrows) for house in HOUSES)


def write_map() -> None:
    """Replace the map on the page by the current one."""
    before, _, rest = PAGE.read_text().partition(f"```\n{HOUSES[0]}: ")
    PAGE.write_text(f"{before}```\n{draw_map()}\n```{rest.partition('```')[2]}")


def _draw_house(house: str, arrows: set[tuple[str, str]]) -> str:
    beside: dict[str, set[str]] = defaultdict(set)
    for importer, imported in arrows:
        one, other = _room(importer, house), _room(imported, house)
        if one and other and one != other:
            beside[one].add(other)
    rooms = sorted({room for module in _modules() if (room := _room(module, house))})
    width = max(map(len, rooms))
    lines = [f"  {room:<{width}}  {' '.join(['→', *sorted(beside[room])]) if beside[room] else ''}" for room in rooms]
    return "\n".join([f"{house}: {len(rooms)} rooms, {sum(map(len, beside.values()))} arrows", *map(str.rstrip, lines)])


def _room(module: str, house: str) -> str:
    """The room of a house that a module is in; empty if it is not in this house."""
    return module.removeprefix(f"{house}.").partition(".")[0] if module.startswith(f"{house}.") else ""


def _modules() -> Iterator[str]:
    for top in ("arena", "leaderboard"):
        for file in sorted((ROOT / top).rglob("*.py")):
            if file.stem != "__init__" and "migrations" not in file.parts:
                yield ".".join(file.relative_to(ROOT).with_suffix("").parts)


def _imports(module: str) -> Iterator[str]:
    """Our modules that a module imports, by full name."""
    for node in ast.walk(ast.parse(_file(module).read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{each.name}" for each in node.names]
            yield from (name if _file(name).exists() else node.module for name in names if _is_ours(name))


def _file(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).with_suffix(".py")


def _is_ours(name: str) -> bool:
    return name.startswith(("arena.", "leaderboard."))


if __name__ == "__main__":
    write_map()
