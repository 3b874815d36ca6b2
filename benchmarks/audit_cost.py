"""Times the audits of 21 boards: `uv run python -m benchmarks.audit_cost [--against REVISION] [--contenders 60]`.

The votes are random: 100,000 on prompts of 15 categories in 5 languages. With `--against`, the same boards are also
audited by the code of an earlier revision: the ratio is printed, and whether both find the same facts.
"""

import argparse
import subprocess
import sys
from pathlib import Path

from benchmarks.earlier_code import ROOT, check_out

# Of an earlier revision's CPU time; 66 seconds were to become 25.
RATIO = 0.38
# Runs in a folder of its own, on the code that lies there; one thread, so that CPU time counts nothing twice.
_AUDIT = """
import hashlib, json, os, sys
os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
from time import process_time
import numpy as np
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.audit import audit_slice, state_audit

contenders, votes, categories, languages, prompts, voters = int(sys.argv[1]), 100_000, 15, 5, 300, 4_000
rng = np.random.default_rng(1)
left = rng.integers(0, contenders, votes)
right = (left + rng.integers(1, contenders, votes)) % contenders
prompt = rng.integers(0, prompts, votes)
gap = 2.5 * (right - left) / contenders + rng.logistic(size=votes)
outcome = np.select([rng.random(votes) < 0.07, np.abs(gap) < 0.3, gap > 0], [3, 2, 0], 1)
names = {"contenders": contenders, "voters": voters, "prompts": prompts, "categories": categories}
log = VoteLog.from_codes(
    **{name: [f"{name}{index:04}" for index in range(count)] for name, count in names.items()},
    languages=[f"l{index}" for index in range(languages)], position=np.arange(votes), left=left, right=right,
    outcome=outcome, voter=(voters * rng.random(votes) ** 3).astype(int), prompt=prompt, category=prompt % categories,
    language=prompt // categories % languages,
)
keys = [BoardKey("overall")]
keys += [BoardKey("category", f"categories{index:04}") for index in range(categories)]
keys += [BoardKey("language", f"l{index}") for index in range(languages)]
digest, start = hashlib.sha256(), process_time()
for key in keys:
    digest.update(json.dumps(state_audit(audit_slice(log, key), with_removed=True), sort_keys=True).encode())
print(len(keys), process_time() - start, digest.hexdigest())
"""


def audit(folder: Path, contenders: int) -> tuple[int, float, str]:
    """Audit all boards by the code in a folder; return their number, the CPU seconds and the hash of the facts."""
    command = [sys.executable, "-c", _AUDIT, str(contenders)]
    said = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.split()
    return int(said[0]), float(said[1]), said[2]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--against", metavar="REVISION")
    parser.add_argument("--contenders", type=int, default=60)
    options = parser.parse_args()
    boards, seconds, found = audit(ROOT, options.contenders)
    print(f"{f'{boards} boards of {options.contenders} contenders, CPU s':<40}{seconds:>10.1f}")
    if options.against:
        with check_out(options.against) as tree:
            _, earlier, before = audit(tree, options.contenders)
        print(f"{'ratio to ' + options.against:<40}{seconds / earlier:>10.2f}   (aim: {RATIO})")
        print(f"{'facts':<40}{'the same' if found == before else 'OTHERS':>10}")


if __name__ == "__main__":
    main()
