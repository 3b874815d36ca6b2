"""Importing prompt sets: the plan, what is written, slugs of known prompts, and the command that asks."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from arena.catalog.models import Category, Prompt
from arena.catalog.prompt_sets.prompt_files import read_prompts
from arena.catalog.prompt_sets.prompt_import import import_prompts
from arena.catalog.prompt_sets.prompt_plan import Defaults, PromptPlan
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, Choices
from tests.factories import make_category, make_prompt

pytestmark = pytest.mark.django_db
Write = Callable[[str], Path]
PARTI = (
    "Prompt\tCategory\tChallenge\tNote\n"
    "bond\tAbstract\tBasic\tBiology-inspired concepts with multiple meanings\n"
    '"G I G G L E" painted in thick colorful lettering\tIllustrations\tWriting & Symbols\t\n'
    "Salvador Dalí\tPeople\tBasic\t\n"
)
SLUGS = "slug,prompt,category\nparti-00000,bond,Abstract\nparti-00001,element,Abstract\n"


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write the table that a test imports."""

    def write_table(content: str) -> Path:
        file = tmp_path / "prompts.csv"
        file.write_text(content, "utf-8")
        return file

    return write_table


def bring(path: Path, **defaults: str) -> PromptPlan:
    return import_prompts(found=read_prompts(path=path, choices=Choices()), defaults=Defaults(**defaults))


def stored() -> list[tuple[str, str]]:
    return list(Prompt.objects.order_by("pk").values_list("slug", "text"))


def test_import_makes_drafts_with_notes_and_categories(write: Write) -> None:
    done = bring(write(PARTI))
    assert (done.rows, len(done.new), done.known) == (3, 3, 0)
    assert [category.name for category in done.new_categories] == ["Abstract", "Illustrations", "People"]
    assert set(Category.objects.values_list("state", flat=True)) == {"draft"}
    assert set(Prompt.objects.values_list("state", "language", "licence", "source")) == {
        ("draft", "en", "unknown", "prompts.csv")
    }
    assert Prompt.objects.get(text="bond").note == "Basic · Biology-inspired concepts with multiple meanings"
    assert Prompt.objects.get(category__slug="people").title == "Salvador Dalí"


def test_import_twice_adds_nothing(write: Write) -> None:
    bring(write(PARTI))
    before = list(Prompt.objects.order_by("pk").values())
    done = bring(write(PARTI + "a corgi\tAnimals\tBasic\t\n"))
    assert (done.rows, len(done.new), done.known) == (4, 1, 3)
    assert list(done.categories) == ["Animals"]
    assert bring(write(PARTI)).new == []
    assert list(Prompt.objects.exclude(text="a corgi").order_by("pk").values()) == before


def test_import_of_the_full_size_layout_loads_every_row(write: Write) -> None:
    rows = [f"a picture number {n} of a fox\tCategory {n % 12}\tBasic\t" for n in range(1632)]
    done = bring(write("\n".join(["Prompt\tCategory\tChallenge\tNote", *rows]) + "\n"))
    assert (len(done.new), len(done.new_categories)) == (1632, 12)
    assert Prompt.objects.values("slug").distinct().count() == 1632


def test_import_maps_every_column_by_its_header(write: Write) -> None:
    header = "TITLE,Text,Language,Gloss,License,Source,Slug,Category,Seed"
    row = "Wald,Ein Wald im Nebel,de,A forest in fog,CC-BY-4.0,https://example.org/p,wald-im-nebel,Landscapes,42"
    kept = make_category(slug="landscapes", name="Landscapes")
    assert bring(write(f"{header}\n{row}\n")).new_categories == []
    prompt = Prompt.objects.get()
    assert (prompt.title, prompt.text, prompt.language) == ("Wald", "Ein Wald im Nebel", "de")
    assert (prompt.gloss, prompt.licence, prompt.source) == ("A forest in fog", "CC-BY-4.0", "https://example.org/p")
    assert (prompt.slug, prompt.category, prompt.state) == ("wald-im-nebel", kept, "draft")


def test_import_of_categories_in_other_scripts_makes_one_each(write: Write) -> None:
    done = bring(write(f"Prompt\tCategory\n山\t風景\n猫\t動物\n海\t風景\nx\t\ny\t{'long ' * 23}name\n"))
    assert [category.name for category in done.new_categories][:3] == ["風景", "動物", "Imported"]
    assert Category.objects.get(name="風景").prompts.count() == 2
    assert max(len(slug) for slug in Category.objects.values_list("slug", flat=True)) <= 80


def test_same_text_in_two_languages_is_two_prompts_and_once_more_is_repeated(write: Write) -> None:
    done = bring(write("text,language\nsushi,en\nsushi,ja\nsushi,en\n"))
    assert len(done.new) == 2
    assert [row.place for row in done.repeated] == ["prompts.csv: line 4"]


