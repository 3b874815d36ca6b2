"""Counts in files: each process has a slot of its own, and goes on with the counts of the one before it."""

import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from arena.monitoring.shared_values import FILE_BYTES, Slots
from tests.metric_text import value_of

# Counts so many, in the folder that it is told; says so, and ends once it is told to.
COUNT = """
import os, sys
from pathlib import Path
from django.conf import settings
settings.configure(PROGRAM="web", METRICS_TOKEN="x", METRICS_PORT=0, DATA_DIR=Path(sys.argv[1]))
from arena.monitoring.counts import DEALS, PLACES
DEALS.inc(int(sys.argv[2]))
PLACES.inc()
print("counted", flush=True)
sys.stdin.read()
"""


def start(folder: Path, number: int) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", COUNT, str(folder), str(number)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "counted\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


def read(folder: Path) -> tuple[float, float]:
    """Return how many deals are counted, and how many requests are in places."""
    Slots(folder / "metrics").forget_ended()
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder / "metrics"))
    text = generate_latest(registry).decode()
    return value_of(text, "easel_deals_total"), value_of(text, "easel_request_places_in_use")


def test_processes_at_once_add_up_and_their_successors_go_on(tmp_path: Path) -> None:
    processes = [start(tmp_path, number) for number in (1, 10)]
    assert read(tmp_path) == (11, 2)
    end(processes.pop())
    # Killed in the middle, it is in no place any more, and what it has counted stays.
    assert read(tmp_path) == (11, 1)
    processes.append(start(tmp_path, 100))
    assert read(tmp_path) == (111, 2)
    assert len(list((tmp_path / "metrics").glob("counter_*.db"))) == 2
    for process in processes:
        end(process)
    assert read(tmp_path) == (111, 0)


def test_files_have_their_full_size_before_they_are_used(tmp_path: Path) -> None:
    slots = Slots(tmp_path)
    assert slots.own() == slots.own() == 0
    files = [tmp_path / f"{kind}_0.db" for kind in ("counter", "histogram", "gauge_livesum")]
    # A file with holes would end the process at some later count, once the disk is full.
    assert [(file.stat().st_size, file.stat().st_blocks * 512 >= FILE_BYTES) for file in files] == [
        (FILE_BYTES, True)
    ] * 3


@pytest.mark.parametrize("rubbish", [b"\x00\x10\x00\x00" + b"\xff" * 5000, b"x", b"\x40\x00\x00\x00" + bytes(100)])
def test_file_that_a_crash_has_spoilt_begins_anew(tmp_path: Path, rubbish: bytes) -> None:
    (tmp_path / "counter_0.db").write_bytes(rubbish)
    Slots(tmp_path).own()
    assert list(MmapedDict.read_all_values_from_file(tmp_path / "counter_0.db")) == []
