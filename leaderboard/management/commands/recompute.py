"""manage.py recompute: compute an exported ledger's boards again, from the file alone, without a database."""

import csv
import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.voting.ledger.chain import Walk
from arena.voting.ledger.exports import carries_chain, walk_export
from leaderboard.management.axes_option import add_axes_option, tell_axes
from leaderboard.management.ranking.weighed_choice import add_weights_options, weigh_export, write_choice
from leaderboard.management.shares_option import add_shares_option, read_shares_option, say_shares, split_refused
from leaderboard.management.tiers_option import add_tiers_option, choose_tiers
from leaderboard.presentation.audit_report import describe_audit
from leaderboard.presentation.board_text import BOARDS, as_json, name_board, parse_board, write_table
from leaderboard.presentation.skill_lines import order_skills, write_skills
from leaderboard.presentation.tables.table_files import as_cell
from leaderboard.queries.current_method import current_method, name_thresholds
from leaderboard.ratings.boards import WINDOWS, BoardKey, board_keys, compute_boards, find_boards, prepare_board
from leaderboard.ratings.columns.shares import Shares
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.diagnostics.audit import Beside, audit_slice, state_audit
from leaderboard.ratings.fits.sequential_trueskill import replay
from leaderboard.ratings.fits.trueskill_package import replay_by_package
from leaderboard.ratings.parameters import METHOD, VERSIONS, Method
from leaderboard.ratings.publishing import hash_positions, publish
from leaderboard.ratings.results import BoardResult
from leaderboard.votefiles.beside.gap_files import read_gaps
from leaderboard.votefiles.export_reader import Export, read_export
from leaderboard.votefiles.vote_files import named_clusters, suit_method


