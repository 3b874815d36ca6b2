"""Importing files of votes as ledgers: read as `rank` reads them, made anonymous, sealed."""

import hashlib
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from arena.catalog.models import Modality
from arena.errors import DomainError
from arena.installation import command_name
from arena.voting.ledger.imported_votes import ImportedVote, find_contenders, find_import, import_ledger
from arena.voting.models import Ledger, LedgerOrigin
from leaderboard.ratings.columns.numbering import Ids, Labels
from leaderboard.ratings.columns.prompt_axes import PromptAxes
from leaderboard.ratings.columns.votelog import OUTCOMES
from leaderboard.votefiles.ledger_labels import fit_labels
from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.row_reader import VoteRows
from leaderboard.votefiles.row_rules import RowRules
from leaderboard.votefiles.vote_files import read_rows

# This many votes are held as texts at once; all others are held as numbers.
_BATCH = 10_000
# Each category and each language gets a board. More values than this are not categories but, for example, tags of
# single prompts.
_MOST_BOARDS = 500
_LONGEST_NOTE = 500
# The lengths of LedgerEntry's columns.
_LONGEST = {"contender": 300, "prompt": 120, "category": 80, "language": 80}


@dataclass(frozen=True)
class ImportOrder:
    """What is to be imported, and what is known about it.

    `names`, `meanings` and `rules` say what the file's columns and answers mean, and what is left out, as `read_votes`
    takes them. `modality` applies
    where the file names none. `contenders` maps labels of the file to slugs of this arena's contenders. `axes` say what
    the file's prompts test.
    """

    path: Path
    slug: str
    name: str
    modality: str = Modality.TEXT_TO_IMAGE.value
    names: Mapping[str, str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    rules: RowRules = field(default_factory=RowRules)
    contenders: Mapping[str, str] = field(default_factory=dict)
    axes: PromptAxes | None = None
    source: str = ""
    licence: str = ""
    note: str = ""
    imported_by: str = ""


def import_votes(order: ImportOrder) -> tuple[Ledger, bool]:
    """Import a file as a ledger; return the ledger, and False if this file was already imported under this name.

    If it is killed at any moment, nothing is imported, and the next run imports everything. Raises DomainError for a
    file that cannot be read, rated or stored, for a slug that is taken, and for a file already imported under another
    name.
    """
    sha256 = _hash_file(order.path)
    there = find_import(slug=order.slug, name=order.name, sha256=sha256)
    if there is not None:
        return there, False
    rows = read_rows(order.path, order.names, order.meanings, order.rules)
    _refuse_unfit(rows)
    if _hash_file(order.path) != sha256:
        raise BadVoteFile("the file changed while it was read")
    mapped = find_contenders(order.contenders)
    labels = fit_labels(rows.log.contenders, _LONGEST["contender"])
    contenders = {label: mapped.get(named) for label, named in zip(labels, rows.log.contenders, strict=True)}
    for label in sorted(mapped.keys() - set(rows.log.contenders))[:1]:
        raise DomainError(f"{label!r} is no contender of this file.")
    origin = LedgerOrigin(
        # A file name is bytes: bytes that are not text are replaced.
        file_name=os.fsencode(order.path.name).decode(errors="replace")[-255:],
        sha256=sha256,
        columns=rows.columns,
        axes=_fit_axes(rows, order.axes) if order.axes else {},
        rows=len(rows.log),
        left_out=int(np.count_nonzero(~rows.counted)),
        source=order.source,
        licence=order.licence,
        note=_note(order, rows),
        imported_by=order.imported_by,
    )
    return import_ledger(
        slug=order.slug, name=order.name, origin=origin, contenders=contenders, votes=_votes(rows, labels, order)
    )


def _note(order: ImportOrder, rows: VoteRows) -> str:
    """The operator's note, how many rows a rule left out, and how the file was laid out."""
    skipped = [f"Left out: {count:,} {'row' if count == 1 else 'rows'} {why}." for why, count in rows.left_out.items()]
    laid_out = [f"Read as {rows.layout}."] if rows.layout else []
    return " ".join([*filter(None, [order.note]), *skipped, *laid_out])[:_LONGEST_NOTE]


def _hash_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadVoteFile(f"cannot be read: {error.strerror}") from error


def _refuse_unfit(rows: VoteRows) -> None:
    """Refuse what a ledger cannot hold: no votes, weights, too many boards, or a modality unknown to this arena."""
    if not rows.counted.any():
        raise BadVoteFile("there are no votes in it")
    for row in np.flatnonzero(rows.log.weight != 1.0)[:1].tolist():
        raise BadVoteFile(
            f"the weight is {rows.log.weight[row]:g}, and in a ledger every vote weighs the same. "
            f"`{command_name()} rank` uses weights; `--weight ''` imports without them.",
            row=row + 1,
            column=rows.columns["weight"],
        )
    for role, labels in (("category", rows.log.categories), ("language", rows.log.languages)):
        if len(labels) > _MOST_BOARDS:
            raise BadVoteFile(
                f"{len(labels):,} different values, more than the {_MOST_BOARDS} that can have boards of their own. "
                f"`--{role} ''` imports without them.",
                column=rows.columns[role],
            )
    for number, name in enumerate(rows.modalities):
        if name and name not in Modality.values:
            row = int(np.flatnonzero(rows.modality == number)[0])
            known = " or ".join(Modality.values)
            raise BadVoteFile(f"{name!r} is not {known}", row=row + 1, column=rows.columns["modality"])


def _fit_axes(rows: VoteRows, axes: PromptAxes) -> dict[str, list[str]]:
    """The axes of the file's prompts, under the labels that the ledger gives them. Raises BadVoteFile without any."""
    prompts = zip(rows.log.prompts, fit_labels(rows.log.prompts, _LONGEST["prompt"]), strict=True)
    found = {label: list(axes.by_prompt[prompt]) for prompt, label in prompts if prompt in axes.by_prompt}
    if not found:
        raise BadVoteFile("none of its prompts is in the map of axes")
    for axis in (axis for named in found.values() for axis in named if len(axis) > _LONGEST["category"]):
        raise BadVoteFile(f"the axis {axis[:40]!r}… is longer than {_LONGEST['category']} characters")
    return found


def _votes(rows: VoteRows, contenders: list[str], order: ImportOrder) -> Iterator[ImportedVote]:
    """The votes that count, in the file's order; only one batch of texts exists at a time."""
    log = rows.log
    voters = ["" if not label else secrets.token_hex(16) for label in log.voters]
    networks = ["" if not label else secrets.token_hex(6) for label in log.networks]
    prompts, categories, languages = (
        fit_labels(table, _LONGEST[name])
        for name, table in (("prompt", log.prompts), ("category", log.categories), ("language", log.languages))
    )
    modalities = [name or order.modality for name in rows.modalities]
    kept = np.flatnonzero(rows.counted)
    for start in range(0, len(kept), _BATCH):
        own = kept[start : start + _BATCH]
        yield from map(
            ImportedVote,
            _texts(contenders, log.left[own]),
            _texts(contenders, log.right[own]),
            _texts(OUTCOMES, log.outcome[own]),
            _texts(prompts, log.prompt[own]),
            _texts(categories, log.category[own]),
            _texts(languages, log.language[own]),
            _texts(modalities, rows.modality[own]),
            _known(rows.propensity[own], np.isnan(rows.propensity[own])),
            _texts(voters, log.voter[own]),
            _known(rows.day[own], np.isnat(rows.day[own])),
            repeat(""),
            repeat("") if log.tier is None else _texts(log.tiers, log.tier[own]),
            repeat("") if log.network is None else _texts(networks, log.network[own]),
        )


def _texts(table: list[str] | Labels, ids: Ids | NDArray[np.int8]) -> Iterator[str]:
    return map(table.__getitem__, ids.tolist())


def _known(values: NDArray[Any], unknown: NDArray[np.bool_]) -> Iterator[Any]:
    return (None if empty else value for value, empty in zip(values.tolist(), unknown.tolist(), strict=True))
