"""A provider of images that misbehaves on request, over real HTTP on loopback, with a journal and a billing counter.

The first segment of a path names the wire. A fault is named in the prompt (`[fault]`) or as a suffix of the model
(`model:fault`); `poll` before the name of a transport fault lets the order pass and spoils the first poll instead.
Each order that the server accepts is charged under its idempotency key, whatever happens to the answer.
"""

import random
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from arena.fake_provider.failures import FAILURES
from arena.fake_provider.fake_pictures import HOSTILE, draw_order, make_bomb, make_png
from arena.fake_provider.journal import Job, Journal
from arena.fake_provider.speech import Call, Failure, Order, Reply, say
from arena.fake_provider.transport import TRANSPORT
from arena.fake_provider.wires.wire_forms import Wire
from arena.fake_provider.wires.wire_roster import WIRES

__all__ = ["ImageProvider", "make_bomb", "make_png", "serve_images"]


# The faults of a bad day, which are drawn; others must be asked for.
DRAWN = (
    "busy", "overloaded", "moderated", "moderatedoutput", "broken", "badgateway", "reset", "truncated", "html", "empty",
    "notanimage", "pollbroken", "pollhtml", "pollreset",
)  # fmt: skip


class ImageProvider(ThreadingHTTPServer):
    """The server; `delay` is the seconds that an order takes. After `limit` orders it charges but does not answer.

    `side` is the longer side of its pictures in pixels. Orders that name no fault meet `next_faults`, one each ("" is
    none); those after them meet one with a chance of `faults`. `pages` are what it answers to other requests, as JSON
    by path, such as a list of models.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(
        self, *, delay: float = 0.0, port: int = 0, side: int = 256, faults: float = 0.0, seed: int = 1
    ) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.delay = delay
        self.side = side
        self.faults = faults
        self._chance = random.Random(seed)  # noqa: S311 - it draws faults, and hides nothing.
        self.next_faults: deque[str] = deque()
        self.limit: int | None = None
        self.pages: dict[str, Any] = {}
        self.journal = Journal()
        self.origin = f"http://127.0.0.1:{self.server_address[1]}"
        self.base_url = self.address_of("v1")

    def address_of(self, segment: str) -> str:
        """Return the address of a wire."""
        return f"{self.origin}/{segment}"

    def draw_fault(self) -> str:
        """Return the fault that the next order meets; mostly none."""
        with self.journal.lock:
            if self.next_faults:
                return self.next_faults.popleft()
        return self._chance.choice(DRAWN) if self._chance.random() < self.faults else ""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore clients that hang up: some are killed on purpose."""


@contextmanager
def serve_images(*, delay: float = 0.0) -> Iterator[ImageProvider]:
    """Run a provider in its own thread."""
    server = ImageProvider(delay=delay)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: ImageProvider

    def do_GET(self) -> None:
        """Answer a poll or send a file."""
        self._answer()

    def do_POST(self) -> None:
        """Take an order."""
        self._answer()

    def do_PUT(self) -> None:
        """Take a cancellation, which some hosts want as PUT."""
        self._answer()

    def _answer(self) -> None:
        path = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        self.server.journal.note(self.command, self.path, headers)
        wire = next((each for each in WIRES if path.path.startswith(f"/{each.segment}/")), None)
        if wire is None:
            self._serve_file(path.path)
            return
        call = Call(
            method=self.command, path=path.path.removeprefix(f"/{wire.segment}"), query=dict(parse_qsl(path.query)),
            headers=headers, body=body, root=self.server.address_of(wire.segment), origin=self.server.origin,
        )  # fmt: skip
        if order := wire.read_order(call):
            if not order.fault:
                order = replace(order, drawn=self.server.draw_fault())
            with self.server.journal.order(order, headers) as earlier:
                self._take(wire, call, order, earlier)
        else:
            self._follow(wire, call)

    def _take(self, wire: Wire, call: Call, order: Order, earlier: int) -> None:
        """Answer an order."""
        fault = order.fault
        if fault == "flaky":
            # The first order of a prompt meets a busy host, and the next one goes well.
            fault = "" if earlier else "busyzero"
        failure = _failure(fault, call)
        if failure and fault not in wire.late:
            if fault in wire.charged:
                self._charge(order.key)
            self.reply(wire.fail(call, failure))
            return
        if (failure is None and fault not in wire.free) or fault in wire.charged:
            self._charge(order.key)
        if fault in TRANSPORT:
            TRANSPORT[fault](self)
            return
        pictures = HOSTILE[fault](order.prompt) if fault in HOSTILE else [draw_order(order, side=self.server.side)]
        job = self.server.journal.accept(order, pictures, time.monotonic())
        job.failure = failure
        self.reply(wire.odd[fault](call, job) if fault in wire.odd else wire.deliver(call, job))

    def _follow(self, wire: Wire, call: Call) -> None:
        """Answer a request that orders nothing."""
        if call.path in self.server.pages:
            self.reply(say(200, self.server.pages[call.path]))
            return
        number = wire.find_job(call)
        job = self.server.journal.jobs.get(number)
        if job is None:
            self.reply(wire.fail(call, Failure("gone", "There is no such job.")) if number else wire.serve(call))
            return
        job.polls += 1
        fault = job.fault.removeprefix("poll")
        if fault != job.fault and fault in TRANSPORT and job.polls == 1:
            TRANSPORT[fault](self)
        else:
            self.reply(wire.report(call, job))

    def _charge(self, key: str) -> None:
        number = self.server.journal.charge(key)
        while self.server.limit is not None and number > self.server.limit:
            time.sleep(0.01)
        time.sleep(self.server.delay)

    def _serve_file(self, path: str) -> None:
        if path == "/slow":
            time.sleep(30)
        elif path == "/redirect":
            self.reply(Reply(302, b"", headers={"location": "http://169.254.169.254/"}))
        elif path.startswith("/shaky/") and self.server.journal.first_fetch(path):
            # The connection is closed without any answer.
            self.close_connection = True
        elif picture := _find_picture(self.server.journal.jobs, path):
            self.reply(Reply(200, picture, "image/png"))
        else:
            self.reply(say(404, {"detail": "gone"}))

    def reply(self, reply: Reply) -> None:
        """Send a reply."""
        self.send_response(reply.status)
        self.send_header("content-type", reply.media_type)
        self.send_header("content-length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)

    def log_message(self, *args: Any) -> None:
        """Log nothing; tests read the journal."""


def _failure(fault: str, call: Call) -> Failure | None:
    if fault == "busyzero":
        return Failure("rate_limit", "Slow down.", {"retry-after": "0"})
    if fault not in FAILURES:
        return None
    failure = FAILURES[fault]()
    # Some hosts repeat the key that they refuse.
    credential = next(
        (
            call.headers[name]
            for name in ("authorization", "x-key", "x-goog-api-key", "api-key")
            if name in call.headers
        ),
        "",
    )
    return replace(failure, message=failure.message.replace("{credential}", credential.rpartition(" ")[2]))


def _find_picture(jobs: dict[str, Job], path: str) -> bytes:
    _, _, number, name = [*path.split("/"), "", "", ""][:4]
    job = jobs.get(number)
    place = int(name.removesuffix(".png")) if name.removesuffix(".png").isdecimal() else -1
    return job.pictures[place] if job and 0 <= place < len(job.pictures) else b""
