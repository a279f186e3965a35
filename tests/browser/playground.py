"""The playground as a learner uses it, and what REST says of it meanwhile."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, Page, expect

THIN_SPACE = "\N{THIN SPACE}"
PATIENCE = 60
"""Seconds in which a busy machine, too, gets everything done that is waited for."""
ADDRESSED = """(async () => {
  const { addressWith, encodeExperiment } = await import("/static/live/links.js");
  const { experiment } = document.querySelector("transport-bar").session;
  return location.href === addressWith(location.href, await encodeExperiment(experiment));
})()"""
"""Whether the address bar holds the experiment that the page has; it follows a moment after the last change."""


class Playground:
    """An open page with its session."""

    def __init__(self, page: Page, address: str = "/") -> None:
        self.page = page
        with page.expect_response(lambda answer: is_creation(answer.request)) as created:
            page.goto(address)
        self.id = created.value.json()["id"]
        self.wait_for_picture()

    def wait_for_picture(self) -> None:
        """Until the newest state of the network stands in its picture."""
        expect(self.page.locator("network-graph .neuron").first).to_be_attached()
        wait_until(self.page, "document.querySelector('network-graph').frame !== null")

    def ask(self, path: str = "") -> Any:
        """Return what REST answers."""
        answer = self.page.request.get(f"/api/sessions/{self.id}{path}")
        assert answer.ok, answer.text()
        return answer.json()

    @property
    def experiment(self) -> dict[str, Any]:
        """The experiment as the server has it."""
        experiment: dict[str, Any] = self.ask()["experiment"]
        return experiment

    @property
    def step(self) -> int:
        """The step that the page shows."""
        return int((self.page.locator("transport-bar .step output").text_content() or "0").replace(THIN_SPACE, ""))

    def wait_for_step(self, step: int) -> None:
        """Until the page shows that step or a later one."""
        wait_until(self.page, f"document.querySelector('transport-bar').frame?.step >= {step}")

    def button(self, name: str) -> Locator:
        """Return the button with exactly this name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def notice(self, name: str) -> Locator:
        """Return a notice by its id."""
        return self.page.locator(f"[data-notice={name}]")

    def wait_for_address(self) -> str:
        """Return the address once it holds the experiment that the page shows."""
        wait_until(self.page, ADDRESSED)
        return str(self.page.evaluate("location.href"))


def wait_until(page: Page, condition: str | Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Until a JavaScript expression, or a condition of the test, is true.

    (``wait_for_function`` needs what the page's own policy forbids.)
    """
    deadline = time.monotonic() + seconds
    while not (page.evaluate(condition) if isinstance(condition, str) else condition()):
        assert time.monotonic() < deadline, condition
        page.wait_for_timeout(30)


def resize(page: Page, width: int, height: int) -> None:
    """Give the page another size; return once everything has followed, what scripts size included."""
    page.set_viewport_size({"width": width, "height": height})
    wait_until(page, f"innerWidth === {width}")
    wait_for_drawing(page)


def wait_for_drawing(page: Page) -> None:
    """Until the page has drawn what it knows: it does so with the next screen frame."""
    page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def is_creation(request: Any) -> bool:
    """Whether a request makes a session."""
    return request.method == "POST" and request.url.endswith("/api/sessions")