class Command(BaseCommand):
    """Thin door to the rating engine."""

    help = "Compute an exported ledger's boards again, from the file alone, and print standings and hashes."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the boards wanted, the form of the answer."""
        parser.add_argument("export", type=Path, help="CSV or JSONL, plain or gzipped")
        parser.add_argument("--format", choices=["table", "json"], default="table")
        instead = parser.add_mutually_exclusive_group()
        instead.add_argument(
            "--audit",
            action="store_true",
            help="print instead how fragile, decided, agreed on and well predicted each board is",
        )
        instead.add_argument(
            "--sequential",
            action="store_true",
            help="print TrueSkill vote by vote instead, as the trueskill package does; a table only",
        )
        parser.add_argument(
            "--package",
            action="store_true",
            help="with --sequential: use the trueskill package itself, for comparison (0.1 s for 1,000 votes)",
        )
        instead.add_argument(
            "--against",
            type=Path,
            metavar="STANDINGS",
            help="a CSV of standings (`standings.csv?board=all`, or of a release): compare every board's hash with it",
        )
        add_weights_options(parser, instead)
        add_axes_option(parser)
        add_shares_option(parser)
        parser.add_argument(
            "--gaps",
            type=Path,
            metavar="FILE",
            help="with --audit: which contenders have no picture of which prompts, as `picture_gaps` writes it",
        )
        parser.add_argument("--board", type=parse_board, action="append", help=f"one of {BOARDS}; may repeat")
        parser.add_argument(
            "--days",
            type=int,
            choices=WINDOWS,
            default=0,
            help="only the votes of this many days, up to the day of the newest vote",
        )

        add_tiers_option(parser)
        parser.add_argument(
            "--half-width",
            type=float,
            metavar="ELO",
            help="the method's established_half_width, if the snapshot has one: rows less sure have no rank",
        )

        parser.add_argument(
            "--method-version",
            choices=VERSIONS,
            default=METHOD.version,
            help="the version in the method of an older snapshot; today's by default",
        )

    def handle(self, *args: Any, export: Path, board: list[BoardKey] | None, **options: Any) -> None:
        """Print the boards; exit 1 with one line when file or chain is at fault."""
        _refuse_contradictions(options)
        walk, read = _read(export)
        try:
            logs = tell_axes(read.votes, options["axes"], board or [])
            shares = read_shares_option(options["shares"])
            beside = Beside(shares, read_gaps(options["gaps"]) if options["gaps"] else None)
        except DomainError as error:
            raise CommandError(error.message) from error
        wanted = {modality: _wanted(votes, board, options["days"]) for modality, votes in logs.items()}
        if board and not any(wanted.values()):
            asked = ", ".join(map(name_board, board))
            raise CommandError(f"{export}: no votes on {asked}. Without --board, every board with votes is printed.")
        if options["days"] and any(votes.day is None for votes in logs.values()):
            raise CommandError(f"{export}: --days needs the column cast_on")
        method = _choose_method(read, options)
        if options["weights"]:
            self._print_choice(export, logs, method, options)
            return
        if options["audit"]:
            self._print_audits(logs, wanted, method, options["format"], beside)
            return
        if options["sequential"]:
            self._print_sequential(logs, wanted, method, by_package=options["package"])
            return
        notes = _weigh_wanted(logs, wanted, method, shares) if shares else []
        boards = {
            (modality, key): publish(result)
            for modality, votes in logs.items()
            for key, result in compute_boards(votes, method, keys=wanted[modality], shares=shares).items()
        }
        if options["against"]:
            self._compare(boards, options["against"], options["tiers"], tells_axes=options["axes"] is not None)
            return
        self._print_boards(boards, walk, read.excluded, options["format"], notes)

    def _print_choice(
        self, export: Path, logs: Mapping[str, VoteLog], method: Method, options: Mapping[str, Any]
    ) -> None:
        """Raises CommandError if no modality has votes on all categories that are weighed."""
        asked = {name: options[name] for name in ("weights", "language", "among")}
        found = weigh_export(logs, method, **asked)
        if not found:
            raise CommandError(f"{export}: no modality has votes on all these categories.")
        self.stdout.write(write_choice(found, options["format"]))

    def _print_boards(
        self,
        boards: Mapping[tuple[str, BoardKey], BoardResult],
        walk: Walk | None,
        excluded: list[int],
        form: str,
        notes: list[str],
    ) -> None:
        chain = {"length": walk.length, "head": walk.head} if walk else None
        exclusions = {"count": len(excluded), "hash": hash_positions(excluded)}
        if form == "json":
            answers = [as_json(modality, key, result) for (modality, key), result in boards.items()]
            found = {"chain": chain, "exclusions": exclusions} | ({"notes": notes} if notes else {})
            self.stdout.write(json.dumps(found | {"boards": answers}, indent=1, ensure_ascii=False))
            return
        self.stdout.write(_describe_chain(walk))
        self.stdout.write("exclusions: {count}, hash {hash}".format(**exclusions))
        self.stdout.write(f"thresholds: {name_thresholds()} (the hashes hold for these)")
        for note in notes:
            self.stdout.write(note)
        for (modality, key), result in boards.items():
            self.stdout.write(f"\n{write_table(f'{modality} {name_board(key)}', result)}")

    def _compare(
        self, boards: Mapping[tuple[str, BoardKey], BoardResult], published: Path, tiers: str, *, tells_axes: bool
    ) -> None:
        """Say which boards have the published hash. Raises CommandError unless all that were published have it.

        Where boards of official and of all votes stand side by side, only those of these `tiers` are compared.

        Without the axes of the prompts, boards by axis cannot be computed; then it says that they were left out.
        """
        try:
            with published.open(encoding="utf-8-sig", newline="") as file:
                rows = {
                    (row["modality"], row["slice"], row["slice_value"], int(row["days"])): row["output_hash"]
                    for row in csv.DictReader(file)
                    if row.get("tiers") in (None, "", tiers)
                }
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"{published}: no table of standings with board columns ({error!r})") from error
        found: dict[tuple[Any, ...], str] = {
            (modality, key.slice, as_cell(key.slice_value), key.days): result.output_hash
            for (modality, key), result in boards.items()
        }
        compared = {key: expected for key, expected in rows.items() if tells_axes or key[1] != "axis"}
        differ = [" ".join(map(str, key)) for key, expected in compared.items() if found.get(key) != expected]
        if differ:
            raise CommandError(f"{len(differ)} of {len(compared)} boards differ: {', '.join(differ)}")
        self.stdout.write(f"{len(compared)} of {len(compared)} boards have the published hash.")
        if len(compared) < len(rows):
            self.stdout.write(f"{len(rows) - len(compared)} by axis were not compared: they need --axes FILE.")

    def _print_audits(
        self,
        logs: Mapping[str, VoteLog],
        wanted: Mapping[str, list[BoardKey]],
        method: Method,
        form: str,
        beside: Beside,
    ) -> None:
        """Each board's audit, as text or as one JSON list."""
        audits = []
        for modality, votes in logs.items():
            for key in wanted[modality]:
                audit = audit_slice(votes, key, method, beside=beside)
                facts = state_audit(audit, with_removed=True) if form == "json" else {}
                audits.append({"modality": modality, "board": name_board(key), **facts})
                if form == "table":
                    lines = "\n".join(describe_audit(audit))
                    self.stdout.write(f"\n{modality} {name_board(key)}: {audit.votes} votes\n{lines}")
        if form == "json":
            self.stdout.write(json.dumps({"audits": audits}, indent=1, ensure_ascii=False))

    def _print_sequential(
        self, logs: Mapping[str, VoteLog], wanted: Mapping[str, list[BoardKey]], method: Method, *, by_package: bool
    ) -> None:
        """Each board's skills after the last vote in ledger order, by falling μ − 3σ."""
        run = replay_by_package if by_package else replay
        for modality, votes in logs.items():
            for key in wanted[modality]:
                own = prepare_board(votes, key, method)[0].compact()
                lines = order_skills(own.contenders, run(own, method))
                title = f"{modality} {name_board(key)}: {len(own)} votes in ledger order"
                self.stdout.write("\n" + write_skills(title, lines))


