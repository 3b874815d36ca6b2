"""docs/security.md has a line for each requirement of ASVS 5.0 up to level 2, and the tests it names exist."""

import ast
import json
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENT = re.compile(r"(?<![\d.])\d{1,2}\.\d{1,2}\.\d{1,2}(?![\d.])")
STATES = ("met", "partly", "not met", "does not apply")


class Line(NamedTuple):
    """A line of the table: its requirements, what they ask, how it stands, and what shows it."""

    numbers: list[str]
    asks: str
    state: str
    shown: str


@cache
def read_table() -> list[Line]:
    text = (ROOT / "docs" / "security.md").read_text().partition("\n## ASVS 5.0, levels 1 and 2\n")[2]
    rows = [row.strip("|").split(" | ") for row in text.splitlines() if row.startswith("| v5.0.0-")]
    assert [row for row in rows if len(row) != 4] == []
    return [
        Line(REQUIREMENT.findall(row[0].replace("v5.0.0-", "")), *(part.strip() for part in row[1:])) for row in rows
    ]


def wanted() -> list[str]:
    lines = (ROOT / "tests" / "asvs-5.0.0.txt").read_text().splitlines()
    return [line.split()[0] for line in lines if not line.startswith("#")]


def written_tests(file: Path) -> set[str]:
    """Return the names of a file's tests, without importing it."""
    nodes = ast.walk(ast.parse(file.read_text()))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def named(line: Line) -> Iterator[tuple[Path, str]]:
    """Yield each test and file that a line names: the tests below `tests/`, files by their whole path."""
    for path, test in re.findall(r"`([\w./-]+)(?:::(\w+))?`", line.shown):
        yield ROOT / ("tests" if test else "") / path, test


def test_each_requirement_has_one_line() -> None:
    found = [number for line in read_table() for number in line.numbers]
    assert len(wanted()) == 253
    assert sorted(found) == sorted(wanted())


def test_each_line_says_how_it_stands_and_why() -> None:
    for line in read_table():
        state = next((state for state in STATES if line.state == state or line.state.startswith(f"{state}: ")), None)
        assert state, line
        assert state == "met" or len(line.state) > len(state) + 10, f"{line.numbers}: say what is missing, or why."


def test_what_is_met_names_a_test_or_a_file_that_is_there() -> None:
    lacking = [line.numbers for line in read_table() if line.state.startswith("met") and not list(named(line))]
    assert lacking == []
    gone = [(path.name, test) for line in read_table() for path, test in named(line) if not path.exists()]
    assert gone == []
    tests = [(path, test) for line in read_table() for path, test in named(line) if test]
    assert [(path.name, test) for path, test in tests if test not in written_tests(path)] == []
    assert len(set(tests)) > 100


def test_attacks_and_races_name_tests_that_are_there() -> None:
    text = (ROOT / "docs" / "security.md").read_text().partition("\n## ASVS 5.0")[0]
    tests = [(ROOT / "tests" / path, test) for path, test in re.findall(r"`([\w./-]+)::(\w+)`", text)]
    assert [(path.name, test) for path, test in tests if test not in written_tests(path)] == []
    assert len(tests) > 25


def release_commands(program: str) -> list[str]:
    text = (ROOT / "CONTRIBUTING.md").read_text()
    return re.findall(rf"^ *({program} .*(?:\\\n.*)*)", text, re.MULTILINE)


def runtime_packages() -> set[tuple[str, str]]:
    """Return name and version of what uv.lock installs of Easel with all its extras: its dependencies and theirs."""
    packages: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    easel = next(each for each in packages if each["name"] == "easel")
    asked = [*easel["dependencies"], *(part for extra in easel["optional-dependencies"].values() for part in extra)]
    seen: set[tuple[str, str, str]] = set()
    while asked:
        part = asked.pop()
        for each in packages:
            if each["name"] != part["name"] or part.get("version", each["version"]) != each["version"]:
                continue
            for extra in ["", *part.get("extra", [])]:
                if (each["name"], each["version"], extra) not in seen:
                    seen.add((each["name"], each["version"], extra))
                    own = (
                        each.get("optional-dependencies", {}).get(extra, []) if extra else each.get("dependencies", [])
                    )
                    asked += own
    return {(name, version) for name, version, _extra in seen}


def test_bill_of_materials_lists_every_locked_package(tmp_path: Path) -> None:
    [command] = release_commands("uv export")
    if shutil.which("uv") is None:
        pytest.fail("There is no uv: it writes the bill of materials of a release.")
    bill = tmp_path / "easel.cdx.json"
    words = shlex.split(command.replace("\\\n", " "))
    words[words.index("--output-file") + 1] = str(bill)
    subprocess.run([*words, "--offline", "--quiet"], cwd=ROOT, check=True, capture_output=True, text=True)
    written = json.loads(bill.read_text())
    assert (written["bomFormat"], written["specVersion"]) == ("CycloneDX", "1.5")
    assert {(part["name"], part["version"]) for part in written["components"]} == runtime_packages()
    assert [
        part["name"] for part in written["components"] if part["purl"] != f"pkg:pypi/{part['name']}@{part['version']}"
    ] == []
