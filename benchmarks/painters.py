"""Measures the CPU time of each built-in painter at 1024 px: `uv run python -m benchmarks.painters`."""

import time
import tomllib
from pathlib import Path
from statistics import median, quantiles

from arena.painters.paint import PAINTERS, paint
from arena.painters.scenes import Scene, parse_scene

PROMPTS = Path(__file__).resolve().parent.parent / "arena" / "catalog" / "data" / "prompts"


def load_scenes(limit: int) -> list[tuple[str, Scene]]:
    """The texts and scenes of up to `limit` built-in prompts, spread over all of them."""
    tables = [table for path in sorted(PROMPTS.glob("*.toml")) for table in tomllib.loads(path.read_text())["prompt"]]
    drawn = [(table["text"], parse_scene(table["scene"])) for table in tables if "scene" in table]
    return drawn[:: max(1, len(drawn) // limit)][:limit]


def measure(slug: str, scenes: list[tuple[str, Scene]]) -> list[float]:
    """CPU milliseconds for each scene, after one picture to warm the caches."""
    paint(slug, prompt="warm", scene=scenes[0][1], seed=0)
    spent = []
    for seed, (text, scene) in enumerate(scenes):
        start = time.process_time()
        paint(slug, prompt=text, scene=scene, seed=seed)
        spent.append((time.process_time() - start) * 1000)
    return spent


def main() -> None:
    """Print the table."""
    scenes = load_scenes(40)
    print(f"{len(scenes)} scenes at 1024 px, CPU milliseconds per picture")
    print(f"{'painter':<24}{'median':>8}{'p95':>8}{'max':>8}")
    for painter in PAINTERS:
        spent = measure(painter.slug, scenes)
        print(f"{painter.name:<24}{median(spent):>8.0f}{quantiles(spent, n=20)[-1]:>8.0f}{max(spent):>8.0f}")


if __name__ == "__main__":
    main()
