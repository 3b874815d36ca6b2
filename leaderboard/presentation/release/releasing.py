"""Writes a dataset release: everything that may be public, in files, with metadata and checksums."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.urls import reverse
from django.utils.translation import gettext as _

from arena.errors import Conflict, NotFound
from arena.generation.ingest.renditions import read_public_rendition
from arena.generation.models import Generation
from arena.voting.ledger.opening import counted_ledgers
from arena.voting.models import Ledger
from leaderboard.models import Snapshot
from leaderboard.presentation.release.croissant import describe_release
from leaderboard.presentation.release.dataset_card import make_card
from leaderboard.presentation.release.preference_files import PREFERENCE_FILES
from leaderboard.presentation.tables.board_tables import tabulate_pairs, tabulate_standings
from leaderboard.presentation.tables.entry_files import EntryFile, write_entries
from leaderboard.presentation.tables.table_files import Form, Table, write_table
from leaderboard.queries.axes.axis_maps import read_axes
from leaderboard.queries.competitions.shown_prompts import shown_prompts
from leaderboard.queries.current_method import has_two_kinds, official_tiers
from leaderboard.queries.exporting.all_boards import read_all_boards, read_axis_boards
from leaderboard.queries.exporting.ledger_export import shown_columns
from leaderboard.queries.exporting.preferences import list_open_pictures, read_preferences
from leaderboard.queries.pair_table import read_pairs
from leaderboard.queries.past import read_past
from leaderboard.queries.row_order import sort_rows
from leaderboard.queries.slices import find_ledger
from leaderboard.votefiles.beside.axis_map_files import write_axis_map
from leaderboard.votefiles.parquet_writing import Kind

_FORMS: tuple[Form, ...] = ("csv", "jsonl", "parquet")
_PROMPTS: tuple[tuple[str, Kind], ...] = (
    ("slug", "text"), ("title", "text"), ("text", "text"), ("language", "text"), ("category", "text"),
    ("modality", "text"), ("state", "text"), ("licence", "text"), ("source", "text"),
)  # fmt: skip
_PICTURES: tuple[tuple[str, Kind], ...] = (
    ("path", "text"), ("prompt", "text"), ("contender", "text"), ("sample", "integer"), ("uid", "text"),
)  # fmt: skip
_SNAPSHOTS: tuple[tuple[str, Kind], ...] = (
    ("modality", "text"), ("slice", "text"), ("slice_value", "text"), ("snapshot", "integer"),
    ("position", "integer"), ("head", "text"), ("computed_at", "moment"), ("method", "text"),
    ("exclusions_hash", "text"), ("input_hash", "text"), ("output_hash", "text"),
)  # fmt: skip
# The widest rendition that is released.
_WIDTH = 1024


@dataclass
class Release:
    """A folder that is being filled; what was written, by path with its SHA-256, and the columns of tables.

    `left_out` are the paths of pictures that were hidden, or whose file was found missing, meanwhile.
    """

    folder: Path
    site: str
    licence: str
    day: date
    files: dict[str, str] = field(default_factory=dict)
    tables: list[tuple[str, tuple[tuple[str, Kind], ...]]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def put(self, path: str, data: bytes) -> None:
        """Write a file."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        self.files[path] = hashlib.sha256(data).hexdigest()

    def put_table(self, path: str, table: Table) -> None:
        """Write a table in every form."""
        for form in _FORMS:
            self.put(f"{path}.{form}", write_table(table, form))
        self.tables.append((f"{path}.csv", table.columns))

    def note(self, path: str) -> None:
        """Take in a file that was written already."""
        with (self.folder / path).open("rb") as file:
            self.files[path] = hashlib.file_digest(file, "sha256").hexdigest()


