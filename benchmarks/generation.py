"""What generating costs us: slots kept busy, CPU for each image, and claims beside a long queue.

Run `uv run python -m benchmarks.generation [--rows 100000] [--calls 640] [--images 24]`. An embedded database in a
temporary folder, a real worker with 32 threads, and a provider in a process of its own that answers after one second.
Calls without encoding are answered without a picture; the pictures of the others are PNG of 1024² with the grain of
photographs. CPU is the worker's own, without the database's and the provider's.
"""

import argparse
import base64
import io
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

import django
import numpy as np
import psutil
import psycopg
from PIL import Image

from arena.embedded.environment import enter_embedded_mode

ROOT = Path(__file__).resolve().parent.parent
SLOTS, LATENCY, SIDE = 32, 1.0, 1024
CLAIMS, WARM = 400, 20
# Rows that wait: one run of one contender, whose samples have numbers.
_QUEUE = """
INSERT INTO generation_generation (run_id, contender_id, prompt_id, sample, seed, state, reason, created_at)
SELECT %(run)s, %(contender)s, prompt.id, n, 0, 'queued', '', now()
FROM catalog_prompt AS prompt CROSS JOIN generate_series(%(from)s::int, %(to)s::int) AS n
WHERE prompt.id = ANY(%(prompts)s::bigint[])
"""


def make_picture() -> bytes:
    """Return a PNG of SIDE² with the grain of a photograph."""
    rng = np.random.default_rng(1)
    coarse = Image.fromarray(rng.integers(0, 256, (12, 12, 3), dtype=np.uint8)).resize((SIDE, SIDE))
    pixels = np.asarray(coarse).astype(np.int16) + rng.integers(-12, 13, (SIDE, SIDE, 3), dtype=np.int16)
    file = io.BytesIO()
    Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def serve(ready: Connection) -> None:
    """Answer orders after LATENCY seconds: with a picture if the prompt asks for one, else without."""
    item = {"b64_json": base64.b64encode(make_picture()).decode()}
    answers = {True: json.dumps({"data": [item]}).encode(), False: b'{"data": []}'}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(LATENCY)
            answer = answers[b"[picture]" in body]
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 128

    server = Server(("127.0.0.1", 0), Handler)
    ready.send(server.server_address[1])
    server.serve_forever()


