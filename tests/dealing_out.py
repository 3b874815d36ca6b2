"""How tests are dealt out to processes: one by one, except where the tests of a file share what takes long to make."""

from xdist.scheduler.loadscope import LoadScopeScheduling

# Their fixtures of a module or of the session are made once, and not once in each process.
SHARING = {"tests/blindness/test_bytes.py", "tests/blindness/test_crawl.py", "tests/system/test_running.py"}


class DealingOut(LoadScopeScheduling):  # type: ignore[misc] # without types where pytest-xdist has none
    """Deals out tests in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in SHARING else nodeid
