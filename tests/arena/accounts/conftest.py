"""Clients of people with accounts."""

from django.test import Client

PASSWORD = "long enough to pass"
SIGN_IN = "/accounts/login/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def signed_in(name: str = "reader", password: str = PASSWORD, browser: str = FIREFOX) -> Client:
    """Return a browser in which somebody has signed in as people do."""
    client = Client(headers={"user-agent": browser})
    answer = client.post(SIGN_IN, {"username": name, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client
