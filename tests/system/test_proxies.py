"""The least settings of docs/operating.md, word for word, behind the proxies whose files Easel ships."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from django.conf import settings
from django.db import connection

from arena.voting.models import Vote
from tests.factories import make_arena
from tests.patience import HANGING
from tests.system.documented import documented_command, documented_settings
from tests.system.easel import ROOT, free_port, wait_until
from tests.system.proxies import HOST, Proxy, any_certificate, caddy, nginx, send_slowly

pytestmark = [pytest.mark.system, pytest.mark.django_db(transaction=True)]

# More slow clients than the web server has threads.
SLOW_CLIENTS = 40
# Requests of the API that a network may send in a minute, in these tests.
MOST = 5


@dataclass(frozen=True)
class Site:
    """Easel behind a proxy."""

    proxy: Proxy

    def client(self) -> httpx2.Client:
        """A browser that types the documented name."""
        address = f"https://127.0.0.1:{self.proxy.https}"
        return httpx2.Client(base_url=address, verify=any_certificate(), timeout=HANGING, headers={"Host": HOST})

    def get(self, client: httpx2.Client, path: str, **headers: str) -> httpx2.Response:
        """Fetch a path under the documented name."""
        return client.get(path, headers=headers, extensions={"sni_hostname": HOST})

    def is_up(self) -> bool:
        """Tell whether a page comes through."""
        try:
            with self.client() as client:
                return self.get(client, "/").status_code == 200
        except httpx2.TransportError:
            return False


@contextlib.contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(HANGING)


@pytest.fixture
def site(request: pytest.FixtureRequest, prepared: Path, tmp_path: Path) -> Iterator[Site]:
    """Easel with something to vote on, behind the proxy that the test names."""
    if shutil.which(request.param.__name__) is None:
        missing = f"There is no {request.param.__name__}: `apt-get install nginx-light caddy`."
        pytest.fail(missing) if "CI" in os.environ else pytest.skip(missing)
    make_arena()
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "media").symlink_to(settings.MEDIA_ROOT)
    shutil.copytree(prepared / "static", data / "static")
    shutil.copy(prepared / "static.json", data)
    database = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "PYTHONPYCACHEPREFIX") if key in os.environ}
    usual = {"EASEL_DATA_DIR": str(data), "LIMIT_API": f"0,{MOST},0", "DATABASE_SECONDS": "60"}
    environment = kept | usual | documented_settings(database)
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    port = free_port()
    proxy = request.param(tmp_path, upstream=port)
    with (
        running(documented_command("granian", port=port), environment),
        running(proxy.command, os.environ | proxy.environment),
    ):
        here = Site(proxy)
        assert wait_until(here.is_up)
        yield here


both = pytest.mark.parametrize("site", [nginx, caddy], indirect=True, ids=["nginx", "caddy"])


@both
def test_people_vote_and_nobody_chooses_their_network(site: Site) -> None:
    plain = httpx2.get(f"http://127.0.0.1:{site.proxy.http}/vote/?x=1", headers={"Host": HOST})
    assert (plain.status_code // 100, plain.headers["Location"]) == (3, f"https://{HOST}/vote/?x=1")
    # A program is not led on: it would never learn that its key went unprotected.
    plain = httpx2.get(f"http://127.0.0.1:{site.proxy.http}/api/v1/boards/", headers={"Host": HOST})
    assert (plain.status_code, plain.headers.get("Location")) == (403, None)
    with site.client() as voter:
        page = site.get(voter, "/vote/")
        assert page.status_code == 200
        assert "content-encoding" not in page.headers
        assert "max-age" in page.headers["Strict-Transport-Security"]
        style = re.search(r'href="(/static/[^"]+\.css)"', page.text)
        assert style is not None
        assert site.get(voter, style[1]).status_code == 200
        pair = site.get(voter, "/vote/next/").text
        images = [site.get(voter, path) for path in re.findall(r'src="(/vote/image/[^"]+)"', pair)]
        assert [image.status_code for image in images] == [200, 200]
        assert len({image.headers["Content-Length"] for image in images}) == 1
        token = re.search(r'data-matchup="([\w-]+)"', pair)
        assert token is not None
        reply = voter.post(
            f"/vote/answer/{token[1]}/",
            data={"answer": "left"},
            headers={
                "Accept": "application/json",
                "Origin": f"https://{HOST}",
                "X-CSRFToken": voter.cookies["__Host-easel_csrf"],
            },
            extensions={"sni_hostname": HOST},
        )
        assert (reply.status_code, Vote.objects.count()) == (200, 1)
        # Whatever they write into the proxies' headers, they are one network, and came by HTTPS. To Easel's server an
        # underscore is a dash, and the last one counts.
        spoofed = [
            site.get(
                voter,
                "/api/v1/",
                **{f"X{sign}Forwarded{sign}For": f"203.0.{number}.1", f"X{sign}Forwarded{sign}Proto": "http"},
            )
            for number in range(MOST + 3)
            for sign in "-_"
        ]
        assert {answer.status_code for answer in spoofed} == {200, 429}
        assert spoofed[-1].status_code == 429


@both
def test_slow_clients_do_not_stop_the_site(site: Site) -> None:
    with contextlib.ExitStack() as slow, site.client() as reader:
        site.get(reader, "/accounts/login/")
        for _ in range(SLOW_CLIENTS):
            slow.enter_context(send_slowly(site.proxy.https, token=reader.cookies["__Host-easel_csrf"]))
        assert site.get(reader, "/").status_code == 200


@both
def test_nobody_slips_a_request_in_before_anothers(site: Site) -> None:
    hidden = "GET /no-such-page/ HTTP/1.1\r\nX-Hidden: "
    chunked = f"0\r\n\r\n{hidden}"
    for codings in ("Transfer-Encoding: chunked", "Transfer-Encoding: xchunked", "Transfer-Encoding:\tchunked"):
        for length in (len(chunked), 4):
            head = f"POST /healthz HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: {length}\r\n{codings}\r\n\r\n{chunked}"
            plain = socket.create_connection(("127.0.0.1", site.proxy.https), timeout=HANGING)
            with any_certificate().wrap_socket(plain, server_hostname=HOST) as attacker:
                attacker.sendall(head.encode())
                attacker.recv(4096)
            # Where the proxy and Easel saw other ends of that request, this one would be taken for its rest.
            with site.client() as reader:
                assert [site.get(reader, "/healthz").status_code for _ in range(6)] == [200] * 6
