import pytest
from tests.leaderboard.pages import make_board
from tests.factories import make_category
from tests.browser.conftest import *  # noqa
def test_shot(open_page):
    make_category(slug="animals"); make_board(4, 900)
    for size in ((1366,768),(390,844)):
        for scheme in ("light","dark"):
            p=open_page("/data/native/", size=size, scheme=scheme); p.screenshot(path=f"/tmp/dataout/card-{size[0]}-{scheme}.png", full_page=True)
            print(p.evaluate("document.documentElement.scrollWidth"))
