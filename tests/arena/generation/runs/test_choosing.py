"""Which contenders are used when none is named."""

from datetime import timedelta

import pytest
from django.utils import timezone

from arena.catalog.models import Contender, ImageModel
from arena.generation.runs.choosing import choose_contenders
from tests.arena.generation.conftest import Shop
from tests.factories import make_contender

pytestmark = pytest.mark.django_db


def test_choose_contenders_without_names_takes_those_that_can_be_called(shop: Shop) -> None:
    make_contender(slug="imported-only")
    assert choose_contenders(slugs=[]) == [shop.contender]


@pytest.mark.parametrize(("rows", "field"), [(Contender, "retired_on"), (ImageModel, "shutdown_on")])
def test_choose_contenders_takes_a_retired_one_only_by_name(shop: Shop, rows: type, field: str) -> None:
    rows.objects.update(**{field: timezone.now().date() - timedelta(days=1)})  # type: ignore[attr-defined]
    assert choose_contenders(slugs=[]) == []
    assert choose_contenders(slugs=[shop.contender.slug]) == [shop.contender]