def test_slugs_that_come_later_are_given_to_known_prompts(write: Write) -> None:
    bring(write("prompt,category\nbond,Abstract\nelement,Abstract\n"))
    done = bring(write(SLUGS))
    assert (done.new, done.known, len(done.renamed)) == ([], 2, 2)
    assert stored() == [("parti-00000", "bond"), ("parti-00001", "element")]
    assert bring(write(SLUGS)).renamed == []


def test_prompt_whose_slug_is_used_keeps_it(write: Write) -> None:
    make_prompt(slug="frozen", text="bond", frozen_at=timezone.now())
    make_prompt(slug="public", text="element", state="open")
    done = bring(write(SLUGS))
    assert [(prompt.slug, wanted) for prompt, wanted in done.kept] == [
        ("frozen", "parti-00000"),
        ("public", "parti-00001"),
    ]
    assert stored() == [("frozen", "bond"), ("public", "element")]


@pytest.mark.parametrize(
    "table",
    [
        "Prompt,Slug\nfox,a\nowl,a\n",
        "Prompt,Slug,Category\nfox,free,New\nowl,taken,New\n",
        "Prompt,Slug\nknown,taken\n",
    ],
)
def test_slug_of_another_prompt_is_refused_and_nothing_written(write: Write, table: str) -> None:
    make_prompt(slug="taken")
    make_prompt(slug="other", text="known")
    before = stored(), Category.objects.count()
    with pytest.raises(
        BadPromptFile, match=r"prompts.csv: line \d: slug '\w+' belongs to another prompt, .*--column sl"
    ):
        bring(write(table))
    assert (stored(), Category.objects.count()) == before


def test_command_without_a_terminal_shows_the_plan_and_writes_nothing(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match=r"Nothing was imported. Add --yes to import this plan"):
        call_command("import_prompts", str(write(PARTI)))
    said = capsys.readouterr().out
    for shown in (
        "prompts.csv: TSV, UTF-8, 3 rows\n  text      Prompt\n  category  Category\n",
        '  · "G I G G L E" painted in thick colorful lettering  |  Illustrations\n',
        "3 rows: 3 new drafts, 0 known already, 0 repeated in it.\n",
        "New draft categories: Abstract (1), Illustrations (1), People (1).\n",
    ):
        assert shown in said
    call_command("import_prompts", str(write(PARTI)), dry_run=True)
    assert (stored(), Category.objects.count()) == ([], 0)


def test_command_imports_what_is_confirmed(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    options = {"licence": "Apache-2.0", "source": "https://example.org/parti", "yes": True}
    call_command("import_prompts", str(write(PARTI)), **options)
    assert "Imported 3 new drafts. Activate prompts in the admin" in capsys.readouterr().out
    assert set(Prompt.objects.values_list("licence", "source")) == {("Apache-2.0", "https://example.org/parti")}
    call_command("import_prompts", str(write(PARTI)))
    assert "Nothing to import." in capsys.readouterr().out


@pytest.mark.parametrize(("answer", "made"), [("y\n", 3), ("\n", 0), ("nein\n", 0), ("", 0)])
def test_command_asks_on_a_terminal(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: str, made: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    if made:
        call_command("import_prompts", str(write(PARTI)))
    else:
        with pytest.raises(CommandError, match=r"^Nothing was imported.$"):
            call_command("import_prompts", str(write(PARTI)))
    assert "Import 3 new drafts? [y/N] " in capsys.readouterr().out
    assert len(stored()) == made


def test_command_shows_slugs_scripts_and_repeated_rows_without_control_characters(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    make_prompt(slug="frozen", text="bond", frozen_at=timezone.now())
    make_prompt(slug="draft", text="element", state="draft")
    call_command("import_prompts", str(write(f"{SLUGS}cat,一只\x1b[2J猫,\ncat-2,一只\x1b[2J猫,\n")), yes=True)
    said = capsys.readouterr().out
    for shown in (
        "4 rows: 1 new draft, 2 known already, 1 repeated in it.",
        "1 known prompt to get the slug that the set gives, as draft → parti-00001.",
        "a catalogue file depend on it: frozen (not parti-00000).",
        "Note: of these, 1 said to be English are in another script",
        "Imported 1 new draft. Changed the slug of 1 known prompt.",
    ):
        assert shown in said
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"language": "not-a-language"}, r"^options: language is too long"),
        ({"column": ["txt=Prompt"]}, r"^--column txt=Prompt: write FIELD=NAME"),
        ({"column": ["text="]}, r"^--column text=: write FIELD=NAME"),
        ({"format": "files"}, r"the format files reads a folder"),
    ],
)
def test_command_with_bad_option_is_refused(write: Write, options: dict[str, object], reason: str) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("import_prompts", str(write(PARTI)), yes=True, **options)
    assert stored() == []


def test_command_of_nothing_says_so(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.tsv", Path("/dev/zero")):
        with pytest.raises(CommandError, match=r": is not a file$"):
            call_command("import_prompts", str(path))
