"""What programs count while they work. Every label has few values: none is a voter, an address or a contender.

Nothing here depends on which images a matchup shows, so nobody learns from these counts who made them.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

from arena.monitoring.shared_values import share_values

disable_created_metrics()
# Before the first metric is made.
SLOTS = share_values()
COUNTED = CollectorRegistry()


def _count(name: str, meaning: str, *labels: str) -> Counter:
    return Counter(f"easel_{name}", meaning, labels, registry=COUNTED)


def _time(name: str, meaning: str, *labels: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(f"easel_{name}_seconds", meaning, labels, registry=COUNTED, buckets=buckets)


REQUESTS = _count("requests", "Requests answered, by name of the route and class of the status.", "route", "status")
REQUEST_SECONDS = _time(
    "request_duration", "From a request to the end of its answer.", "route",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
DEALS = _count("deals", "Matchups dealt.")
VOTES = _count("votes", "Votes cast, by outcome.", "outcome")
SKIPS = _count("skips", "Matchups skipped.")
REPORTS = _count("reports", "Matchups closed with a report.")
REFUSALS = _count("refusals", "Requests refused, by cause.", "cause")
LIMITS_REACHED = _count("limits_reached", "Requests beyond a limit, by its kind and level.", "kind", "level")
LIMITS_ALONE = _count("limits_not_shared", "Times a process began to count limits alone: the table did not answer.")
PLACES = Gauge(
    "easel_request_places_in_use", "Requests that work, or wait for the database.", registry=COUNTED,
    multiprocess_mode="livesum",
)  # fmt: skip
DATABASE_TIMEOUTS = _count("database_timeouts", "Waits for the database that were cut off, by kind.", "kind")
TASKS = _count("tasks", "Jobs ended, by task and how.", "task", "outcome")
TASK_SECONDS = _time(
    "task_duration", "From the start of a job to its end.", "task", buckets=(0.01, 0.1, 1, 5, 15, 60, 240, 900)
)
PROVIDER_CALLS = _count(
    "provider_calls", "Paid calls ended, by provider, and done or the kind of error.", "provider", "outcome"
)
