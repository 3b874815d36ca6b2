"""Prompt tables of others: every common layout loads as drafts, every bad table gives one clear error."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from arena.catalog.models import Category, Prompt
from arena.catalog.prompt_files import BadPromptFile, import_prompts
from tests.factories import make_category, make_prompt

pytestmark = pytest.mark.django_db
Write = Callable[[str | bytes], Path]
# The format of PartiPrompts: tab-separated and unquoted, so a quotation mark is text, even at the start of a cell.
PARTI = (
    "Prompt\tCategory\tChallenge\tNote\n"
    "bond\tAbstract\tBasic\tBiology-inspired concepts with multiple meanings\n"
    '"G I G G L E" painted in thick colorful lettering\tIllustrations\tWriting & Symbols\t\n'
    'A robot painted as graffiti. The words "Fly an airplane" are on the wall.\tOutdoor Scenes\tComplex\t\n'
    "Salvador Dalí\tPeople\tBasic\t\n"
)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the table that a test imports."""

    def write_table(content: str | bytes) -> Path:
        file = tmp_path / "prompts.tsv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return write_table


def stored() -> tuple[int, int]:
    return Prompt.objects.count(), Category.objects.count()


def test_import_of_partiprompts_layout_keeps_bare_quotes_and_makes_drafts(write: Write) -> None:
    done = import_prompts(file=write(PARTI))
    assert (done.rows, done.made) == (4, 4)
    assert done.categories == ["Abstract", "Illustrations", "Outdoor Scenes", "People"]
    assert set(Category.objects.values_list("state", flat=True)) == {"draft"}
    assert set(Prompt.objects.values_list("state", "language", "licence", "source")) == {
        ("draft", "en", "unknown", "prompts.tsv")
    }
    giggle = Prompt.objects.get(category__slug="illustrations")
    assert giggle.text == '"G I G G L E" painted in thick colorful lettering'
    assert giggle.note == "Writing & Symbols"
    assert Prompt.objects.get(text="bond").note == "Basic · Biology-inspired concepts with multiple meanings"
    assert Prompt.objects.get(category__slug="people").title == "Salvador Dalí"


def test_import_twice_adds_nothing(write: Write) -> None:
    import_prompts(file=write(PARTI))
    before = list(Prompt.objects.order_by("pk").values())
    done = import_prompts(file=write(PARTI + "a corgi\tAnimals\tBasic\t\n"))
    assert (done.rows, done.made, done.categories) == (5, 1, ["Animals"])
    assert import_prompts(file=write(PARTI)).made == 0
    assert list(Prompt.objects.exclude(text="a corgi").order_by("pk").values()) == before


def test_import_of_the_full_size_layout_loads_every_row(write: Write) -> None:
    rows = [f"a picture number {n} of a fox\tCategory {n % 12}\tBasic\t" for n in range(1632)]
    done = import_prompts(file=write("\n".join(["Prompt\tCategory\tChallenge\tNote", *rows]) + "\n"))
    assert (done.rows, done.made, len(done.categories)) == (1632, 1632, 12)
    assert Prompt.objects.values("slug").distinct().count() == 1632


def test_import_of_csv_reads_quotes_newlines_and_commas(write: Write) -> None:
    done = import_prompts(file=write('category,prompt\nFood,"A sign, saying ""Eat"",\nin two lines"\n\nFood,plain\n'))
    assert (done.rows, done.made) == (2, 2)
    assert set(Prompt.objects.values_list("text", flat=True)) == {'A sign, saying "Eat",\nin two lines', "plain"}


def test_import_of_tsv_with_quoted_cells_unquotes_them(write: Write) -> None:
    import_prompts(file=write('Prompt\tCategory\n"say ""hi"""\tA\n"two\nlines"\tA\nshort row\n'))
    assert set(Prompt.objects.values_list("text", flat=True)) == {'say "hi"', "two\nlines", "short row"}


def test_import_with_byte_order_mark_and_windows_lines_reads_the_header(write: Write) -> None:
    import_prompts(file=write(b"\xef\xbb\xbf" + PARTI.replace("\n", "\r\n").encode()))
    assert Prompt.objects.count() == 4
    assert not Prompt.objects.filter(text__contains="\r").exists()


def test_import_keeps_separators_that_are_no_line_ends(write: Write) -> None:
    assert import_prompts(file=write("Prompt\tCategory\none\u2028prompt\x85only\tA\n")).made == 1
    assert Prompt.objects.get().text == "one\u2028prompt\x85only"


def test_import_maps_every_column_by_its_header(write: Write) -> None:
    header = "TITLE,Text,Language,Gloss,License,Source,Slug,Category,Seed"
    row = "Wald,Ein Wald im Nebel,de,A forest in fog,CC-BY-4.0,https://example.org/p,wald-im-nebel,Landscapes,42"
    kept = make_category(slug="landscapes", name="Landscapes")
    assert import_prompts(file=write(f"{header}\n{row}\n")).categories == []
    prompt = Prompt.objects.get()
    assert (prompt.title, prompt.text, prompt.language) == ("Wald", "Ein Wald im Nebel", "de")
    assert (prompt.gloss, prompt.licence, prompt.source) == ("A forest in fog", "CC-BY-4.0", "https://example.org/p")
    assert (prompt.slug, prompt.category, prompt.state) == ("wald-im-nebel", kept, "draft")


