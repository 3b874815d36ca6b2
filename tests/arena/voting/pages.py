"""Reading and answering vote pages as a browser does."""

import re
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.test import Client


@dataclass(frozen=True)
class VotePage:
    """What a browser finds in a page or fragment: the matchup, its images, and the form's token."""

    html: str
    status: int

    @property
    def token(self) -> str:
        return re.findall(r'data-matchup="([^"]+)"', self.html)[0]

    @property
    def handles(self) -> list[str]:
        return list(dict.fromkeys(re.findall(r"/vote/image/([\w-]{22})/", self.html)))

    @property
    def csrf(self) -> str:
        return re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.html)[0]


def open_vote(client: Client, path: str = "/vote/") -> VotePage:
    """Open a page of voting."""
    response = client.get(path)
    return VotePage(response.content.decode(), response.status_code)


def send_answer(client: Client, page: VotePage, answer: str, *, token: str = "", **headers: Any) -> HttpResponse:
    """Answer as the page's script does; `token` names another matchup."""
    return client.post(  # type: ignore[return-value]
        f"/vote/answer/{token or page.token}/",
        {"answer": answer, "csrfmiddlewaretoken": page.csrf},
        headers={"accept": "application/json", **headers},
    )
