"""What a learner sees of the limits that an operator has set."""

from playwright.sync_api import Browser, expect

from tests.browser.playground import Playground
from tests.command import running


def test_a_session_that_may_not_compute_any_more_says_so_and_keeps_its_picture(browser: Browser) -> None:
    with running("--workers", "1", "--max-compute-seconds", "0.5") as (_, address):
        page = browser.new_page(base_url=address)
        playground = Playground(page)
        playground.button("Play").click()
        notice = playground.notice("limit")
        expect(notice).to_contain_text("computed for 0.5 seconds today")
        expect(playground.button("Play")).to_be_visible()
        assert playground.ask()["phase"] == "paused"
        expect(page.locator("network-graph .neuron").first).to_be_visible()
        page.close()