def test_import_of_categories_in_other_scripts_makes_one_each(write: Write) -> None:
    done = import_prompts(file=write("Prompt\tCategory\n山\t風景\n猫\t動物\n海\t風景\nx\t\n"))
    assert done.categories == ["風景", "動物", "Imported"]
    assert Category.objects.get(name="風景").prompts.count() == 2


def test_import_of_long_category_name_fits_its_slug(write: Write) -> None:
    import_prompts(file=write(f"Prompt\tCategory\nx\t{'long ' * 23}name\n"))
    assert len(Category.objects.get().slug) <= 80


def test_same_text_in_two_languages_is_two_prompts(write: Write) -> None:
    assert import_prompts(file=write("text,language\nsushi,en\nsushi,ja\nsushi,en\n")).made == 2


BAD: list[tuple[str, str | bytes, str]] = [
    ("empty", "", "is empty or larger"),
    ("blank", "\n\n", "no column is named Prompt or Text"),
    ("header only", "Prompt\tCategory\n", "there are no prompts below the header"),
    ("no prompt column", "Question\tCategory\nfox\tA\n", "no column is named Prompt or Text"),
    ("two prompt columns", "Prompt\tText\nfox\tfox\n", "two columns mean text"),
    ("no text", "Prompt\tCategory\nfox\tA\n\tA\n", "row 3: the prompt is empty"),
    ("too many cells", "Prompt,Category\nfox,A,B\n", "row 2: 3 cells under 2 columns"),
    ("open quote", 'Prompt,Category\n"fox,A\nowl,B\n', "is a quote left open"),
    ("words after a quote", 'Prompt,Category\n"fox" red,A\n', "cannot be read as a table"),
    ("giant cell", f"Prompt,Category\n{'x' * 140_000},A\n", "cannot be read as a table"),
    ("long prompt", f"Prompt\tCategory\n{'x' * 32_001}\tA\n", "row 2: text is too long"),
    ("long category", f"Prompt\tCategory\nfox\t{'x' * 121}\n", "row 2: category is too long"),
    ("NUL", "Prompt\tCategory\nfo\x00x\tA\n", "row 2: text is too long or holds a NUL"),
    ("latin-1", "Prompt\tCategory\nDalí\tA\n".encode("latin-1"), "is not text in UTF-8"),
    ("binary", bytes(range(256)) * 64, "is not text in UTF-8"),
    ("zeros", bytes(4096), "no column is named Prompt or Text"),
    ("language", "Prompt\tLanguage\nfox\t<b>\n", "row 2: language: '<b>' is not a code"),
    ("slug", "Prompt\tSlug\nfox\ta/../b\n", "row 2: slug: 'a/../b' may have only letters"),
    ("slug twice", "Prompt\tSlug\nfox\ta\nowl\ta\n", "slug 'a' belongs to another prompt"),
    ("slug of another", "Prompt\tSlug\tCategory\nfox\tfree\tNew\nowl\ttaken\tNew\n", "slug 'taken' belongs to another"),
]


@pytest.mark.parametrize(("content", "reason"), [row[1:] for row in BAD], ids=[row[0] for row in BAD])
def test_import_of_bad_table_is_one_clear_line_and_writes_nothing(
    write: Write, content: str | bytes, reason: str
) -> None:
    make_prompt(slug="taken")
    before = stored()
    with pytest.raises(BadPromptFile) as caught:
        import_prompts(file=write(content))
    assert caught.value.message.startswith("prompts.tsv: ")
    assert reason in caught.value.message
    assert len(caught.value.message) < 400
    assert caught.value.message.isprintable()
    assert stored() == before


def test_import_command_of_folder_or_nothing_says_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "absent.tsv", Path("/dev/zero")):
        with pytest.raises(CommandError, match=r": is not a file$"):
            call_command("import_prompts", str(path))


def test_import_command_with_bad_option_is_refused(write: Write) -> None:
    with pytest.raises(CommandError, match=r"^options: language is too long"):
        call_command("import_prompts", str(write(PARTI)), language="not-a-language")
    assert stored() == (0, 0)


def test_import_command_says_what_it_made(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_prompts", str(write(PARTI)), licence="Apache-2.0", source="https://example.org/parti")
    said = capsys.readouterr().out
    assert "4 rows: 4 new drafts, 0 known already." in said
    assert "New draft categories: Abstract, Illustrations, Outdoor Scenes, People." in said
    assert set(Prompt.objects.values_list("licence", "source")) == {("Apache-2.0", "https://example.org/parti")}
