"""Two processes share the items: all results come in order, whatever happens to the other process."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from leaderboard.ratings.speed.two_processes import run_all
from tests.patience import HANGING
from tests.system.easel import ROOT

# A process with one thread, like a command; the process that runs the tests has more.
_ALONE = """
import os, sys
from time import sleep
from leaderboard.ratings.speed.two_processes import run_all

own = os.getpid()
MANY = [10**6 - number for number in range(100)]
"""
needs_two_cores = pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="there is one core only",
)


def run_alone(code: str) -> str:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", _ALONE + code]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGING, check=True
    )
    return done.stdout.strip()


@pytest.mark.parametrize("size", [0, 10**9])
def test_results_stand_in_the_order_of_their_items(size: int) -> None:
    assert run_all(str, range(100), sizes=[size] * 100) == [str(number) for number in range(100)]
    assert run_all(str, [], sizes=[]) == []


def test_error_is_raised_and_the_rest_left() -> None:
    begun: list[int] = []

    def run(item: int) -> None:
        begun.append(item)
        if item == 3:
            raise ValueError(item)

    with pytest.raises(ValueError, match="3"):
        run_all(run, range(1000), sizes=[10**9] * 1000)
    assert begun == [0, 1, 2, 3]


@needs_two_cores
def test_this_process_takes_the_largest_and_the_other_the_smallest() -> None:
    code = """
def run(item):
    sleep(0.01)
    return item, os.getpid() == own

found = run_all(run, range(100), sizes=MANY)
here = [item for item, mine in found if mine]
print([item for item, _ in found] == list(range(100)), here == list(range(len(here))), 20 < len(here) < 80)
"""
    assert run_alone(code) == "True True True"


@needs_two_cores
def test_more_boards_than_a_pipe_takes_are_all_run() -> None:
    code = "print(run_all(abs, range(100_000), sizes=[10**9] * 100_000) == list(range(100_000)))"
    assert run_alone(code) == "True"


@pytest.mark.parametrize(("items", "size"), [(100, 1000), (1, 10**9)])
def test_few_votes_and_a_single_board_are_not_shared(items: int, size: int) -> None:
    code = f"print({{*run_all(lambda item: os.getpid(), range({items}), sizes=[{size}] * {items})}} == {{own}})"
    assert run_alone(code) == "True"


@needs_two_cores
@pytest.mark.parametrize(
    ("end", "status"),
    [("os.kill(os.getpid(), 9)", -9), ("sys.exit(2)", 1), ("raise ValueError(item)", 1), ("return lambda: 1", 1)],
)
def test_what_the_other_process_does_not_give_is_run_here(end: str, status: int) -> None:
    code = f"""
import logging
logging.basicConfig(stream=sys.stdout, format="%(message)s")

def run(item):
    sleep(0.001)
    if os.getpid() != own:
        {end}
    return item

print(run_all(run, range(100), sizes=MANY) == list(range(100)), len(os.listdir("/proc/self/fd")))
try:
    os.wait()
except ChildProcessError:
    print("nobody is left")
"""
    before = run_alone('print(len(os.listdir("/proc/self/fd")))')
    told = f"the second process ended early, with status {status}"
    assert run_alone(code) == f"{told}\nTrue {before}\nnobody is left"


@needs_two_cores
@pytest.mark.parametrize("before", ["os.close(0)", "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)"])
def test_other_process_helps_where_input_is_closed_or_children_are_not_waited_for(before: str) -> None:
    code = f"""
{before}

def run(item):
    sleep(0.01)
    return os.getpid() == own

print({{*run_all(run, range(20), sizes=MANY[:20])}} == {{True, False}})
"""
    assert run_alone(code) == "True"


@needs_two_cores
def test_error_here_ends_the_other_process() -> None:
    code = """
def run(item):
    if os.getpid() != own:
        sleep(1000)
    raise ValueError(item)

try:
    run_all(run, range(100), sizes=MANY)
except ValueError as error:
    print(error)
try:
    os.wait()
except ChildProcessError:
    print("nobody is left")
"""
    assert run_alone(code) == "0\nnobody is left"


@needs_two_cores
def test_other_process_ends_soon_after_this_one(tmp_path: Path) -> None:
    code = f"""
def run(item):
    if os.getpid() == own:
        sleep(0.2)
        os.kill(own, 9)
    with open({str(tmp_path / "log")!r}, "a") as log:
        print(item, file=log)
    sleep(0.1)

run_all(run, range(100), sizes=MANY)
"""
    with pytest.raises(subprocess.CalledProcessError):
        run_alone(code)
    # Waiting for its output meant waiting for the other process too.
    assert len((tmp_path / "log").read_text().split()) < 10


@needs_two_cores
def test_other_process_holds_nothing_open_that_this_one_does() -> None:
    code = """
import socket
ours, theirs = socket.socketpair()

def run(item):
    if os.getpid() == own:
        sleep(0.02)
        return True
    try:
        os.fstat(ours.fileno())
    except OSError:
        return True
    return False

print(all(run_all(run, range(20), sizes=MANY[:20])))
"""
    assert run_alone(code) == "True"


@needs_two_cores
def test_process_with_other_threads_is_not_copied() -> None:
    code = """
from threading import Event, Thread
stop = Event()
Thread(target=stop.wait).start()
print({*run_all(lambda item: os.getpid(), range(100), sizes=MANY)} == {own})
stop.set()
"""
    assert run_alone(code) == "True"
