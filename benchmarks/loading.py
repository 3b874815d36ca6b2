"""Times what a reader first sees: `uv run python -m benchmarks.loading [--keep FOLDER] [--runs 3]`.

A real Chromium with empty caches loads each page over 1.6 Mbit/s and 150 ms, with a processor four times slower. It
says when the largest thing was painted, and how far anything moved. The site has a board of 60 contenders with 100,000
votes (`benchmarks.reading`), and pictures to vote on. `--keep` leaves it in a folder, and uses it again if it is there.
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.reading import prepare
from tests.system.easel import Easel

PAGES = ("/", "/leaderboard/text-to-image/", "/models/reading-text-to-image-20/", "/vote/")
SCREENS: tuple[tuple[str, int, int], ...] = (("desktop", 1366, 768), ("phone", 390, 844))
# Seconds until the largest thing is painted, and how far things may move.
LARGEST, SHIFT = 2.0, 0.0
SLOWER = 4
BYTES_PER_SECOND = 1_600_000 / 8
LATENCY = 150
PROMPTS = 8
WATCH = """
window.seen = {largest: 0, what: "", shift: 0, moved: []};
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    seen.largest = entry.startTime;
    seen.what = entry.element ? entry.element.tagName + "." + entry.element.className : entry.url;
  }
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) {
    seen.shift += entry.value;
    seen.moved.push(...entry.sources.map(one => one.node?.nodeName + "." + one.node?.className));
  }
}).observe({type: "layout-shift", buffered: true});
"""


def load(browser: Browser, address: str, path: str, width: int, height: int) -> dict[str, Any]:
    """Load a page as a new reader; return what was seen of it, with the bytes and the number of files."""
    context = browser.new_context(base_url=address, viewport={"width": width, "height": height}, locale="en-US")
    page = context.new_page()
    page.add_init_script(WATCH)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    network = {"downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND / 2}
    devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": LATENCY, **network})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sent: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sent.append(event["encodedDataLength"]))
    page.goto(path, wait_until="networkidle")
    page.wait_for_timeout(500)
    seen: dict[str, Any] = page.evaluate("window.seen")
    context.close()
    return seen | {"bytes": sum(sent), "files": len(sent)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as name, sync_playwright() as playwright:
        folder = options.keep or Path(name)
        prepare(folder)
        easel = Easel(folder, "--prompts", str(PROMPTS), REFRESH_SECONDS="86400").start()
        browser = playwright.chromium.launch(executable_path=program)
        try:
            easel.wait_for("Easel runs at")
            aims = f"aims: {LARGEST} s, {SHIFT}"
            print(f"{aims:<50}{'largest, s':>11}{'shift':>8}{'kB':>8}{'files':>7}  largest thing")
            for screen, width, height in SCREENS:
                for path in PAGES:
                    load(browser, easel.address, path, width, height)
                    runs = [load(browser, easel.address, path, width, height) for _ in range(options.runs)]
                    largest, shift = (median(run[key] for run in runs) for key in ("largest", "shift"))
                    last = runs[-1]
                    figures = f"{largest / 1000:>11.2f}{shift:>8.3f}{last['bytes'] / 1000:>8.0f}{last['files']:>7}"
                    print(f"{f'{path} {screen}':<50}{figures}  {last['what']} {' '.join(last['moved'])}", flush=True)
        finally:
            browser.close()
            easel.stop()


if __name__ == "__main__":
    main()
