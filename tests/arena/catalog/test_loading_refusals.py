"""A bad catalogue file is refused as a whole; the message names file, key and reason."""

from pathlib import Path

import pytest

from arena.catalog.loading.load import load_catalogue
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import ImageModel
from tests.arena.catalog.folders import ORGANIZATIONS, Edit, everything

pytestmark = pytest.mark.django_db

BAD = {
    "models/weaver.toml": [
        ('kind = "strength"\n', 'kind = "praise"\n', r"claim\[0\]: kind: 'praise' is not one of"),
        ('model_id = "weaver-1"\n', "", r"offering\[0\]: model_id: is missing"),
        ('text = "Threads stay apart."\n', 'text = " "\n', r"claim\[0\]: text: is empty"),
        ('"0.052", source = "https://a.test"', '"0.052"', r"price\[1\]: source: is missing"),
        ('"0.052", source = "https:', '"0.052", source = "ftp:', r"price\[1\]: source: .* is not a web"),
        ('"0.052", source = "https://', '"0.052", source = "https://[', r"price\[1\]: source: .* is not a"),
        ('"Apache-2.0"\n', '"Apache-2.0"\nstars = 5\n', r"fact\[0\]: stars: unknown key"),
        ('name = "Weaver"\n', 'name = "Weaver"\ncolour = "red"\n', r"colour: unknown key"),
        ("[[claim]]\n", '[[claim]]\nquality = "x"\n', r"claim\[0\]: quality: unknown key"),
        ('amount = "0.052"', 'amount = "-0.052"', r"price\[1\]: amount: -0.052 is not an amount from 0"),
        ('amount = "0.052"', 'amount = "1e999999"', r"price\[1\]: amount: 1e999999 is not an amount"),
        ('amount = "0.052"', 'amount = "nan"', r"price\[1\]: amount: nan is not an amount"),
        ('amount = "0.052"', 'amount = "cheap"', r"price\[1\]: amount: expected an amount"),
        ('amount = "0.052"', "amount = 0.052", r"price\[1\]: amount: expected text"),
        ('organization = "atelier"', 'organization = "studio"', r"organization: 'studio' is not in"),
        ('provider = "atelier-api"', 'provider = "nobody"', r"offering: provider: 'nobody' is not in"),
        ('offering = "atelier-api"', 'offering = "openai"', r"contender weaver-fine: offering: no offer"),
        ("[[offering]]", "replaced_by = []\n[[offering]]", r"claim\[0\]: replaced_by: unknown key"),
        ('["text-to-image"]\n', '["text-to-image"]\nreplaced_by = ["loom"]\n', r"replaced_by: no model 'loom'"),
        ('["text-to-image"]', '["text-to-sound"]', r"modalities: expected a list from"),
        ('["text-to-image"]\n', '["text-to-image"]\nshutdown_on = "soon"\n', r"shutdown_on: expected a date"),
        ('{ quality = "fine" }', "{ since = 2026-11-01 }", r"contender\[0\]: settings: expected texts"),
        ('{ quality = "fine" }', '{ template = "studio photo" }', r"settings: template: {prompt} is missing"),
        ('{ quality = "fine" }', '{ template = "{prompt} {style}" }', r"template: {style} is no place"),
        ('{ quality = "fine" }', "{ negative_prompt = 3 }", r"settings: negative_prompt: give a text"),
        ('{ quality = "fine" }', "{ strength = nan }", r"contender\[0\]: settings: expected texts"),
        ('key = "max_size"\nvalue = "2048x2048"', 'key = "licence"\nvalue = "Apache-2.0"', r"fact\[1\]: key: .*twice"),
        ('quality = "high", ', "", r"price\[1\]: item: 'image' appears twice"),
        ('slug = "weaver-fine"', 'slug = "linden"', r"contender linden: slug: belongs to a contender of linden"),
        (
            "[[offering]]",
            '[[contender]]\nslug = "weaver-fine"\nname = "Again"\n\n[[offering]]',
            r"contender\[1\]: slug: .*twice",
        ),
        (
            "[[offering]]",
            '[[contender]]\nslug = "b"\nname = "B"\nsettings.quality = "fine"\n\n[[offering]]',
            r"settings: are those of b already",
        ),
        ('name = "Weaver"', "name = Weaver", r"not TOML"),
        ('model_id = "weaver-1"', f'model_id = "{"w" * 201}"', r"offering\[0\]: model_id: .* at most 200"),
        ('slug = "weaver-fine"', f'slug = "{"w" * 81}"', r"contender\[0\]: slug: .* at most 80"),
        ('"Threads stay apart."', f'"{"w" * 2001}"', r"claim\[0\]: text: is longer than 2000"),
        ('quality = "high", ', f'quality = "{"h" * 21}", ', r"price\[1\]: quality: .* at most 20"),
        ('key = "licence"\n', f'key = "{"k" * 61}"\n', r"fact\[0\]: key: .* at most 60"),
        (
            "[[offering]]",
            f'[[parameter]]\nname = "n"\ntype = "t"\nallowed = ["{"a" * 301}"]\n'
            'source = "https://a.test"\nseen_on = 2026-11-01\n\n[[offering]]',
            r"parameter\[\d\]: allowed: .* at most 300",
        ),
        ('name = "Weaver"', r'name = "Wea\u0000ver"', r"name: holds a NUL character"),
        ('name = "Weaver"', r'name = "Wea\u0001ver"', r"name: Leave out control characters"),
    ],
    "organizations.toml": [
        ('name = "Atelier"', 'name = "Atelier"\nwebsite = "atelier"', r"organization\[0\]: website: 'atelier' is not"),
        ("[[organization]]", "[organization]", r"organization: expected \[\[tables\]\]"),
    ],
    "providers.toml": [
        (
            'name = "Atelier\'s API"',
            'name = "A"\nconcurrency = 0',
            r"provider\[0\]: concurrency: expected a whole number from 1",
        ),
        ('name = "Atelier\'s API"', 'name = "A"\nkey_env = "SECRET_KEY"', "key_env: SECRET_KEY holds one of"),
        (
            'name = "Atelier\'s API"',
            'name = "A"\nfamily = "openai_compatible"\noptions = { colour = "red" }',
            r"atelier-api: options: There is no option colour; the family knows",
        ),
    ],
    "categories.toml": [
        ('slug = "tapestries"', 'slug = "wall hangings"', r"category\[0\]: slug: 'wall hangings' is not a slug"),
        ('slug = "tapestries"', 'slug = "next"', r"category\[0\]: slug: 'next' is an address of the voting pages"),
        ('name = "Tapestries"', f'name = "{"T" * 121}"', r"category\[0\]: name: .* at most 120"),
        ('slug = "tapestries"', f'slug = "{"t" * 81}"', r"category\[0\]: slug: .* at most 80"),
    ],
    "prompts/wool.toml": [
        ('slug = "harvest-in-wool"', 'slug = "unicorn-in-wool"', r"prompt\[1\]: slug: .*twice"),
        ('category = "tapestries"\nstate = "open"', 'category = "rugs"', r"prompt\[1\]: category: 'rugs' is not in"),
        ('"Unicorn in Wool"', f'"{"t" * 201}"', r"prompt\[0\]: title: .* at most 200"),
        ('state = "open"', 'state = "closed"', r"prompt\[1\]: state: 'closed' is not one of"),
        ('kind = "horse"', 'kind = "unicorn"', r"prompt\[0\]: scene: objects\[0\].kind: 'unicorn' is not"),
        (
            '[prompt.scene]\nobjects = [{ kind = "horse", colour = "white" }]',
            "scene = 5",
            r"scene: scene: give a table",
        ),
        (
            '[prompt.scene]\nobjects = [{ kind = "horse", colour = "white" }]',
            "scene = {}",
            r"scene: objects: give 1 to 8 tables",
        ),
    ],
}
ROWS = [(name, *row) for name, rows in BAD.items() for row in rows]


