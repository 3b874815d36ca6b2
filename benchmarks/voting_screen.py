"""Times the voting screen in a real Chromium: `uv run python -m benchmarks.voting_screen [voters]`.

From the key that asks for the next pair to the frame in which that pair may be voted on, while the last vote is held;
and from the key that undoes that vote to the frame in which its pair is back. Each voter votes until all is judged,
with a processor as it is and with one four times slower. Everything is on loopback and in a temporary folder.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, Page, sync_playwright

from tests.system.easel import Easel

PROMPTS = 16
NEXT, UNDO = "Space", "u"
# Notes for each key how long it took until a frame showed a pair that may be voted on.
WATCH = """
localStorage.setItem('easel.undo', '10');
window.taken = [];
let since = 0;
addEventListener('keydown', event => { since = event.timeStamp; }, { capture: true });
addEventListener('DOMContentLoaded', () => {
  const screen = document.querySelector('.vote');
  new MutationObserver(() => {
    const from = since;
    const note = () => window.taken.push(performance.now() - from);
    if (screen.dataset.state === 'ready' && from) requestAnimationFrame(() => setTimeout(note));
  }).observe(screen, { attributeFilter: ['data-state'] });
});
"""


def press(page: Page, key: str) -> float | None:
    """Press a key; return the milliseconds until a pair may be voted on, None if none is left."""
    before = page.evaluate("window.taken.length")
    page.keyboard.press(key)
    page.wait_for_function(
        "count => window.taken.length > count || document.querySelector('.vote').dataset.state === 'done'", arg=before
    )
    taken: list[float] = page.evaluate("window.taken")
    return taken[-1] if len(taken) > before else None


def vote_until_all_is_judged(browser: Browser, address: str, *, slower: int) -> dict[str, list[float]]:
    """Let one new voter vote, undo and vote again; return the times by key."""
    context = browser.new_context(base_url=address, viewport={"width": 1366, "height": 768}, locale="en-US")
    page = context.new_page()
    page.add_init_script(WATCH)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto("/vote/")
    page.wait_for_selector(".vote[data-state=ready]")
    seen: dict[str, list[float]] = {NEXT: [], UNDO: []}
    while True:
        # The time that a person looks, in which the next pair is fetched.
        page.wait_for_timeout(400)
        page.evaluate("sessionStorage.clear()")  # No summary comes between two pairs.
        page.keyboard.press("1")
        for key in (NEXT, UNDO):
            taken = press(page, key)
            if taken is None:
                context.close()
                return seen
            seen[key].append(taken)
        page.keyboard.press("2")
        if press(page, NEXT) is None:
            context.close()
            return seen


def print_row(what: str, taken: list[float]) -> None:
    """Print the median, the 95th percentile and the largest of these times."""
    high = quantiles(taken, n=20)[-1]
    print(f"{what:<60}{median(taken):>8.0f}{high:>8.0f}{max(taken):>8.0f}{len(taken):>8}")


def main() -> None:
    voters = int(sys.argv[1]) if len(sys.argv) > 1 else 2
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as name, sync_playwright() as playwright:
        easel = Easel(Path(name), "--prompts", str(PROMPTS), REFRESH_SECONDS="86400", LIMITS="1").start()
        browser = playwright.chromium.launch(executable_path=program)
        try:
            easel.wait_for("Easel runs at")
            print(f"{'milliseconds (aim: under 100)':<60}{'median':>8}{'95 %':>8}{'most':>8}{'times':>8}")
            for slower in (1, 4):
                found = [vote_until_all_is_judged(browser, easel.address, slower=slower) for _ in range(voters)]
                for key, what in ((NEXT, "key to next pair"), (UNDO, "key to the last pair again")):
                    times = [taken for each in found for taken in each[key]]
                    print_row(f"{what}, processor {slower}× slower" if slower > 1 else what, times)
        finally:
            browser.close()
            easel.stop()


if __name__ == "__main__":
    main()
