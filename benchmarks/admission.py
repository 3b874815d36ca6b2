"""Times what limits cost deals and votes: `uv run python -m benchmarks.admission [rounds]`.

Two arenas run side by side, one without limits and one with all of them: per voter, network and site. Every voter comes
from a network of its own. Each round measures both as `benchmarks.voting` does. The table has the CPU of the web
process and the latency with one connection, for either arena, and their ratio. Everything is on loopback and in a
temporary folder.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import sleep

from arena.embedded.postgres import Cluster
from benchmarks.voting import ALONE, CROWD, NEXT, PROBE, VOTE, Arena

# So many requests that a round sends within seconds are many people's in an hour: only the counting is measured here.
PLENTY = "1000000,1000000,1000000"
COUNTED = {"TRUSTED_PROXY_COUNT": "1", "NEWCOMERS": "1000000"} | {
    f"LIMIT_{kind}": PLENTY for kind in ("DEALS", "ANSWERS", "PAGES", "API", "BULK")
}


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as name:
        folder, arenas = Path(name), list[Arena]()
        Arena(folder / "off").easel.stop()
        while (Cluster(folder / "off").data / "postmaster.pid").exists():
            sleep(0.1)
        shutil.copytree(folder / "off", folder / "on")
        try:
            for each, settings in (("off", {"LIMITS": "0"}), ("on", COUNTED)):
                arena = Arena(folder / each, **settings)
                arena.addresses = [f"10.{number // 256}.{number % 256}.1" for number in range(CROWD + ALONE)]
                arena.invite()
                arenas.append(arena)
            for number in range(rounds):
                for arena in arenas[:: 1 if number % 2 else -1]:
                    arena.measure()
            print(f"{'milliseconds':<44}{'no limits':>12}{'limits':>12}{'ratio':>8}")
            for kind in (PROBE, NEXT, VOTE):
                for measure, what in (("cpu", "CPU of the web process"), ("alone", "one connection")):
                    if getattr(arenas[0].seen[kind], measure):
                        off, on = (1000 * median(getattr(arena.seen[kind], measure)) for arena in arenas)
                        print(f"{f'{kind}: {what}':<44}{off:>12.2f}{on:>12.2f}{on / off:>8.2f}")
        finally:
            for arena in arenas:
                arena.easel.stop()


if __name__ == "__main__":
    main()