@pytest.mark.parametrize(("name", "old", "new", "reason"), ROWS, ids=[f"{row[0]}-{row[3][:40]}" for row in ROWS])
def test_load_of_bad_file_names_file_key_and_reason_and_writes_nothing(
    edit: Edit, name: str, old: str, new: str, reason: str
) -> None:
    edit(name, old, new)
    before = everything()
    with pytest.raises(BadCatalogue, match=rf"^{Path(name).name}: .*{reason}") as caught:
        load_catalogue()
    assert "\n" not in caught.value.message
    assert everything() == before


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ('"soon"', "'soon'"),
        ("20261101", "20261101"),
        ("2026-11-01T10:00:00", r"datetime"),
        ('"2026-13-01"', "'2026-13-01'"),
    ],
)
def test_load_of_bad_date_names_it(edit: Edit, day: str, shown: str) -> None:
    claim = 'text = "Threads stay apart."\nsource = "https://example.org/weaver"\nseen_on = '
    edit("models/weaver.toml", f"{claim}2026-11-01", f"{claim}{day}")
    with pytest.raises(BadCatalogue, match=rf"weaver.toml: claim\[0\]: seen_on: expected a date .*found .*{shown}"):
        load_catalogue()
    assert not ImageModel.objects.exists()


def test_load_of_file_that_is_no_text_is_refused(folder: Path) -> None:
    (folder / "prompts" / "wool.toml").write_bytes(b'title = "\xff\xfe"')
    with pytest.raises(BadCatalogue, match=r"^wool.toml: not TOML in UTF-8"):
        load_catalogue()


def test_load_of_directory_named_like_a_file_is_refused(folder: Path) -> None:
    (folder / "models" / "loom.toml").mkdir()
    with pytest.raises(BadCatalogue, match=r"^loom.toml: cannot be read"):
        load_catalogue()


def test_load_of_file_that_nothing_reads_is_refused(folder: Path) -> None:
    (folder / "organisations.toml").write_text(ORGANIZATIONS)
    with pytest.raises(BadCatalogue, match=r"^organisations.toml: is not read here"):
        load_catalogue()
