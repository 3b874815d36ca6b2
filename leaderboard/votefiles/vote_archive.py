"""Vote logs as Parquet files, which `vote_files` reads back as they were, ten times faster than text."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from leaderboard.ratings.columns.votelog import OUTCOMES, VoteLog
from leaderboard.votefiles.coded_columns import load_arrow


def write_votes(path: Path, votes: Mapping[str, VoteLog], *, dealt: bool) -> None:
    """Write the logs by modality into one file, a column each, under the names that an export has.

    `dealt`: an arena dealt the votes, so that their order is one in time; a column says so. Labels are written once
    each. Raises BadVoteFile without pyarrow, OSError where the file cannot be written.
    """
    arrow, parquet = load_arrow()
    evidence = {name for name in ("tier", "network") for log in votes.values() if getattr(log, name) is not None}
    parts = [
        arrow.table({
            "position": log.position,
            "modality": arrow.DictionaryArray.from_arrays(np.zeros(len(log), dtype=np.int32), [modality]),
            **{
                name: arrow.DictionaryArray.from_arrays(ids, arrow.array(labels, arrow.string()))
                for name, ids, labels in (
                    ("left", log.left, log.contenders),
                    ("right", log.right, log.contenders),
                    ("outcome", log.outcome, OUTCOMES),
                    ("voter", log.voter, log.voters),
                    ("prompt", log.prompt, log.prompts),
                    ("category", log.category, log.categories),
                    ("language", log.language, log.languages),
                )
            },
            **{
                name: arrow.DictionaryArray.from_arrays(
                    np.zeros(len(log), dtype=np.int32) if ids is None else ids, arrow.array(labels, arrow.string())
                )
                for name, ids, labels in (("tier", log.tier, log.tiers), ("network", log.network, log.networks))
                if name in evidence
            },
            "weight": np.ascontiguousarray(log.weight),
            **({"dealt": np.ones(len(log), dtype=bool)} if dealt else {}),
        })
        for modality, log in ((modality, log.expand()) for modality, log in votes.items())
    ]  # fmt: skip
    # Readers require that positions rise.
    parquet.write_table(arrow.concat_tables(parts).unify_dictionaries().sort_by("position"), path)
