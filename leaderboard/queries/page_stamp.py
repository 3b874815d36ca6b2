"""One short text that changes whenever anything changes that a board's page shows, from one cheap query."""

from django.db import connection
from django.utils import timezone

from leaderboard.queries.figures import read_figures_stamp

# Small tables whose every row may show on a page. A row's xmin is the transaction that last wrote it.
_TABLES = (
    "catalog_organization", "catalog_imagemodel", "catalog_contender", "catalog_provider", "catalog_offering",
    "catalog_price", "catalog_category", "catalog_axis", "catalog_prompt", "catalog_prompt_axes", "voting_ledger",
    "voting_ledgerorigin",
)  # fmt: skip
_OF_TABLE = "(SELECT bit_xor(hashtextextended(ctid::text, (xmin::text)::bigint)) FROM {table})"
# Snapshots and audits never change. Of those that thinning removes, only addresses with `at` could show the absence.
_STAMP = """
SELECT (SELECT max(id) FROM leaderboard_snapshot), (SELECT count(*) FROM leaderboard_audit),
    (SELECT max(snapshot_id) FROM leaderboard_audit), {tables}
""".format(tables=", ".join(_OF_TABLE.format(table=table) for table in _TABLES))  # noqa: S608 # constants


def read_page_stamp(*, modality: str) -> str:
    """Return the stamp of all that pages of a modality show. It also changes with the day, on which models retire."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        row = cursor.fetchone()
    return f"{timezone.now().date()} {row} {read_figures_stamp(modality=modality)}"
