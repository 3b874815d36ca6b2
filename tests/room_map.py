"""The map of rooms in docs/architecture.md, drawn from the imports; `python -m tests.room_map` writes it there."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "architecture.md"
# Packages whose rooms are drawn, each before its parts.
HOUSES = ("arena", "arena.catalog", "arena.generation", "arena.voting", "leaderboard", "leaderboard.ratings")


def draw_map() -> str:
    """Return one block per house: each of its rooms and modules, with the others of that house that it imports."""
    graph = grimp.build_graph("arena", "leaderboard", cache_dir=None)
    imports = {
        module: graph.find_modules_directly_imported_by(module)
        for module in graph.modules
        if ".migrations" not in module
    }
    return "\n\n".join(_draw_house(house, imports) for house in HOUSES)


def write_map() -> None:
    """Replace the map on the page by the current one."""
    before, _, rest = PAGE.read_text().partition(f"```\n{HOUSES[0]}: ")
    PAGE.write_text(f"{before}```\n{draw_map()}\n```{rest.partition('```')[2]}")


def _draw_house(house: str, imports: Mapping[str, Collection[str]]) -> str:
    """One line per room of a house; `imports` says which modules each module imports."""
    beside: dict[str, set[str]] = defaultdict(set)
    for importer, imported in imports.items():
        if room := _room(importer, house):
            beside[room] |= {_room(each, house) for each in imported} - {"", room}
    rooms = sorted(beside)
    width = max(map(len, rooms))
    lines = [f"  {room:<{width}}  {' '.join(['→', *sorted(beside[room])]) if beside[room] else ''}" for room in rooms]
    return "\n".join([f"{house}: {len(rooms)} rooms, {sum(map(len, beside.values()))} arrows", *map(str.rstrip, lines)])


def _room(module: str, house: str) -> str:
    """The room of a house that a module is in; empty if it is not in this house."""
    return module.removeprefix(f"{house}.").partition(".")[0] if module.startswith(f"{house}.") else ""


if __name__ == "__main__":
    write_map()
