"""Every move of a run, generation or attempt: listed ones work, all others raise, and no code sets a state directly."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from arena.generation.models import Attempt, Generation, Run, Upload
from arena.generation.transitions import (
    MAX_ATTEMPTS,
    NEW,
    OPEN_STATES,
    GenerationMove,
    Move,
    RunMove,
    UnlistedMove,
    UploadMove,
    end_attempts,
    move_generation,
    move_generations,
    move_runs,
    state_after_call,
)
from tests.factories import make_generation, make_run

ROOT = Path(__file__).parents[3]
GENERATION = ROOT / "arena" / "generation"
State = Generation.State


@pytest.fixture
def row(db: None) -> QuerySet[Generation]:
    """One stored generation, as rows to move."""
    return Generation.objects.filter(pk=make_generation(pixels=False).pk)


@pytest.mark.parametrize("move", GenerationMove)
def test_generation_that_is_locked_moves_as_listed(move: GenerationMove, row: QuerySet[Generation]) -> None:
    for source in State:
        row.update(state=source)
        for target in State:
            generation = row.get()
            if source in move.sources and target in move.targets:
                move_generation(generation, move, target)
                assert row.get().state == target
                assert (row.get().finished_at is None) == (target in OPEN_STATES)
                row.update(state=source)
            else:
                with pytest.raises(UnlistedMove, match=f"{move.name} does not lead from {source} to {target}"):
                    move_generation(generation, move, target)
        assert row.get().state == source


@pytest.mark.parametrize("move", GenerationMove)
def test_generations_of_a_set_move_as_listed(move: GenerationMove, row: QuerySet[Generation]) -> None:
    for target in State:
        if target not in move.targets:
            with pytest.raises(UnlistedMove, match=f"{move.name} does not lead from .+ to {target}"):
                move_generations(row, move, target)
            continue
        for source in State:
            row.update(state=source)
            moved = move_generations(row, move, target, reason="moved")
            assert moved == (source in move.sources)
            assert row.get().state == (target if moved else source)
            row.update(reason="")


def test_generations_chosen_by_a_join_are_not_moved(row: QuerySet[Generation]) -> None:
    row.update(state=State.QUEUED)
    with pytest.raises(ValueError, match="chosen by a join"):
        move_generations(row.filter(run__state=Run.State.FINISHED), GenerationMove.CANCEL, State.CANCELLED)
    assert row.get().state == State.QUEUED


@pytest.mark.parametrize("move", RunMove)
def test_runs_move_as_listed(move: RunMove, db: None) -> None:
    row = Run.objects.filter(pk=make_run().pk)
    for target in Run.State:
        if target not in move.targets:
            with pytest.raises(UnlistedMove, match=f"{move.name} does not lead from .+ to {target}"):
                move_runs(row, move, target)
            continue
        for source in Run.State:
            row.update(state=source)
            moved = move_runs(row, move, target)
            assert moved == (source in move.sources)
            assert row.get().state == (target if moved else source)


@pytest.mark.parametrize("move", [*RunMove, *GenerationMove])
def test_row_is_born_by_the_moves_from_nowhere_only(move: Move) -> None:
    for target in (*Run.State, *State):
        if NEW in move.sources and target in move.targets:
            assert move.reach(NEW, target) == target
        else:
            with pytest.raises(UnlistedMove):
                move.reach(NEW, target)


def test_attempt_that_has_ended_stays_as_it_is(row: QuerySet[Generation]) -> None:
    attempts = Attempt.objects.filter(generation=row.get())
    Attempt.objects.create(generation=row.get(), number=1, ended_at=timezone.now(), outcome="refused", billed="no")
    Attempt.objects.create(generation=row.get(), number=2)
    end_attempts(attempts, outcome="done", billed="yes")
    assert list(attempts.values_list("outcome", "billed")) == [("refused", "no"), ("done", "yes")]
    assert not attempts.filter(ended_at__isnull=True).exists()


@pytest.mark.parametrize(
    ("refused", "billed", "retryable", "calls", "state"),
    [
        (True, "yes", False, 1, State.REFUSED),
        (False, "yes", False, 1, State.NEEDS_DECISION),
        (False, "unknown", True, 1, State.NEEDS_DECISION),
        (False, "no", True, MAX_ATTEMPTS - 1, State.QUEUED),
        (False, "no", True, MAX_ATTEMPTS, State.FAILED),
        (False, "no", False, 1, State.FAILED),
    ],
)
def test_state_after_call_by_what_is_known(
    refused: bool, billed: str, retryable: bool, calls: int, state: Generation.State
) -> None:
    assert state_after_call(refused=refused, billed=billed, retryable=retryable, calls=calls) == state


def test_no_other_module_of_generation_writes_a_state() -> None:
    files = [file for file in GENERATION.rglob("*.py") if file.name != "transitions.py"]
    assert [f"{file.name}: {line}" for file in files for line in written_states(file)] == []


def written_states(file: Path) -> Iterator[int]:
    """Yield the lines that assign `….state` or `….ended_at` of a row, or that update either in a set of rows."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update":
            names = {keyword.arg for keyword in node.keywords}
        elif isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {part.attr for target in targets for part in ast.walk(target) if isinstance(part, ast.Attribute)}
        else:
            continue
        if names & {"state", "ended_at"}:
            yield node.lineno


def test_architecture_draws_the_table_as_it_is() -> None:
    drawn = (ROOT / "docs" / "architecture.md").read_text()
    tables = ((RunMove, Run.State), (GenerationMove, State), (UploadMove, Upload.State))
    for move, states in ((move, states) for moves, states in tables for move in moves):
        sides = ([state for state in (NEW, *states) if state in side] for side in (move.sources, move.targets))
        line = " → ".join(", ".join(side) for side in sides)
        assert f"| {move.name.lower()} | {line} |" in drawn, line
