"""manage.py recompute: an exported ledger's boards, computed again from the file alone, without a database."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.voting.chain import Walk
from arena.voting.exports import carries_chain, walk_export
from leaderboard.current_method import current_method, name_thresholds
from leaderboard.ratings.boards import BoardKey, board_keys, compute_board, slice_votes
from leaderboard.ratings.export_reader import read_export
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import BoardResult, ContenderResult
from leaderboard.ratings.sequential_trueskill import replay
from leaderboard.ratings.votelog import VoteLog

_HEAD = (
    f"{'ranks':>9}  {'Elo':>7}  {'95 % interval':>17}  {'μ − 3σ':>7}  {'votes':>8}  {'win':>5}  level        contender"
)
_SKILL_HEAD = f"{'μ − 3σ':>8}  {'μ':>8}  {'σ':>8}  contender"


class Command(BaseCommand):
    """Thin door to the rating engine."""

    help = "Compute an exported ledger's boards again, from the file alone, and print standings and hashes."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the boards wanted, the form of the answer."""
        parser.add_argument("export", type=Path, help="CSV or JSONL, plain or gzipped")
        parser.add_argument("--format", choices=["table", "json"], default="table")
        parser.add_argument(
            "--sequential",
            action="store_true",
            help="print TrueSkill vote by vote instead, as the trueskill package does",
        )
        parser.add_argument(
            "--board", type=_read_board, action="append", help="overall, category:<slug> or language:<code>; may repeat"
        )

    def handle(self, *args: Any, export: Path, board: list[BoardKey] | None, **options: Any) -> None:
        """Print the boards; exit 1 with one line when file or chain is at fault."""
        try:
            walk = walk_export(export) if carries_chain(export) else None
            logs = read_export(export)
        except DomainError as error:
            raise CommandError(f"{export}: {error.message}") from error
        if options["sequential"]:
            self._print_sequential(logs, board)
            return
        boards = {
            (modality, key): publish(compute_board(votes, key, current_method()))
            for modality, votes in logs.items()
            for key in _wanted(votes, board)
        }
        if board and not boards:
            raise CommandError(f"{export}: no votes on {', '.join(map(_name, board))}")
        chain = {"length": walk.length, "head": walk.head} if walk else None
        if options["format"] == "json":
            answers = [_as_json(modality, key, result) for (modality, key), result in boards.items()]
            self.stdout.write(json.dumps({"chain": chain, "boards": answers}, indent=1, ensure_ascii=False))
            return
        self.stdout.write(_describe_chain(walk))
        self.stdout.write(f"thresholds: {name_thresholds()} (the hashes hold for these)")
        for (modality, key), result in boards.items():
            self._print_board(modality, key, result)

    def _print_sequential(self, logs: Mapping[str, VoteLog], board: list[BoardKey] | None) -> None:
        """Each board's skills after the last vote in ledger order, by falling μ − 3σ."""
        for modality, votes in logs.items():
            for key in _wanted(votes, board):
                own = slice_votes(votes, key).compact()
                skills = replay(own, current_method())
                self.stdout.write(f"\n{modality} {_name(key)}: {len(own)} votes in ledger order\n{_SKILL_HEAD}")
                for index in (-skills.conservative).argsort(kind="stable").tolist():
                    mu, sigma, sure = (
                        float(column[index]) for column in (skills.mu, skills.sigma, skills.conservative)
                    )
                    self.stdout.write(f"{sure:>8.4f}  {mu:>8.4f}  {sigma:>8.4f}  {own.contenders[index]}")

    def _print_board(self, modality: str, key: BoardKey, result: BoardResult) -> None:
        self.stdout.write(f"\n{modality} {_name(key)}: {result.votes} votes by {result.voters} voters")
        self.stdout.write(f"input  {result.input_hash}\noutput {result.output_hash}\n{_HEAD}")
        for line in result.contenders:
            self.stdout.write(_row(line))


def _describe_chain(walk: Walk | None) -> str:
    if walk is None:
        return "chain: not checked, the file does not carry it from its beginning"
    return f"chain: {walk.length} entries hold, head {walk.head}"


def _read_board(text: str) -> BoardKey:
    kind, _, value = text.partition(":")
    if kind == "overall" and not value:
        return BoardKey("overall")
    if kind == "category" and value:
        return BoardKey("category", value)
    if kind == "language" and value:
        return BoardKey("language", value)
    raise ArgumentTypeError(f"{text!r} is none of overall, category:<slug>, language:<code>")


def _wanted(votes: VoteLog, asked: list[BoardKey] | None) -> list[BoardKey]:
    return [key for key in board_keys(votes) if not asked or key in asked]


def _name(key: BoardKey) -> str:
    return f"{key.slice}:{key.slice_value}" if key.slice_value else key.slice


def _as_json(modality: str, key: BoardKey, result: BoardResult) -> dict[str, Any]:
    return {"modality": modality, "board": _name(key), **asdict(result)}


def _row(line: ContenderResult) -> str:
    ranks = "" if line.rank_low is None else f"{line.rank_low}–{line.rank_high}"
    interval = "" if line.elo_low is None else f"{line.elo_low:.1f} … {line.elo_high:.1f}"
    return (
        f"{ranks:>9}  {_number(line.elo, 1):>7}  {interval:>17}  {_number(line.conservative, 2):>7}  "
        f"{line.votes:>8}  {_number(line.win_rate, 3):>5}  {line.level:<11}  {line.contender}"
    )


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"