def write_release(*, folder: Path, site: str, licence: str, day: date) -> Release:
    """Fill an empty or new folder. Pictures are those of open prompts only. Raises Conflict if it is not empty."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Conflict(_("{folder} is not empty. Name a new folder.").format(folder=folder))
    release = Release(folder, site, licence, day)
    pictures = _release_pictures(release)
    paths = {key: _path_of(picture) for key, picture in pictures.items()}
    release.put_table("prompts", _tabulate_prompts())
    release.put_table("images", _tabulate_pictures(pictures, paths))
    for ledger in counted_ledgers().filter(length__gt=0):
        _release_ledger(release, ledger, pictures, paths)
    _close(release)
    return release


def _release_pictures(release: Release) -> dict[int, Generation]:
    """Write the public pictures and return them, without those that can no longer be read."""
    written = {}
    for key, picture in list_open_pictures().items():
        try:
            release.put(_path_of(picture), _read_picture(picture))
        except NotFound:
            release.left_out.append(_path_of(picture))
        else:
            written[key] = picture
    return written


def _release_ledger(release: Release, ledger: Ledger, pictures: dict[int, Generation], paths: dict[int, str]) -> None:
    """Entries as the newest snapshot read them, and every board as it was then, so that all fits together."""
    newest = Snapshot.objects.filter(
        board__ledger=ledger, board__days=0, board__tiers="", board__slice="overall"
    ).first()
    at = str(newest.pk) if newest else None
    past = read_past(ledger, at) if at else None
    last = past.position if past else ledger.length
    base = f"ledgers/{ledger.slug}"
    (release.folder / base).mkdir(parents=True, exist_ok=True)
    columns = tuple(shown_columns(ledger, last=last))
    for form in _FORMS:
        with (release.folder / base / f"entries.{form}").open("wb") as out:
            write_entries(EntryFile(ledger, form, columns, 0, last, past.excluded if past else None), out)
        release.note(f"{base}/entries.{form}")
    if at:
        boards = list(read_all_boards(ledger=ledger.slug, at=at))
        boards += read_axis_boards(ledger, {board.snapshot_id or 0 for board in boards if board.slice == "overall"})
        lines = ((board, sort_rows(board.rows, "")) for board in boards)
        release.put_table(f"{base}/standings", tabulate_standings(lines, published=True))
        release.put_table(f"{base}/pairs", tabulate_pairs(map(read_pairs, boards)))
        release.put_table(f"{base}/snapshots", _tabulate_snapshots([board.snapshot_id or 0 for board in boards]))
    if (axes := read_axes(ledger)).axes:
        release.put(f"{base}/axes.json", json.dumps(write_axis_map(axes), indent=1).encode())
    release.put(f"{base}/README.md", make_card(ledger, site=release.site).as_markdown().encode())
    preferences = list(read_preferences(ledger, pictures, last=last))
    for name, write in PREFERENCE_FILES.items() if preferences else ():
        target = release.folder / base / "preferences" / name
        target.parent.mkdir(exist_ok=True)
        with target.open("w", encoding="utf-8", newline="\n") as out:
            write(preferences, paths, out)
        release.note(f"{base}/preferences/{name}")


def _tabulate_prompts() -> Table:
    rows = [
        (
            prompt.slug, prompt.title, prompt.text, prompt.language, prompt.category.slug, prompt.category.modality,
            prompt.state, prompt.licence, prompt.source,
        )
        for prompt in shown_prompts().order_by("slug")
    ]  # fmt: skip
    return Table(_PROMPTS, rows)


def _tabulate_pictures(pictures: dict[int, Generation], paths: dict[int, str]) -> Table:
    rows = [
        (paths[key], picture.prompt.slug, picture.contender.slug, picture.sample, str(picture.image.public_id))
        for key, picture in pictures.items()
    ]
    return Table(_PICTURES, rows)


def _tabulate_snapshots(numbers: list[int]) -> Table:
    found = Snapshot.objects.select_related("board").in_bulk(numbers)
    rows = [
        (
            each.board.modality, each.board.slice, each.board.slice_value, each.pk, each.position, each.head,
            each.computed_at, json.dumps(each.method), each.exclusions_hash, each.input_hash, each.output_hash,
        )
        for each in (found[number] for number in numbers)
    ]  # fmt: skip
    return Table(_SNAPSHOTS, rows)


def _path_of(picture: Generation) -> str:
    return f"images/{picture.prompt.slug}/{picture.contender.slug}-{picture.sample}.webp"


def _read_picture(picture: Generation) -> bytes:
    widths = picture.image.renditions.filter(width__lte=_WIDTH).order_by("-width")
    width = widths.values_list("width", flat=True).first() or _WIDTH
    return read_public_rendition(public_id=picture.image.public_id, width=width)


def _close(release: Release) -> None:
    """Licence, card, metadata and checksums, of all that lies there."""
    release.put("LICENCE.txt", f"{release.licence}\n".encode())
    ledgers = [path.split("/")[1] for path in release.files if path.endswith("/README.md")]
    release.put("README.md", "".join(_introduce(release, ledgers)).encode())
    metadata = describe_release(
        name=f"Easel release {release.day.isoformat()}",
        description="Votes on pairs of images, rankings computed from them, prompts, and images of open prompts.",
        licence=release.licence,
        day=release.day,
        url=f"{release.site}{reverse('home')}",
        files=release.files,
        tables=release.tables,
    )
    release.put("croissant.json", json.dumps(metadata, indent=1, ensure_ascii=False).encode())
    sums = "".join(f"{digest}  {path}\n" for path, digest in sorted(release.files.items()))
    (release.folder / "SHA256SUMS").write_text(sums, encoding="utf-8")


def _introduce(release: Release, ledgers: list[str]) -> Iterator[str]:
    yield f"# Dataset release of {release.day.isoformat()}\n\nFrom {release.site}. Licence: {release.licence}\n\n"
    yield "`sha256sum -c SHA256SUMS` checks every file. `prompts` lists the prompts in play and open, `images` the\n"
    yield "pictures of open prompts. Pictures in play are not released. Each ledger has a card of its own:\n\n"
    for slug in ledgers:
        yield f"- [{slug}](ledgers/{slug}/README.md)\n"
    yield "\nTo compute the published rankings again, without a database:\n\n"
    for slug in ledgers:
        base = f"ledgers/{slug}"
        axes = f" --axes {base}/axes.json" if f"{base}/axes.json" in release.files else ""
        tiers = f"OFFICIAL_TIERS={','.join(official_tiers())} " if has_two_kinds(find_ledger(slug)) else ""
        yield f"    {tiers}easel recompute {base}/entries.csv --against {base}/standings.csv{axes}\n"
    yield "\n`axes.json` beside a ledger's entries says which axes each prompt tested on the release's day.\n"
    yield "`standings` has the boards by axis that were computed by then; `--board axis:fine-detail` computes any.\n"
