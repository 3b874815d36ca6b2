"""The API's one error shape, also for what no view raises on purpose."""

import pytest
from django.db import OperationalError, connection

from arena.api_errors import handle_exception


@pytest.mark.django_db
def test_database_that_is_away_is_told_in_the_one_shape() -> None:
    away = connection.copy()
    away.settings_dict = away.settings_dict | {"HOST": "/nowhere"}
    try:
        away.ensure_connection()
    except OperationalError as error:
        response = handle_exception(error, {})
    assert response is not None
    assert (response.status_code, set(response.data)) == (503, {"code", "message"})
    assert "nowhere" not in response.data["message"]
