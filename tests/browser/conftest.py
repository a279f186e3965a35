"""A browser page that fails its test when anything goes wrong in it or is fetched from outside."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Request, Response, expect

from tests.browser.playground import PATIENCE, is_creation

expect.set_options(timeout=1000 * PATIENCE)


class Trouble:
    """What went wrong in a page, apart from what its test expects."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: list[str] = []

    def expect(self, *patterns: str) -> None:
        """Let pass what one of these regular expressions is found in."""
        self.expected += patterns

    def watch(self, page: Page, base_url: str) -> None:
        """Note errors of scripts and console, failed requests, refusals, and whatever is asked of others."""

        def asked(request: Request) -> None:
            if not request.url.startswith((base_url, "data:", "blob:")):
                self.found.append(f"outside: {request.url}")

        def answered(response: Response) -> None:
            if response.status >= 400:
                self.found.append(f"{response.status} {response.request.method} {response.url}")

        page.on("pageerror", lambda error: self.found.append(f"script: {error}"))
        page.on("console", lambda message: message.type == "error" and self.found.append(f"console: {message.text}"))
        page.on("requestfailed", lambda request: self.found.append(f"failed: {request.url}: {request.failure}"))
        page.on("request", asked)
        page.on("response", answered)

    def unexpected(self) -> list[str]:
        return [each for each in self.found if not any(re.search(pattern, each) for pattern in self.expected)]


@pytest.fixture
def trouble() -> Trouble:
    return Trouble()


@pytest.fixture
def page(page: Page, base_url: str, trouble: Trouble) -> Iterator[Page]:
    """A page of the shared server; the sessions that it makes end with it, so that none trains on."""
    made: list[str] = []

    def note(response: Response) -> None:
        if is_creation(response.request) and response.status == 201:
            made.append(response.headers["location"])

    page.on("response", note)
    trouble.watch(page, base_url)
    yield page
    page.close()  # else it would notice the end of its session, and make another
    for session in made:
        page.context.request.delete(session)
    assert not trouble.unexpected()
