"""Who is retired: from the given day on, alone or with its model."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_contender, make_image_model


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "is_retired"), [(None, False), (1, False), (0, True), (-1, True)])
def test_contender_is_retired_from_its_own_or_its_models_day_on(days: int | None, is_retired: bool) -> None:
    day = None if days is None else timezone.now().date() + timedelta(days=days)

    assert make_contender(retired_on=day).is_retired is is_retired
    assert make_contender(image_model=make_image_model(shutdown_on=day)).is_retired is is_retired
