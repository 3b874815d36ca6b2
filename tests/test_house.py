"""The house rules that tools can check: lint, format, types, import contracts, migrations, sizes, templates."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.programs import HOUSEKEEPING, HOUSEKEEPING_THREADS

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".venv", "var", "migrations", "node_modules", ".git"}
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services"}


def run_tool(*command: str) -> None:
    """Run a tool of the environment that runs the tests; its output is the failure's message."""
    program = Path(sys.executable).parent / command[0]
    line: list[str | Path] = [program, *command[1:]]
    found = subprocess.run(line, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{' '.join(command)}\n{found.stdout[-6000:]}{found.stderr[-3000:]}"


def own_files(pattern: str) -> Iterator[Path]:
    for file in ROOT.rglob(pattern):
        if not SKIPPED & set(file.relative_to(ROOT).parts):
            yield file


def test_ruff_finds_nothing() -> None:
    run_tool("ruff", "check", ".")


def test_ruff_would_format_nothing() -> None:
    run_tool("ruff", "format", "--check", ".")


@pytest.mark.timeout(400)
def test_mypy_finds_nothing() -> None:
    run_tool("mypy", ".")


def test_import_contracts_are_kept() -> None:
    run_tool("lint-imports")


def test_migrations_are_complete() -> None:
    found = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.returncode == 0, found.stdout + found.stderr


def test_python_files_are_short() -> None:
    long = {str(f.relative_to(ROOT)): n for f in own_files("*.py") if (n := len(f.read_text().splitlines())) > 400}
    assert long == {}


def test_functions_are_short() -> None:
    long = []
    for file in own_files("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60 and "tests" not in file.parts:
                    long.append(f"{file.relative_to(ROOT)}:{node.lineno} {node.name} {length}")
    assert long == []


DOORS = {"urls", "api_urls", "views", "api", "tasks", "admin", "management", "templatetags"}


def imported_modules(file: Path, app: str) -> Iterator[str]:
    """Yield the app's own modules that a file of it imports, by the first part of their names."""
    for node in ast.walk(ast.parse(file.read_text())):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{each.name}" for each in node.names]
        yield from (name.removeprefix(f"{app}.").split(".")[0] for name in names if name.startswith(f"{app}."))


@pytest.mark.parametrize("app", ["arena.catalog", "arena.generation", "arena.voting", "leaderboard"])
def test_models_and_verb_modules_import_nothing_that_stands_above_them(app: str) -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (pure,) = [contract["source_modules"] for contract in contracts if contract["id"] == "pure"]
    may_models_import = {name.removeprefix(f"{app}.") for name in pure if name.startswith(f"{app}.")} | {"models"}
    folder = ROOT.joinpath(*app.split("."))
    wrong = []
    for file in folder.rglob("*.py"):
        own = file.relative_to(folder).parts[0].removesuffix(".py")
        imported = set(imported_modules(file, app))
        if own == "models":
            wrong += [f"models imports {name}" for name in imported - may_models_import]
        elif own not in DOORS:
            wrong += [f"{own} imports {name}" for name in imported & DOORS]
    assert wrong == []


def test_modules_are_named_by_what_they_hold() -> None:
    paths = [file.relative_to(ROOT).with_suffix("") for file in own_files("*.py")]
    assert [str(path) for path in paths if VAGUE & {word for part in path.parts for word in part.split("_")}] == []


def test_packages_have_empty_inits() -> None:
    assert [str(f) for f in own_files("__init__.py") if f.read_text()] == []


def test_templates_keep_the_content_security_policy() -> None:
    inline = re.compile(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)")
    found = []
    for file in (ROOT / "templates").rglob("*.html"):
        found += [f"{file.relative_to(ROOT)}: {match.group()}" for match in inline.finditer(file.read_text())]
    assert found == []


def test_settings_are_all_listed_in_the_example() -> None:
    settings = (ROOT / "arena" / "settings.py").read_text()
    start = "".join(file.read_text() for file in (ROOT / "arena" / "embedded").glob("*.py"))
    start += (ROOT / "leaderboard" / "ratings" / "acceleration.py").read_text()
    providers = tomllib.loads((ROOT / "arena" / "catalog" / "data" / "providers.toml").read_text())["provider"]
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z0-9_]+)\"", settings)) - {"EASEL_EMBEDDED"}
    read |= set(re.findall(r"environ\.get\(\"([A-Z0-9_]+)\"", start))
    read |= {provider["key_env"] for provider in providers if provider["family"] and provider.get("key_env")}
    listed = set(re.findall(r"^#?\s?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert read == listed


@pytest.mark.parametrize("file", ["compose.yaml", "docs/operating.md"])
def test_servers_have_as_many_threads_for_housekeeping_as_up_starts(file: str) -> None:
    words = re.sub(r'[",]', "", (ROOT / file).read_text())
    assert f"--concurrency {HOUSEKEEPING_THREADS} --queues {HOUSEKEEPING} " in words
