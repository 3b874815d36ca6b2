"""Reading and answering vote pages as a browser does."""

import re
from dataclasses import dataclass
from typing import Any

from django.test import Client


@dataclass(frozen=True)
class VotePage:
    """What a browser finds in a page or fragment: the matchup, its images, and the form's token."""

    html: str
    status: int

    @property
    def token(self) -> str:
        return self._first(r'data-matchup="([^"]+)"')

    @property
    def handles(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"/vote/image/([\w-]{22})/", self.html)))

    @property
    def csrf(self) -> str:
        return self._first(r'name="csrfmiddlewaretoken" value="([^"]+)"')

    def _first(self, pattern: str) -> str:
        found = re.search(pattern, self.html)
        assert found is not None, f"the page has nothing like {pattern}"
        return found[1]


def open_vote(client: Client, path: str = "/vote/") -> VotePage:
    """Open a page of voting."""
    response = client.get(path)
    return VotePage(response.content.decode(), response.status_code)


def send_answer(client: Client, page: VotePage, answer: str, *, token: str = "", **headers: str) -> Any:
    """Answer as the page's script does; `token` names another matchup."""
    return client.post(
        f"/vote/answer/{token or page.token}/",
        {"answer": answer, "csrfmiddlewaretoken": page.csrf},
        headers={"accept": "application/json", **headers},
    )
