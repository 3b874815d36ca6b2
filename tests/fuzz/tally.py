"""What came back from many requests: by class and by pattern, and what must not have come."""

from collections import Counter
from dataclasses import dataclass, field
from xml.dom import minidom
from xml.parsers.expat import ExpatError

from tests.fuzz.planted import MARKUP
from tests.fuzz.wire import Answer, Request


@dataclass
class Tally:
    """Counts answers, and notes each that is a fault of the site with the request that led to it."""

    seed: int
    routes: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    reached: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    slowest: list[tuple[float, str]] = field(default_factory=list)

    def add(self, request: Request, answer: Answer) -> None:
        """Count one answer."""
        self.routes[request.route] += 1
        self.classes[f"{answer.status // 100}xx" if answer.status else "none"] += 1
        if answer.status < 400 and "/accounts/login/" not in str(answer.headers.get("Location", "")):
            self.reached.add(request.route)
        if fault := _find_fault(answer):
            self.faults.append(f"{answer.status} {fault}: {request}")
        self.slowest = sorted([*self.slowest, (round(answer.seconds, 2), str(request))], reverse=True)[:10]

    def report(self) -> str:
        """Say what was asked and what came."""
        counts = ", ".join(f"{count} × {each}" for each, count in sorted(self.classes.items()))
        least, most = min(self.routes.values()), max(self.routes.values())
        done = f"{len(self.reached)} did what was asked, the others with -"
        return "\n".join(
            (
                f"seed {self.seed}: {self.routes.total()} requests, {counts}; {len(self.faults)} faults",
                f"{len(self.routes)} patterns, {least} to {most} requests each; {done}",
                *(
                    f"  {count:6}{' ' if each in self.reached else '-'} {each}"
                    for each, count in sorted(self.routes.items())
                ),
                "slowest:",
                *(f"  {seconds:6.2f} s {request[:160]}" for seconds, request in self.slowest),
                *self.faults,
            )
        )


def _find_fault(answer: Answer) -> str:
    if answer.status >= 500:
        return "a fault of the server"
    if not answer.status:
        return "no answer"
    if answer.kind in ("text/html", "image/svg+xml", "application/atom+xml") and MARKUP.encode() in answer.body:
        return "mark-up of others"
    if answer.kind in ("image/svg+xml", "application/atom+xml", "application/xml") and answer.body:
        try:
            minidom.parseString(answer.body)  # noqa: S318 - these are our own answers.
        except ExpatError as broken:
            return f"broken XML ({broken})"
    return ""
