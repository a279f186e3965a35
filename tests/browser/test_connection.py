"""What becomes of the page when the server goes away and comes back."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, WebSocketRoute, expect

from tests.browser.playground import Playground, wait_until
from tests.command import Process, start


class Server:
    """A server that can be stopped and started again at the same address."""

    def __init__(self, port: int, folder: Path) -> None:
        self.port, self.folder, self.address = port, folder, f"http://127.0.0.1:{port}"
        self.process: Process | None = None

    def start(self) -> None:
        self.process, _ = start(self.folder, "--workers", "1", port=self.port)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.communicate(timeout=20)
            self.process = None


@pytest.fixture
def server(unused_port: int, tmp_path: Path) -> Iterator[Server]:
    server = Server(unused_port, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def unused_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_a_lost_connection_comes_back_to_the_same_session(page: Page) -> None:
    routes: list[WebSocketRoute] = []

    def pass_on(route: WebSocketRoute) -> None:
        routes.append(route)
        route.connect_to_server()

    page.route_web_socket("**/stream*", pass_on)
    playground = Playground(page)
    playground.button("Play").click()
    playground.wait_for_step(20)
    routes[0].close()
    wait_until(page, lambda: len(routes) == 2)
    wait_until(page, "document.querySelector('transport-bar').connection === 'live'")
    playground.wait_for_step(playground.ask()["step"] + 1)


def test_after_a_restart_of_the_server_the_same_session_goes_on(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.address)
    playground = Playground(page)
    playground.button("Step one batch").click()
    playground.wait_for_step(1)
    guest = guest_with_control(browser, playground, server)
    before = playground.ask()
    server.stop()
    status = page.locator("transport-bar .connection")
    expect(status).to_contain_text("Reconnecting")
    expect(page.locator("network-graph .neuron").first).to_be_visible()  # the last picture stays
    server.start()
    expect(status).to_have_text("", timeout=60_000)
    assert playground.ask() | {"compute": before["compute"]} == before  # being asked takes some
    playground.button("Step one batch").click()
    playground.wait_for_step(2)
    expect(playground.notice("forgotten")).to_have_count(0)
    expect(guest.locator("transport-bar .connection")).to_have_text("", timeout=60_000)
    guest.get_by_role("button", name="Step one batch").click()
    playground.wait_for_step(3)
    assert guest.evaluate("window.loaded") == "once"
    guest.close()
    page.close()


def guest_with_control(browser: Browser, playground: Playground, server: Server) -> Page:
    """The page of somebody who watches and has been handed control."""
    guest = browser.new_page(base_url=server.address)
    guest.goto(f"/?session={playground.id}")
    guest.evaluate("window.loaded = 'once'")
    expect(guest.locator("watch-bar .who")).to_have_text("as Viewer 2")
    playground.page.request.post(f"/api/sessions/{playground.id}/room/grants", data={"viewer": 2})
    expect(guest.get_by_role("button", name="Step one batch")).to_be_enabled()
    return guest


def test_if_the_server_has_lost_everything_the_same_experiment_begins_anew(
    browser: Browser, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = browser.new_page(base_url=server.address)
    playground = Playground(page)
    page.get_by_label("Optimizer", exact=True).select_option("adam")
    expect(page.locator("[data-pending]")).to_have_count(0)
    before = playground.experiment
    server.stop()
    server.folder = tmp_path_factory.mktemp("empty")
    with page.expect_response(lambda answer: answer.status == 201, timeout=60_000) as created:
        server.start()
    playground.id = created.value.json()["id"]
    expect(playground.notice("forgotten")).to_contain_text("no longer had this session")
    expect(page.locator("transport-bar .connection")).to_have_text("")
    assert playground.experiment == before
    playground.button("Step one batch").click()
    playground.wait_for_step(1)
    page.close()


def test_a_change_while_the_server_is_away_is_not_lost_silently(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.address)
    playground = Playground(page)
    server.stop()
    expect(page.locator("transport-bar .connection")).to_contain_text("Reconnecting")
    page.get_by_role("combobox", name="Loss", exact=True).select_option("squared_error")
    expect(playground.notice("problem")).to_contain_text("does not answer")
    expect(page.get_by_role("combobox", name="Loss", exact=True)).to_have_value("binary_cross_entropy")
    page.close()
