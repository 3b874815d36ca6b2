"""A small TCP proxy between voters and the web server that can withhold replies."""

import contextlib
import socket
import threading
from collections.abc import Iterator

from tests.patience import HANGING

CHUNK = 65_536


class LossyProxy:
    """Forwards connections to a port on loopback; while it withholds, it reads replies but does not pass them on."""

    def __init__(self, port: int) -> None:
        self.upstream = port
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.flowing = threading.Event()
        self.flowing.set()
        self.withheld = 0
        self.thread = threading.Thread(target=self._accept, daemon=True)
        self.thread.start()

    @contextlib.contextmanager
    def withholding(self) -> Iterator[None]:
        """Let requests through but no replies; afterwards close the connections whose reply was withheld."""
        self.withheld = 0
        self.flowing.clear()
        try:
            yield
        finally:
            self.flowing.set()

    def close(self) -> None:
        """Accept no more connections."""
        # Closing the socket alone would leave accept() blocked for ever.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(HANGING)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                server = socket.create_connection(("127.0.0.1", self.upstream), timeout=HANGING)
            except OSError:
                return
            with server:
                server.settimeout(None)
                back = threading.Thread(target=self._pass_replies, args=[server, client], daemon=True)
                back.start()
                _pass_on(client, server)
                back.join()

    def _pass_replies(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(CHUNK):
                if not self.flowing.is_set():
                    self.withheld += 1
                    self.flowing.wait()
                    break
                client.sendall(data)
        _shut(client)
        _shut(server)


def _pass_on(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := client.recv(CHUNK):
            server.sendall(data)
    _shut(server)


def _shut(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
