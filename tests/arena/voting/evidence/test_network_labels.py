"""A network has one label a day, which nobody can lead back to it once the day's salt is forgotten."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from arena.voting.evidence.network_labels import KEPT_DAYS, forget_salts, label_network, reread_salts
from arena.voting.models import NetworkSalt

pytestmark = pytest.mark.django_db
DAY = date(2027, 3, 1)
NETWORK = "198.51.100.0/24"


@pytest.fixture(autouse=True)
def new_process() -> Iterator[None]:
    reread_salts()
    yield
    reread_salts()


def test_label_is_the_same_in_all_processes_for_a_day_and_differs_by_network_and_day() -> None:
    label = label_network(NETWORK, today=DAY)[0]
    reread_salts()
    assert label_network(NETWORK, today=DAY) == [label]
    assert label_network("198.51.101.0/24", today=DAY)[0] != label
    assert label_network(NETWORK, today=DAY + timedelta(1))[0] != label
    assert len(label) == 12
    assert label_network("", today=DAY) == []


def test_earlier_labels_are_known_for_thirty_days() -> None:
    first = label_network(NETWORK, today=DAY)
    label_network(NETWORK, today=DAY + timedelta(10))
    last = DAY + timedelta(KEPT_DAYS - 1)
    assert label_network(NETWORK, today=last)[-1:] == first
    assert len(label_network(NETWORK, today=last)) == 3
    assert first[0] not in label_network(NETWORK, today=last + timedelta(1))


def test_forgotten_salts_are_gone_and_never_come_back() -> None:
    label = label_network(NETWORK, today=DAY)[0]
    label_network(NETWORK, today=DAY + timedelta(1))
    assert forget_salts(today=DAY + timedelta(KEPT_DAYS - 1)) == 0
    assert forget_salts(today=DAY + timedelta(KEPT_DAYS)) == 1
    assert list(NetworkSalt.objects.values_list("day", flat=True)) == [DAY + timedelta(1)]
    reread_salts()
    # Even who knows network and day cannot find the label any more.
    assert label_network(NETWORK, today=DAY)[0] != label