def _refuse_contradictions(options: Mapping[str, Any]) -> None:
    """Raise CommandError for an option that would change nothing beside another."""
    for refused, message in (
        (options["sequential"] and options["format"] != "table", "--sequential prints a table only."),
        (options["package"] and not options["sequential"], "--package goes with --sequential only."),
        (
            (options["language"] or options["among"]) and not options["weights"],
            "--language and --among go with --weights only.",
        ),
        (options["gaps"] and not options["audit"], "--gaps goes with --audit only."),
        (options["shares"] and options["sequential"], "--shares changes nothing with --sequential. Leave it out."),
    ):
        if refused:
            raise CommandError(message)


def _read(export: Path) -> tuple[Walk | None, Export]:
    try:
        return walk_export(export) if carries_chain(export) else None, read_export(export)
    except DomainError as error:
        raise CommandError(f"{export}: {error.message}") from error


def _method_of(read: Export, half_width: float | None) -> Method:
    """The method in use, as it suits what the entries say: an imported ledger may lack voters or prompts."""
    method = current_method()
    thresholds = replace(method.thresholds, established_half_width=half_width)
    columns = [*named_clusters(read.votes.values()), *["propensity"] * read.dealt]
    return suit_method(replace(method, thresholds=thresholds), columns)


def _choose_method(read: Export, options: Mapping[str, Any]) -> Method:
    """The method with what the options change."""
    method = replace(_method_of(read, options["half_width"]), version=options["method_version"])
    return choose_tiers(method, options["tiers"])


def _weigh_wanted(
    logs: Mapping[str, VoteLog], wanted: dict[str, list[BoardKey]], method: Method, shares: Shares
) -> list[str]:
    """Keep the boards on which the shares can be used, and say of each what they come to, or why not.

    Raises CommandError if they can be used on none.
    """
    notes: list[str] = []
    for modality, votes in logs.items():
        wanted[modality], refused = split_refused(votes, wanted[modality], method, shares)
        notes += [f"{modality} {name_board(key)}: {say_shares(shares, votes, key, method)}" for key in wanted[modality]]
        notes += [f"not weighted: {modality} {each}" for each in refused]
    if not any(wanted.values()):
        raise CommandError("\n".join(notes))
    return notes


def _describe_chain(walk: Walk | None) -> str:
    if walk is None:
        return "chain: not checked, because the file does not have it from its beginning"
    return f"chain: {walk.length} entries hold, head {walk.head}"


def _wanted(votes: VoteLog, asked: list[BoardKey] | None, days: int) -> list[BoardKey]:
    """The boards with votes: of those asked for, or of those that every refresh computes; each of this many days."""
    keys = find_boards(votes, asked) if asked else board_keys(votes)
    return [replace(key, days=days) for key in keys]
