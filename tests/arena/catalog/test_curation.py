"""Curation: workflows, and the admin that an operator works in."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.contrib.messages import get_messages
from django.db.models.signals import pre_save
from django.test import Client
from django.utils import timezone

from arena.catalog.curation import activate_prompts, open_prompts, supersede_prompt
from arena.catalog.models import Category, Contender, Prompt
from arena.errors import Conflict
from tests.factories import make_category, make_contender, make_editing_prompt, make_generation, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PROMPTS = "/admin/catalog/prompt/"
# What a browser sends of the list of a prompt's pictures while it is empty.
PICTURES = {"source_images-TOTAL_FORMS": 0, "source_images-INITIAL_FORMS": 0}


def test_activate_puts_drafts_and_their_categories_into_play() -> None:
    category, other = make_category(state="draft"), make_category(state="draft")
    drafts = [make_prompt(category=category, state="draft"), make_prompt(state="draft")]
    left = make_prompt(category=other, state="draft")
    assert activate_prompts(prompts=[*drafts, make_prompt(state="play")]) == 2
    assert set(Prompt.objects.exclude(pk=left.pk).values_list("state", flat=True)) == {"play"}
    assert dict(Category.objects.filter(pk__in=[category.pk, other.pk]).values_list("pk", "state")) == {
        category.pk: "active",
        other.pk: "draft",
    }


def test_activate_of_an_open_prompt_is_refused_and_changes_nothing() -> None:
    draft = make_prompt(state="draft")
    with pytest.raises(Conflict, match="is open"):
        activate_prompts(prompts=[draft, make_prompt(state="open")])
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_open_counts_what_changed_and_keeps_the_day_of_the_first_time() -> None:
    opened = make_prompt(state="open", opened_at=timezone.now())
    prompts = [make_prompt(state="draft"), make_prompt(state="play"), opened]
    assert open_prompts(prompts=prompts) == 2
    assert open_prompts(prompts=prompts) == 0
    assert not Prompt.objects.exclude(state="open").exists()
    assert not Prompt.objects.filter(opened_at=None).exists()
    day = opened.opened_at
    opened.refresh_from_db()
    assert opened.opened_at == day


def test_supersede_makes_an_editable_draft_and_keeps_the_old_one() -> None:
    prompt = make_prompt(slug="fox", frozen_at=timezone.now(), state="play", note="why")
    make_prompt(slug="fox-2")
    successor = supersede_prompt(prompt=prompt)
    prompt.refresh_from_db()
    assert (prompt.superseded_by, prompt.state) == (successor, "play")
    assert (successor.slug, successor.state, successor.frozen_at) == ("fox-3", "draft", None)
    assert (successor.text, successor.category, successor.note) == (prompt.text, prompt.category, "why")
    with pytest.raises(Conflict, match="superseded already"):
        supersede_prompt(prompt=prompt)


def test_supersede_of_the_longest_slug_fits() -> None:
    successor = supersede_prompt(prompt=make_prompt(slug="x" * 120))
    assert supersede_prompt(prompt=successor).slug == f"{'x' * 110}-3"


def test_supersede_copies_the_pictures() -> None:
    prompt = make_editing_prompt(sources=2, mask=True)
    Prompt.objects.filter(pk=prompt.pk).update(frozen_at=timezone.now())
    successor = supersede_prompt(prompt=prompt)
    values = [list(each.source_images.values_list("role", "position", "sha256")) for each in (prompt, successor)]
    assert values[0] == values[1]
    assert len(values[0]) == 3
    activate_prompts(prompts=[successor])


def test_edit_without_source_enters_neither_play_nor_galleries(admin_client: Client) -> None:
    draft = make_editing_prompt(sources=0, state="draft")
    with pytest.raises(Conflict, match="has no source picture"):
        activate_prompts(prompts=[make_prompt(state="draft"), draft])
    assert run_action(admin_client, "open", draft) == [
        f"{draft.title} asks for an edit and has no source picture. Add one."
    ]
    assert not Prompt.objects.exclude(state="draft").exists()


def run_action(client: Client, action: str, *prompts: Prompt) -> list[str]:
    """Run an action on the chosen rows; return the messages of the next page."""
    answer = client.post(PROMPTS, {"action": action, "_selected_action": [prompt.pk for prompt in prompts]})
    assert answer.status_code == 302
    return [str(message) for message in client.get(PROMPTS).context["messages"]]


def read_form(client: Client, path: str) -> dict[str, Any]:
    """Return what a browser would send back from the form at `path`."""
    form = client.get(path).context["adminform"].form
    lists = PICTURES if path.startswith(PROMPTS) else {}
    return lists | {name: "" if form[name].value() is None else form[name].value() for name in form.fields}


def test_admin_actions_curate_many_at_once(admin_client: Client) -> None:
    first, second = make_prompt(state="draft"), make_prompt(state="draft")
    assert run_action(admin_client, "activate", first, second) == ["2 put into play."]
    assert run_action(admin_client, "open", first) == ["1 opened."]
    assert run_action(admin_client, "activate", first, second) == [
        f"{first.title} is open; an open prompt is never voted on again."
    ]
    assert run_action(admin_client, "supersede", second) == [f"Draft {second.slug}-2 made."]
    assert run_action(admin_client, "supersede", second) == [f"{second.title} is superseded already."]
    assert list(Prompt.objects.order_by("pk").values_list("state", flat=True)) == ["open", "play", "draft"]


def test_admin_actions_need_the_right_to_change(client: Client) -> None:
    reader = User.objects.create_user("reader", password="long enough to pass", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_prompt"))
    client.force_login(reader)
    prompt = make_prompt(state="play")
    assert client.get(PROMPTS).status_code == 200
    client.post(PROMPTS, {"action": "open", "_selected_action": [prompt.pk]})
    prompt.refresh_from_db()
    assert prompt.state == "play"


def test_admin_form_of_a_frozen_prompt_shows_it_and_saves_the_title(admin_client: Client) -> None:
    prompt = make_prompt(frozen_at=timezone.now())
    path = f"{PROMPTS}{prompt.pk}/change/"
    form = read_form(admin_client, path)
    assert set(form) - set(PICTURES) == {"title", "gloss", "note", "licence", "source", "axes"}
    assert admin_client.post(path, form | {"title": "Better"}).status_code == 302
    prompt.refresh_from_db()
    assert prompt.title == "Better"


def test_admin_form_opened_before_the_prompt_froze_is_refused_clearly(admin_client: Client) -> None:
    prompt = make_prompt()
    path = f"{PROMPTS}{prompt.pk}/change/"
    form = read_form(admin_client, path) | {"scene": "", "title": "Better"}
    Prompt.objects.filter(pk=prompt.pk).update(frozen_at=timezone.now())
    answer = admin_client.post(path, form | {"text": "something else"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {
        "text": ["This prompt has generations or votes: it is frozen. Supersede it by an editable draft instead."]
    }
    assert Prompt.objects.get().title == prompt.title
    assert admin_client.post(path, form).status_code == 302
    assert Prompt.objects.get().title == "Better"


def test_admin_form_of_a_prompt_that_freezes_meanwhile_saves_nothing(admin_client: Client) -> None:
    prompt = make_prompt()
    path = f"{PROMPTS}{prompt.pk}/change/"
    form = read_form(admin_client, path) | {"scene": "", "text": "something else"}

    def freeze(instance: Prompt, **_: Any) -> None:
        Prompt.objects.filter(pk=instance.pk).update(frozen_at=timezone.now())

    pre_save.connect(freeze, sender=Prompt)
    try:
        answer = admin_client.post(path, form)
    finally:
        pre_save.disconnect(freeze, sender=Prompt)
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert [str(message) for message in get_messages(answer.wsgi_request)] == [
        "Nothing was saved: the row changed meanwhile. Look again."
    ]
    assert Prompt.objects.get().text == prompt.text


def test_admin_form_of_a_frozen_category_keeps_slug_and_modality(admin_client: Client) -> None:
    category = make_category()
    prompt = make_prompt(category=category)
    path = f"/admin/catalog/category/{category.pk}/change/"
    form = read_form(admin_client, path)
    assert admin_client.post(path, form | {"slug": "renamed"}).status_code == 302
    Prompt.objects.filter(pk=prompt.pk).update(frozen_at=timezone.now())
    answer = admin_client.post(path, form | {"slug": "other", "modality": "image-editing"})
    advice = ["This category has prompts with generations: it is frozen. Add a new category instead."]
    assert answer.context["adminform"].form.errors == {"slug": advice, "modality": advice}
    assert set(read_form(admin_client, path)) == {
        "name", "criterion", "description", "state", "position", "weight", "reasons", "gold",
    }  # fmt: skip


def test_admin_form_refuses_a_scene_that_nobody_can_draw(admin_client: Client) -> None:
    prompt = make_prompt()
    path = f"{PROMPTS}{prompt.pk}/change/"
    form = read_form(admin_client, path)
    answer = admin_client.post(path, form | {"scene": '{"objects": [{"kind": "unicorn"}]}'})
    assert "'unicorn' is not one of" in answer.context["adminform"].form.errors["scene"][0]
    assert admin_client.post(path, form | {"scene": '{"objects": [{"kind": "fox"}]}'}).status_code == 302
    assert Prompt.objects.get().scene == {"objects": [{"kind": "fox"}]}


def test_admin_form_of_a_contender_refuses_frozen_shared_and_odd_settings(admin_client: Client) -> None:
    twin = make_contender(settings={"quality": "low"})
    contender = make_contender(image_model=twin.image_model, settings={"quality": "high"})
    path = f"/admin/catalog/contender/{contender.pk}/change/"
    form = read_form(admin_client, path)
    errors = []
    for settings in ('{"quality": "low"}', "[1]", '{"quality"'):
        errors += admin_client.post(path, form | {"settings": settings}).context["adminform"].form.errors["settings"]
    assert errors == [
        f"{twin.name} has these settings already.",
        'Give a JSON object such as {"quality": "high"}.',
        'Give a JSON object such as {"quality": "high"}.',
    ]
    Contender.objects.filter(pk=contender.pk).update(frozen_at=timezone.now())
    answer = admin_client.post(path, form | {"settings": '{"quality": "best"}'})
    assert "its settings are frozen" in answer.context["adminform"].form.errors["settings"][0]
    assert set(read_form(admin_client, path)) == {
        "name", "offering", "retired_on", "retired_because", "series", "step",
    }  # fmt: skip


def test_admin_delete_of_a_prompt_with_generations_is_refused_with_a_page(admin_client: Client) -> None:
    prompt = make_generation(pixels=False).prompt
    path = f"{PROMPTS}{prompt.pk}/delete/"
    assert admin_client.get(path).context["protected"]
    assert admin_client.post(path, {"post": "yes"}).context["protected"]
    assert Prompt.objects.filter(pk=prompt.pk).exists()


@pytest.mark.parametrize(
    "name", ["organization", "provider", "imagemodel", "offering", "contender", "category", "prompt"]
)
def test_admin_pages_of_every_table_open(admin_client: Client, name: str) -> None:
    make_generation(pixels=False)
    assert admin_client.get(f"/admin/catalog/{name}/").status_code == 200
    assert admin_client.get(f"/admin/catalog/{name}/add/").status_code == 200
