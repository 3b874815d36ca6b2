"""The house rules that tools can check: lint, format, types, import contracts, migrations, sizes, templates."""

import ast
import fcntl
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from arena.process.programs import HOUSEKEEPING, HOUSEKEEPING_THREADS
from tests.room_map import draw_map

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".venv", "var", "migrations", "node_modules", ".git"}
# Characters in a template's line, which djlint does not check: as many as a screen shows beside a diff.
LONGEST_LINE = 160
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "managers", "service", "services"}


def run_tool(*command: str) -> None:
    """Run a tool from the environment of the tests; its output is the failure message."""
    program = Path(sys.executable).parent / command[0]
    line: list[str | Path] = [program, *command[1:]]
    found = subprocess.run(line, cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{' '.join(command)}\n{found.stdout[-6000:]}{found.stderr[-3000:]}"


def own_files(pattern: str) -> Iterator[Path]:
    for file in ROOT.rglob(pattern):
        if not SKIPPED & set(file.relative_to(ROOT).parts):
            yield file


def test_djlint_finds_nothing_in_templates() -> None:
    run_tool("djlint", "templates", "--lint", "--quiet")


def test_lines_of_templates_are_short() -> None:
    lines = [
        (f"{file.relative_to(ROOT)}:{number}", length)
        for file in (ROOT / "templates").rglob("*.html")
        for number, line in enumerate(file.read_text().splitlines(), 1)
        if (length := len(line)) > LONGEST_LINE
    ]
    assert lines == []


def test_tags_of_templates_end_on_their_line() -> None:
    # Django prints a tag that is not closed on its line as text, and djlint lets it pass.
    broken = re.compile(r"\{\{(?:(?!\}\}).)*$|\{%(?:(?!%\}).)*$", flags=re.MULTILINE)
    files = (ROOT / "templates").rglob("*.html")
    assert [(file.name, found) for file in files for found in broken.findall(file.read_text())] == []
    assert broken.findall("a {{ b }} {% c %}\n{{ d\n}} {% e\n%}") == ["{{ d", "{% e"]


def test_oxlint_finds_nothing_in_scripts() -> None:
    run_tool("oxlint", "--deny-warnings", "arena/static/arena/js")


def test_ruff_finds_nothing() -> None:
    run_tool("ruff", "check", ".")


def test_ruff_would_format_nothing() -> None:
    run_tool("ruff", "format", "--check", ".")


@pytest.mark.system
def test_mypy_finds_nothing() -> None:
    # All clones share the cache in the user's folder; the lock keeps two runs from writing into it at once.
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "easel" / "mypy"
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        run_tool("mypy", "--cache-dir", str(cache), ".")


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


def test_leaderboard_keeps_at_its_top_what_django_expects_and_rooms() -> None:
    top = {path.name for path in (ROOT / "leaderboard").iterdir()} - {"__pycache__"}
    modules = {"__init__.py", "models.py", "admin.py", "apps.py", "tasks.py", "urls.py", "api_urls.py"}
    rooms = {"ratings", "votefiles", "queries", "computing", "presentation", "charts", "api", "views"}
    assert top == modules | rooms | {"templatetags", "management", "migrations"}


def test_architecture_shows_the_rooms_as_they_are() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text()
    assert draw_map() in page
    rooms = {path.name for path in (ROOT / "leaderboard").iterdir() if path.is_dir()}
    doors = {"api", "views", "templatetags", "management", "migrations", "__pycache__"}
    assert [room for room in sorted(rooms - doors) if f"- `{room}`: " not in page] == []


# Names that Django or a family of similar files prescribes; and doors and charts, which share names with their subject.
SHARED_NAMES = {"__init__", "__main__", "models", "admin", "apps", "tasks", "urls", "views", "base", "register"}
SHARED_FOLDERS = {"migrations", "commands", "views", "api", "charts", "templatetags"}


def own_modules() -> list[Path]:
    return [file.relative_to(ROOT) for top in ("arena", "leaderboard") for file in (ROOT / top).rglob("*.py")]


def test_a_module_name_stands_once_in_the_tree() -> None:
    named = Counter(file.stem for file in own_modules() if not SHARED_FOLDERS & set(file.parts))
    assert {name: count for name, count in named.items() if count > 1 and name not in SHARED_NAMES} == {}


def test_rooms_are_small() -> None:
    families = {"migrations", "commands", "kinds"}
    rooms = Counter(
        file.parent for file in own_modules() if file.stem != "__init__" and file.parent.name not in families
    )
    assert {str(room): modules for room, modules in rooms.items() if modules > 15} == {}


def test_modules_are_named_by_what_they_hold() -> None:
    paths = [file.relative_to(ROOT).with_suffix("") for file in own_files("*.py")]
    assert [str(path) for path in paths if VAGUE & {word for part in path.parts for word in part.split("_")}] == []


def test_packages_have_empty_inits() -> None:
    assert [str(f) for f in own_files("__init__.py") if f.read_text()] == []


def test_templates_keep_the_content_security_policy() -> None:
    # JSON-LD is data, which a browser does not run; the policy lets it pass.
    inline = re.compile(
        r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=| type=\"application/ld\+json\">)"
    )
    found = []
    for file in (ROOT / "templates").rglob("*.html"):
        found += [f"{file.relative_to(ROOT)}: {match.group()}" for match in inline.finditer(file.read_text())]
    assert found == []


def test_settings_are_all_listed_in_the_example() -> None:
    settings = (ROOT / "arena" / "settings.py").read_text()
    start = "".join(file.read_text() for file in (ROOT / "arena" / "embedded").glob("*.py"))
    start += (ROOT / "leaderboard" / "ratings" / "speed" / "acceleration.py").read_text()
    providers = tomllib.loads((ROOT / "arena" / "catalog" / "data" / "providers.toml").read_text())["provider"]
    read = set(re.findall(r"env\.\w+\(\s*\"([A-Z0-9_]+)\"", settings)) - {"EASEL_EMBEDDED", "EASEL_PROGRAM"}
    read |= set(re.findall(r"environ\.get\(\"([A-Z0-9_]+)\"", start))
    read |= {provider["key_env"] for provider in providers if provider["family"] and provider.get("key_env")}
    listed = set(re.findall(r"^#?\s?([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), flags=re.MULTILINE))
    assert read == listed


@pytest.mark.parametrize("file", ["compose.yaml", "docs/operating.md"])
def test_servers_have_as_many_threads_for_housekeeping_as_up_starts(file: str) -> None:
    words = re.sub(r'[",]', "", (ROOT / file).read_text())
    assert re.search(rf"--concurrency {HOUSEKEEPING_THREADS} --queues {HOUSEKEEPING}\b", words)
