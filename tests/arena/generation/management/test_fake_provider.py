"""The fake provider as operators run it: its catalogue loads, and its faults are drawn alike each time."""

import socketserver
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from arena.catalog.loading.load import load_catalogue
from arena.catalog.models import Contender, Provider
from arena.fake_provider.server import ImageProvider, serve_images
from arena.fake_provider.trial_catalogue import HOSTS, write_trial_catalogue
from arena.fake_provider.wires.wire_roster import WIRES
from arena.generation.calls.generating import generate_image
from arena.generation.models import Attempt
from arena.generation.providers.registry import FAMILIES, is_usable
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.factories import make_prompt


@pytest.mark.django_db
def test_dry_run_makes_an_image_at_every_wire_without_a_key(tmp_path: Path, settings: Settings) -> None:
    with serve_images() as server:
        write_trial_catalogue(tmp_path, server.origin)
        settings.CATALOG_DIR = str(tmp_path)
        load_catalogue()
        providers = Provider.objects.filter(slug__startswith="dry-run")
        contenders = list(Contender.objects.filter(slug__startswith="dry-run"))
        assert all(is_usable(provider) for provider in providers)
        assert len(contenders) == len(HOSTS)
        run = plan_run(contenders=contenders, prompts=[make_prompt(text="A cat")], name="Dry run", cap=Decimal(1))
        start_run(run=run)

        for generation in run.generations.all():
            for _ in range(4):
                run.generations.filter(pk=generation.pk).update(run_after=None)
                generate_image(generation.pk)

        states = dict(run.generations.values_list("contender__slug", "state"))
        assert set(states.values()) == {"done"}, states
        assert server.journal.bills.total() == Attempt.objects.filter(billed="yes").count() == len(HOSTS)


def test_every_family_and_wire_has_a_host_in_the_dry_run() -> None:
    assert {host.family for host in HOSTS} == set(FAMILIES) - {"painters"}
    # Ideogram speaks the family that Stability speaks.
    assert {wire.segment for wire in WIRES} - {host.segment for host in HOSTS} == {"ideogram"}


def test_faults_are_drawn_alike_for_the_same_seed() -> None:
    def draw(seed: int) -> list[str]:
        server = ImageProvider(faults=0.5, seed=seed)
        server.server_close()
        return [server.draw_fault() for _ in range(40)]

    assert draw(1) == draw(1) != draw(2)
    assert 8 < draw(1).count("") < 32


def test_command_serves_until_it_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(server: socketserver.BaseServer) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(socketserver.BaseServer, "serve_forever", interrupt)
    out = StringIO()
    call_command("fake_provider", port=0, catalogue=tmp_path / "dry", stdout=out)
    assert "Now run: CATALOG_DIR=" in out.getvalue()
    assert "0 orders, 0 of them charged." in out.getvalue()
    assert (tmp_path / "dry" / "providers.toml").exists()


def test_command_refuses_a_port_in_use_and_a_share_above_one() -> None:
    with serve_images() as server, pytest.raises(CommandError, match="cannot be used"):
        call_command("fake_provider", port=server.server_address[1])
    with pytest.raises(CommandError, match="between 0 and 1"):
        call_command("fake_provider", faults=2)
