"""How tests are distributed to processes: one by one, except where the tests of a file share something costly."""

from xdist.scheduler.loadscope import LoadScopeScheduling

# Their module and session fixtures are made once, not once in each process.
SHARING = {
    "tests/arena/catalog/sources/test_named_in_catalogue.py",
    "tests/arena/catalog/test_loading.py",
    "tests/arena/catalog/test_owned_by_files.py",
    "tests/blindness/test_bytes.py",
    "tests/blindness/test_crawl.py",
    "tests/browser/test_reading_at_volume.py",
    "tests/leaderboard/api/test_boards.py",
    "tests/leaderboard/api/test_clients.py",
    "tests/leaderboard/api/test_schema.py",
}


# pytest-xdist 3.8 has groups of its own (`--dist loadgroup`), but they have no effect under pytest 9.2: it marks a test
# by changing `_nodeid`, which pytest no longer reads.
class DealingOut(LoadScopeScheduling):  # type: ignore[misc] # without types where pytest-xdist has none
    """Distributes tests in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in SHARING else nodeid
