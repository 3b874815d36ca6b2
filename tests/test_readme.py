"""The README's examples work against a running site, and its links lead to files."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.core.management import get_commands
from pytest_django.live_server_helper import LiveServer

from tests.factories import make_category
from tests.leaderboard.pages import make_board

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
TEST_COMMAND = "uv run --group dev pytest"
HOST = "http://127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    """Return the fenced code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


CURLS = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("curl")]


@pytest.fixture
def site(live_server: LiveServer) -> str:
    """Return the address of a site whose demonstration ledger has votes in the category that the README names."""
    make_category(slug="food")
    make_board(kind="demonstration")
    return str(live_server.url)


@pytest.mark.parametrize("line", CURLS)
def test_curl_example_gets_data(line: str, site: str, tmp_path: Path) -> None:
    command = line.replace(HOST, site).replace("curl -s", "curl -s --fail-with-body")
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=False)
    written = [file.read_bytes() for file in tmp_path.iterdir()]
    answer = written[0] if written else done.stdout.encode()
    # Without a worker, a board on demand is not ready at the first request.
    is_there = done.returncode == 0 and len(answer) > 200
    assert is_there or json.loads(answer)["code"] == "being_computed", done.stdout


@pytest.mark.parametrize("program", blocks("python"))
def test_python_example_prints_a_board(program: str, site: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", program.replace(HOST, site)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.match(r"1 \S.* \d+\.\d+", done.stdout), done.stdout


def test_commands_named_in_the_readme_exist() -> None:
    named = set(re.findall(r"manage\.py (\w+)", README))
    assert {"up", "generate", "recompute", "verify"} <= named <= set(get_commands())


def test_links_of_the_readme_lead_to_files() -> None:
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert [path for path in linked if not (ROOT / path).exists()] == []


def test_first_command_needs_no_tools_of_development() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["uv"]
    assert settings["default-groups"] == []
    assert "uv run manage.py up --demo" in blocks("sh")[0]


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_suite_is_started_by_one_command(file: str) -> None:
    text = (ROOT / file).read_text()
    assert TEST_COMMAND in text
    assert "uv run pytest" not in text


def test_ci_ends_with_the_command_of_the_readme() -> None:
    assert blocks("sh")[1].strip() == TEST_COMMAND
    assert (ROOT / ".ci" / "run").read_text().rstrip().endswith(f"\n{TEST_COMMAND}")
