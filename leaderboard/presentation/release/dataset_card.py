"""A ledger's dataset card: what its data are, and how they are read with pandas, polars, duckdb and R."""

import json
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from arena.voting.models import Ledger, LedgerOrigin
from leaderboard.presentation.tables.column_dictionary import TABLES, DescribedColumn, describe_columns
from leaderboard.queries.axes.axis_maps import read_axes
from leaderboard.queries.slices import find_origin

_PANDAS = """import pandas as pd

standings = pd.read_csv("{standings}")
votes = pd.read_parquet("{votes}")
overall = standings[standings["slice"] == "overall"]
print(overall[["modality", "contender_slug", "elo", "elo_low", "elo_high"]])
print(votes.groupby("outcome").size())
"""
_POLARS = """import polars as pl

votes = pl.scan_parquet("{votes}")
wins = votes.filter(pl.col("outcome") == "left").group_by("left").len(name="wins")
print(wins.sort("wins", descending=True).collect())
"""
_DUCKDB = """import duckdb

duckdb.sql("INSTALL httpfs; LOAD httpfs")
votes = "{votes}"
duckdb.sql(f"SELECT category, count(*) AS n FROM '{{votes}}' GROUP BY category ORDER BY n DESC").show()
"""
_R = """standings <- read.csv("{standings}")
overall <- subset(standings, slice == "overall")
print(overall[, c("modality", "contender_slug", "elo", "elo_low", "elo_high")])
"""
_CODES = (("pandas", "python", _PANDAS), ("polars", "python", _POLARS), ("duckdb", "python", _DUCKDB), ("R", "r", _R))


@dataclass(frozen=True)
class Snippet:
    """A few lines of code that read the data, with the name of what runs them."""

    name: str
    language: str
    code: str


@dataclass(frozen=True)
class DatasetCard:
    """What a card says. Addresses are absolute."""

    ledger: Ledger
    origin: LedgerOrigin | None
    columns: tuple[DescribedColumn, ...]
    files: tuple[tuple[str, str, str], ...]
    snippets: tuple[Snippet, ...]

    @property
    def tables(self) -> list[tuple[str, list[DescribedColumn]]]:
        """The columns of each table, by its name."""
        return [(table, [each for each in self.columns if each.table == table]) for table in TABLES]

    @property
    def quoted_name(self) -> str:
        """The ledger's name as YAML reads it: its quoted texts are JSON's."""
        return json.dumps(self.ledger.name)

    def as_markdown(self) -> str:
        """The card as a file."""
        return render_to_string("leaderboard/dataset_card.md", {"card": self})


def make_card(ledger: Ledger, *, site: str) -> DatasetCard:
    """Return the card of a ledger at a site, such as `https://arena.example.org`, without a slash at its end."""
    standings = f"{site}{reverse('api-standings.csv')}?board=all&ledger={ledger.slug}"
    votes = f"{site}{reverse('api-entries.parquet', args=[ledger.slug])}?columns=votes"
    pairs = f"{site}{reverse('api-pairs.parquet')}?board=all&ledger={ledger.slug}"
    entries = {
        form: f"{site}{reverse(f'api-entries.{form}', args=[ledger.slug])}" for form in ("csv", "jsonl", "parquet")
    }
    files: tuple[tuple[str, str, str], ...] = (
        ("votes.parquet", votes, _("How people voted, without the hashes that prove it.")),
        ("standings.csv", standings, _("Every board in one table: a row for each board and contender.")),
        ("standings.parquet", standings.replace("standings.csv", "standings.parquet"), _("The same.")),
        ("pairs.parquet", pairs, _("Who beats whom on every board, each pair from both sides.")),
        (
            "entries.csv",
            entries["csv"],
            _("Every vote with its proof: the ledger, which anyone can check and rank again."),
        ),
        ("entries.jsonl", entries["jsonl"], _("The same.")),
        ("entries.parquet", entries["parquet"], _("The same.")),
    )
    if read_axes(ledger).axes:
        axes = f"{site}{reverse('api-axes', args=[ledger.slug])}"
        files += (("axes.json", axes, _("Which axes each prompt tests: boards by axis are computed with it.")),)
    snippets = tuple(
        Snippet(name, language, code.format(standings=standings, votes=votes)) for name, language, code in _CODES
    )
    return DatasetCard(ledger, find_origin(ledger), describe_columns(ledger), files, snippets)
