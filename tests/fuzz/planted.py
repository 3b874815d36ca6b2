"""An arena with something behind nearly every address, and hostile words in all that people may name."""

import random
import uuid
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from arena.accounts.joining.invitations import invite
from arena.admission.api_keys import make_key
from arena.catalog.models import Claim, Contender, Fact, ImageModel, LogLine, Notice, Offering, Price, Prompt, Provider
from arena.generation.models import Generation, Run, Upload
from arena.voting.excluding.bulk_exclusions import decide_exclusion
from arena.voting.excluding.entry_filter import EntryFilter
from arena.voting.models import Ledger
from leaderboard.computing.on_demand import ask_for_axes, compute_asked
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.vote_import import ImportOrder, import_votes
from leaderboard.models import Alarm
from tests.factories import (
    make_attempt,
    make_axis,
    make_category,
    make_contender,
    make_editing_prompt,
    make_generation,
    make_image_model,
    make_prompt,
    make_run,
)
from tests.leaderboard.ledgers import append_entries, draw_votes, make_ledger

MARKUP = "</script><b x=\"'`>]]>"
HOSTILE = f"{MARKUP}\u202e{{{{y}}}}|[a](javascript:1)&amp;"
# Names of contenders in a file of votes.
LABELS = ("=1+1", "a/b", "a?b#c", "..", '"a"', "é ü", "<b>", "x" * 299, "one")
_KNOWN = {"source": "https://example.com/(a)", "seen_on": "2026-11-01"}


def plant_arena(folder: Path) -> tuple[list[str], str]:
    """Fill the database; return addresses that no page links to, and a key for the API."""
    model = make_image_model(slug="model", name=HOSTILE, summary=HOSTILE, modalities=["text-to-image", "image-editing"])
    contenders = [
        make_contender(slug=slug, name=HOSTILE + slug, image_model=model, series="row", step=step)
        for step, slug in enumerate(("one", "two", "three"), 1)
    ]
    opened = _plant_prompts(contenders)
    _plant_catalogue(model)
    chief = User.objects.create_superuser("chief", "chief@example.org")
    ledger = _plant_votes(contenders, chief)
    _plant_imported(folder)
    return _plant_hidden_doors(contenders, opened, ledger, chief)


def _plant_prompts(contenders: list[Contender]) -> Prompt:
    """Plant a prompt for each way in which images are shown; return the open one."""
    food = make_category(slug="food", name=HOSTILE, criterion=HOSTILE)
    animals = make_category(slug="animals", name=HOSTILE, criterion=HOSTILE)
    named: dict[str, Any] = {"title": HOSTILE, "text": HOSTILE}
    opened = make_prompt(slug="animals-0", category=animals, state="open", **named)
    played = [make_prompt(slug=f"food-{number}", category=food, **named) for number in range(8)]
    edited = make_editing_prompt(mask=True, **named)
    for prompt in (opened, *played, edited):
        for contender in contenders:
            make_generation(contender=contender, prompt=prompt, entered_at="2026-11-01T00:00Z")
    make_axis("detail", opened, *played[:3], name=HOSTILE)
    return opened


def _plant_catalogue(model: ImageModel) -> None:
    host = Provider.objects.create(slug="host", name=HOSTILE)
    offering = Offering.objects.create(provider=host, image_model=model, model_id=HOSTILE)
    Price.objects.create(offering=offering, item="image", unit="image", amount="0.5", note=HOSTILE, **_KNOWN)
    Fact.objects.create(image_model=model, key="licence", value=HOSTILE, **_KNOWN)
    Claim.objects.create(image_model=model, kind="strength", text=HOSTILE, **_KNOWN)
    LogLine.objects.create(day="2026-11-02", kind="added", name=HOSTILE, reason=HOSTILE, image_model=model)
    Notice.objects.create(provider=host, kind="new", text=HOSTILE, seen_at=timezone.now())
    model.contenders.update(offering=offering)


def _plant_votes(contenders: list[Contender], chief: User) -> Ledger:
    """Plant a ledger with boards, excluded votes, and an alarm."""
    ledger = make_ledger()
    slugs = [each.slug for each in contenders]
    append_entries(ledger, draw_votes(slugs, 240, categories=("animals", "food"), languages=("en", "de")))
    ledger.save()
    chosen = EntryFilter(voters=("voter-0",))
    decide_exclusion(ledger=ledger, chosen=chosen, upto=ledger.length, reason=HOSTILE, proposed_by=chief)
    refresh_ledger(ledger=ledger)
    # Boards by axis are made for who asks, by a worker; where none runs, they are there.
    ask_for_axes(ledger=ledger.slug, modality="text-to-image")
    compute_asked(ledger=ledger)
    Alarm.objects.create(
        ledger=ledger, modality="text-to-image", contender="one", day="2026-11-21", since="2026-11-20", gains=True,
        evidence=1000.0, voters=9, votes=99,
    )  # fmt: skip
    return ledger


def _plant_imported(folder: Path) -> None:
    draw = random.Random(3)
    rows = ["\t".join((*draw.sample(LABELS, 2), draw.choice(("left", "tie")), '=1"<i>')) for _ in range(150)]
    (folder / "votes.tsv").write_text("\n".join(["left\tright\toutcome\tcategory", *rows]) + "\n")
    order = ImportOrder(
        path=folder / "votes.tsv", slug="theirs", name=HOSTILE.replace("\u202e", ""), contenders={"one": "one"}
    )
    refresh_ledger(ledger=import_votes(order)[0])


def _plant_hidden_doors(
    contenders: list[Contender], opened: Prompt, ledger: Ledger, chief: User
) -> tuple[list[str], str]:
    """Plant what is reached by a token, a mail, or a program only; return its addresses, and a key."""
    picture = opened.generations.all()[0].image.public_id
    waiting = make_generation(
        contender=contenders[0], prompt=opened, run=make_run(state=Run.State.RUNNING), sample=7, pixels=False,
        state=Generation.State.NEEDS_DECISION, finished_at=None,
    )  # fmt: skip
    make_attempt(generation=waiting, outcome="unknown")
    upload = Upload.objects.create(
        label="x", listing=[["a/b.png", 9]], digest="d" * 64, total=1, created_by=chief
    ).token
    member = User.objects.create_user("member", "member@example.org", "a long password of a member")
    reset = f"{urlsafe_base64_encode(force_bytes(member.pk))}/{default_token_generator.make_token(member)}"
    _, invitation = invite(name=HOSTILE, by=chief)
    _, key = make_key(name=HOSTILE, scopes=["read"], by=chief)
    addresses = [
        f"/images/{picture}/512.webp", f"/images/{picture}/512.avif", f"/images/{picture}/original/",
        f"/images/{picture}/credentials/", f"/hooks/host/{uuid.UUID(int=5)}/", f"/accounts/reset/{reset}/",
        f"/accounts/invitations/{invitation}/", f"/staff/import/{upload}/", f"/staff/import/{upload}/state/",
        f"/staff/import/{upload}/files/0/", "/badges/one/text-to-image.svg",
        "/leaderboard/text-to-image/row/?contender=one", "/methodology/source/boards.py", "/compare/one/vs/two/",
        "/compare/one/vs/two.md", "/data/native/card.md", "/leaderboard/text-to-image.md?category=food",
        "/api/v1/snapshots/1/",
        "/vote/food/", f"/admin/r/1/{chief.pk}/",
    ]  # fmt: skip
    return addresses, key
