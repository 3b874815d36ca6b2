"""How tests are distributed to processes: one by one, except where the tests of a file share something costly.

A process may crash in the C code of a library. Another then takes its place. At the first crash of a run the test is
run once more; at any further one it has failed.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling
from xdist.workermanage import WorkerController

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

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        self._crashed = False

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file in SHARING else nodeid

    # What follows is about processes that crash. pytest-xdist 3.8 distributes again all that a crashed one ever did,
    # and waits for ever for tests that have ended (its issues 1323 and 1327, mended since, but not released).

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        """Forget work that is done, so that it is not distributed again."""
        super().mark_test_complete(node, item_index, duration)
        work = self.assigned_work[node]
        for scope in [scope for scope, tests in work.items() if all(tests.values())]:
            del work[scope]

    def remove_node(self, node: WorkerController) -> str | None:
        """Put what a crashed process had still to do first in the queue; return the test that failed, if one did."""
        left = self.assigned_work.pop(node)
        test = next((test for tests in left.values() for test, done in tests.items() if not done), None)
        if test is None:
            return None
        del self.registered_collections[node]
        failed, self._crashed = self._crashed, True
        if failed:
            left[self._split_scope(test)][test] = True
        else:
            self.config.get_terminal_writer().line(f"\nA process crashed; its test runs once more: {test}")
        for scope in reversed([scope for scope, tests in left.items() if not all(tests.values())]):
            self.workqueue[scope] = left[scope]
            self.workqueue.move_to_end(scope, last=False)
        return test if failed else None

    def schedule(self) -> None:
        """Give each process two tests at least: it runs the first only when it has the second."""
        super().schedule()
        if self.workqueue:
            super().schedule()
