"""Clients that vote while things go wrong."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.patience import HANGING
from tests.system.easel import wait_until
from tests.system.voting_client import Acknowledgement, VotingClient


@dataclass
class Crowd:
    """The clients that vote while things are killed."""

    clients: list[VotingClient]

    @classmethod
    @contextlib.contextmanager
    def of(cls, clients: list[VotingClient]) -> "Iterator[Crowd]":
        """Let clients vote; in the end, whatever happened, none does any more."""
        for client in clients:
            client.start()
        try:
            yield cls(clients)
        finally:
            for client in clients:
                client.leaving.set()
                client.given_up.set()
            for client in clients:
                client.join(HANGING)

    @property
    def acknowledged(self) -> list[Acknowledgement]:
        """Every answer that was acknowledged to a client."""
        return [each for client in self.clients for each in list(client.acknowledged)]

    def go_on(self, votes: int = 4) -> None:
        """Wait until voting works again: until some more answers are acknowledged."""
        wanted = len(self.acknowledged) + votes
        assert wait_until(lambda: len(self.acknowledged) >= wanted), "voting did not go on"

    def leave(self) -> None:
        """Let every client deliver its last answer, and end."""
        for client in self.clients:
            client.leaving.set()
        for client in self.clients:
            client.join(HANGING)
            assert not client.is_alive()