@contextmanager
def provider() -> Iterator[int]:
    """Run the provider; yield its port."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=[theirs], daemon=True)
    process.start()
    try:
        yield int(ours.recv())
    finally:
        process.terminate()
        process.join()


@contextmanager
def worker() -> Iterator[psutil.Process]:
    """Run a worker with SLOTS threads and the scheduler's sweep; yield its process."""
    command = [
        sys.executable, "-m", "celery", "--quiet", "--skip-checks", "--app", "arena.celery", "worker", "--beat",
        "--schedule", f"{os.environ['EASEL_DATA_DIR']}/beat", "--pool", "threads", "--concurrency", str(SLOTS),
        "--loglevel", "ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


def work_off(prompts: int, *, text: str, port: int) -> tuple[float, float]:
    """Let the worker make so many calls; return the share of the slot limit that it kept, and CPU seconds a call."""
    from arena.generation.models import Attempt, Generation  # noqa: PLC0415 - Django is set up by then.
    from arena.generation.runs.lifecycle import plan_run, start_run  # noqa: PLC0415
    from tests.factories import make_prompt  # noqa: PLC0415

    run = plan_run(
        contenders=[make_seller(port)], prompts=[make_prompt(text=f"{n} {text}") for n in range(prompts)], name=text
    )
    with worker() as process:
        # Warm: it imports, connects and reads its first tables.
        time.sleep(8)
        before = process.cpu_times()
        start_run(run=run)
        while Generation.objects.filter(run=run, state__in=["queued", "running"]).exists():
            time.sleep(0.2)
        after = process.cpu_times()
    times = Attempt.objects.filter(generation__run=run).values_list("started_at", "ended_at")
    seconds = (max(end for _, end in times if end) - min(begin for begin, _ in times)).total_seconds()
    used = after.user + after.system - before.user - before.system
    return prompts / SLOTS * LATENCY / seconds, used / prompts


def make_seller(port: int, *, concurrency: int = SLOTS):  # type: ignore[no-untyped-def] # noqa: ANN201 - a model's row, before Django is set up.
    """Return a contender that a provider at this port sells."""
    from arena.catalog.models import Offering, Provider  # noqa: PLC0415
    from tests.factories import make_contender, make_image_model  # noqa: PLC0415

    entry = Provider.objects.create(
        slug=f"slow-{Provider.objects.count()}", name="Slow", family="openai_compatible",
        base_url=f"http://127.0.0.1:{port}/v1", concurrency=concurrency,
    )  # fmt: skip
    image_model = make_image_model()
    offering = Offering.objects.create(provider=entry, image_model=image_model, model_id="slow")
    offering.prices.create(
        item="image", unit="image", amount="0.005", source="https://example.org", seen_on="2026-11-21"
    )
    return make_contender(image_model=image_model, offering=offering, settings={"size": "1024x1024"})


def time_claims(rows: int) -> tuple[list[float], list[float]]:
    """Claim rows of a queue of this length; return the seconds of each claim, and of each look for the next jobs."""
    from arena.generation.calls.claims import claim_generation  # noqa: PLC0415
    from arena.generation.calls.queue import due_calls  # noqa: PLC0415
    from arena.generation.models import Generation, Run  # noqa: PLC0415
    from tests.factories import make_prompt  # noqa: PLC0415

    contender, prompts = make_seller(9, concurrency=2 * SLOTS), [make_prompt() for _ in range(10)]
    run = Run.objects.create(name=f"{rows} rows", state="running", cap=1000)
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        values = {"run": run.pk, "contender": contender.pk, "prompts": [each.pk for each in prompts]}
        connection.execute(_QUEUE, values | {"from": 0, "to": rows // 10 - 1})
        connection.execute("VACUUM ANALYZE")
    claims, looks = [], []
    for _ in range(CLAIMS):
        start = time.perf_counter()
        [key] = due_calls(most=1, run_id=run.pk)
        looks.append(time.perf_counter() - start)
        start = time.perf_counter()
        claim = claim_generation(key)
        claims.append(time.perf_counter() - start)
        assert claim is not None
        Generation.objects.filter(pk=key).update(state="failed", lease=None, lease_until=None)
    Generation.objects.filter(run=run, state="queued").update(state="cancelled")
    return claims[WARM:], looks[WARM:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=640)
    parser.add_argument("--images", type=int, default=24)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="easel-benchmark-") as folder:
        os.environ |= {"EASEL_DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "arena.settings"}
        os.environ.pop("DATABASE_URL", None)
        enter_embedded_mode()
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        django.setup()
        few, many = ([*map(sorted, time_claims(rows))] for rows in (1_000, options.rows))
        for what, first, second in (("claim", few[0], many[0]), ("look for the next job", few[1], many[1])):
            _print(f"median {what}, ms: 1,000 rows wait", 1000 * median(first))
            ratio = median(second) / median(first)
            _print(
                f"median {what}, ms: {options.rows:,} rows wait", 1000 * median(second), f"ratio {ratio:.2f} (aim: 1.2)"
            )
            _print(f"p99 {what}, ms: {options.rows:,} rows wait", 1000 * second[int(0.99 * len(second))], "aim: 10")
        with provider() as port:
            share, cpu = work_off(options.calls, text="without a picture", port=port)
            _print(f"share of {SLOTS} slots at {LATENCY:.0f} s, %", 100 * share, "aim: 95")
            _print("CPU per call without encoding, ms", 1000 * cpu, "aim: 15")
            _, cpu = work_off(options.images, text="[picture]", port=port)
            _print(f"CPU per image of {SIDE}², with ingest, s", cpu, "aim: 0.35")


def _print(what: str, value: float, rest: str = "") -> None:
    print(f"{what:<56}{value:>10.2f}   {rest}", flush=True)


if __name__ == "__main__":
    main()
