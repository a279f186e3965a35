"""Watching together: one owner, others who watch, and control that changes hands."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, WebSocketRoute, expect

from tests.browser.conftest import Trouble
from tests.browser.playground import Playground, wait_for_drawing, wait_until
from tests.browser.test_accessibility import assert_accessible, assert_accessible_by_day_and_night
from tests.browser.test_journeys import DIVERGING

PHONE = {"width": 390, "height": 844}
CHANGING = ":is(data-panel, training-panel) :is(select, textarea, button:not(.help), input:not([name=family])):enabled"
"""What would change the experiment, if it were there."""

Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, base_url: str, trouble: Trouble) -> Iterator[Visit]:
    """Open a page in a browser of somebody else."""
    contexts: list[BrowserContext] = []

    def open_page(path: str, **choices: Any) -> Page:
        context = browser.new_context(base_url=base_url, reduced_motion="reduce", **choices)
        contexts.append(context)
        page = context.new_page()
        trouble.watch(page, base_url)
        page.goto(path)
        page.evaluate("window.loaded = 'once'")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def owner(page: Page) -> Playground:
    """The page of who has made the session."""
    return Playground(page)


def watch(visit: Visit, owner: Playground, **choices: Any) -> Page:
    """Somebody who has opened the owner's link and sees the network."""
    page = visit(f"/?session={owner.id}", **choices)
    expect(page.locator("network-graph .neuron").first).to_be_attached()
    wait_until(page, "document.querySelector('network-graph').frame !== null")
    return page


def share(page: Page) -> Any:
    """The dialog, opened."""
    page.get_by_role("button", name="Share", exact=True).click()
    dialog = page.get_by_role("dialog", name=re.compile("Share|Watch along"))
    expect(dialog).to_be_visible()
    return dialog


def same_page(page: Page) -> None:
    """It has not been loaded anew."""
    assert page.evaluate("window.loaded") == "once"


def test_everybody_sees_the_same_and_nobody_else_can_change_it(owner: Playground, visit: Visit) -> None:
    laptop, phone = watch(visit, owner), watch(visit, owner, viewport=PHONE)
    for page in (owner.page, laptop, phone):
        expect(page.get_by_role("button", name=re.compile("^3 watching"))).to_be_visible()
    owner.button("Step one epoch").click()
    pictures = []
    for page in (owner.page, laptop):
        wait_until(page, "document.querySelector('output-map').frame?.step === 25")
        wait_for_drawing(page)
        pictures.append(page.evaluate("document.querySelector('output-map canvas').toDataURL()"))
    wait_until(phone, "document.querySelector('transport-bar').frame?.step === 25")
    assert pictures[0] == pictures[1]
    expect(laptop.get_by_text("You are watching")).to_be_visible()
    expect(phone.get_by_text("You are watching")).to_be_visible()
    expect(laptop.locator(CHANGING)).to_have_count(0)
    expect(laptop.get_by_label("Learning rate", exact=True)).to_have_value("0.03")
    for key in ("s", "r", "n", "Space"):
        laptop.keyboard.press(key)
    expect(laptop.locator("[data-notice=problem]")).to_contain_text("You are watching")
    laptop.locator("network-graph .neuron").first.press("e")
    assert (owner.ask()["step"], owner.experiment["seed"]) == (25, 7)


def test_control_is_asked_for_handed_over_and_taken_back(owner: Playground, visit: Visit, trouble: Trouble) -> None:
    guest = watch(visit, owner)
    guest.get_by_role("button", name="Ask for control").click()
    expect(guest.get_by_label("Your name")).to_be_focused()
    guest.keyboard.type("Ada")
    guest.keyboard.press("Enter")
    expect(guest.get_by_role("button", name="Asked")).to_be_disabled()
    expect(owner.notice("requests")).to_contain_text("Ada asks for control.")
    owner.notice("requests").get_by_role("button", name="Give control").click()
    expect(owner.notice("requests")).to_have_count(0)
    expect(guest.locator("[data-notice=control]")).to_contain_text("You have control")
    guest.get_by_role("button", name="Step one batch").click()
    owner.wait_for_step(1)
    with guest.expect_request_finished(lambda request: request.method == "PATCH"):  # else the reload cuts it off
        guest.get_by_label("Optimizer", exact=True).select_option("adam")
    expect(owner.page.get_by_label("Optimizer", exact=True)).to_have_value("adam")
    guest.reload()
    expect(guest.get_by_role("button", name="Step one batch")).to_be_enabled()
    key = guest.evaluate(f"JSON.parse(sessionStorage.getItem('livenet.room.{owner.id}')).key")
    dialog = share(owner.page)
    dialog.get_by_role("button", name="Take control back from Ada").click()
    expect(guest.get_by_text("You are watching")).to_be_visible()
    expect(guest.locator(CHANGING)).to_have_count(0)
    expect(dialog.get_by_role("button", name="Give control to Ada")).to_be_visible()
    expect(dialog.locator("li", has_text="You")).to_contain_text("owner")
    trouble.expect("403")
    assert key
    answer = guest.request.post(f"/api/sessions/{owner.id}/play", headers={"Authorization": f"Bearer {key}"})
    assert answer.status == 403
    assert owner.ask()["phase"] == "paused"


def test_a_request_for_control_is_declined(owner: Playground, visit: Visit) -> None:
    guest = watch(visit, owner)
    guest.get_by_role("button", name="Ask for control").click()
    guest.keyboard.press("Enter")
    owner.notice("requests").get_by_role("button", name="Decline").click()
    expect(owner.notice("requests")).to_have_count(0)
    expect(guest.locator("[data-notice=control]")).to_contain_text("You are not given control")
    expect(guest.get_by_role("button", name="Ask for control")).to_be_enabled()


def test_a_closed_room_keeps_newcomers_out_until_it_opens(owner: Playground, visit: Visit, trouble: Trouble) -> None:
    trouble.expect("403")
    inside = watch(visit, owner)
    dialog = share(owner.page)
    dialog.get_by_role("switch", name="Others may come in").uncheck()
    expect(dialog.get_by_text("The room is closed")).to_be_visible()
    expect(dialog.get_by_role("img")).to_have_count(0)
    late = visit(f"/?session={owner.id}", viewport=PHONE)
    sign = late.get_by_role("heading", name="This room is closed")
    expect(sign).to_be_visible()
    expect(late.locator("main .panel:visible")).to_have_count(0)
    assert_accessible(late)
    inside.reload()
    expect(inside.get_by_text("You are watching")).to_be_visible()
    dialog.get_by_role("switch", name="Others may come in").check()
    expect(late.get_by_text("You are watching")).to_be_visible()
    expect(sign).to_be_hidden()
    same_page(late)


def test_ways_out_of_a_divergence_are_offered_to_those_who_control(page: Page, visit: Visit) -> None:
    owner = Playground(page, f"/{DIVERGING}")
    guest = watch(visit, owner)
    owner.button("Play").click()
    notice = guest.locator("[data-notice=diverged]")
    expect(notice).to_contain_text("The training has diverged.")
    expect(notice.get_by_role("button")).to_have_count(0)
    owner.page.request.post(f"/api/sessions/{owner.id}/room/grants", data={"viewer": 2})
    notice.get_by_role("button", name="Go back").click()
    expect(owner.notice("diverged")).to_have_count(0)


def test_who_watches_makes_a_copy(owner: Playground, visit: Visit) -> None:
    owner.page.get_by_label("Optimizer", exact=True).select_option("adam")
    guest = watch(visit, owner)
    expect(guest.get_by_label("Optimizer", exact=True)).to_have_value("adam")
    with guest.context.expect_page() as opened:
        guest.get_by_role("button", name="Make my own copy").click()
    copy = opened.value
    expect(copy).to_have_url(re.compile(r"\?experiment="))
    expect(copy.get_by_label("Optimizer", exact=True)).to_have_value("adam")
    expect(copy.get_by_label("Optimizer", exact=True)).to_be_enabled()
    document = "document.querySelector('transport-bar').session"
    assert copy.evaluate(f"{document}.id") != owner.id
    assert copy.evaluate(f"{document}.experiment") == owner.experiment
    copy.evaluate(f"fetch(`/api/sessions/${{{document}.id}}`, {{ method: 'DELETE' }})")


def test_the_session_ends_for_all_who_watch(owner: Playground, visit: Visit, trouble: Trouble) -> None:
    trouble.expect("404")
    guest, phone = watch(visit, owner), watch(visit, owner, viewport=PHONE)
    owner.button("Play").click()
    expect(guest.locator("watch-bar .phase")).to_have_text("training")
    owner.page.request.delete(f"/api/sessions/{owner.id}")
    for page in (guest, phone):
        expect(page.get_by_text("The session has ended")).to_be_visible()
        expect(page.locator("[data-notice=gone]")).to_contain_text("The session was ended.")
        expect(page.get_by_role("button", name="Make my own copy")).to_be_visible()
        expect(page.locator("network-graph .neuron").first).to_be_visible()
    assert_accessible(guest)
    late = visit(f"/?session={owner.id}")
    expect(late.get_by_role("heading", name="There is no such session")).to_be_visible()


def test_a_lost_connection_comes_back_as_the_same_viewer(owner: Playground, visit: Visit) -> None:
    routes: list[WebSocketRoute] = []

    def pass_on(route: WebSocketRoute) -> None:
        routes.append(route)
        route.connect_to_server()

    guest = visit("about:blank")
    guest.route_web_socket("**/stream*", pass_on)
    guest.goto(f"/?session={owner.id}")
    guest.evaluate("window.loaded = 'once'")
    name = guest.locator("watch-bar .who")
    expect(name).to_have_text("as Viewer 2")
    routes[0].close(code=1012, reason="the server starts again")
    wait_until(guest, lambda: len(routes) == 2)
    wait_until(guest, "document.querySelector('transport-bar').connection === 'live'")
    expect(name).to_have_text("as Viewer 2")
    assert "viewer=" in routes[1].url
    owner.button("Step one batch").click()
    wait_until(guest, "document.querySelector('transport-bar').frame?.step === 1")
    same_page(guest)


def test_the_dialog_by_keyboard(owner: Playground) -> None:
    page = owner.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    button = owner.button("Share")
    button.press("Enter")
    dialog = page.get_by_role("dialog")
    link = dialog.get_by_label("Link to watch")
    address = link.input_value()
    assert address.endswith(f"/?session={owner.id}")
    code = dialog.get_by_role("button", name="QR code of the link to watch")
    wait_until(page, "document.querySelector('share-dialog img').naturalWidth > 0")
    height = "document.querySelector('share-dialog img').closest('button').getBoundingClientRect().height"
    small = page.evaluate(height)
    code.press("Enter")
    expect(dialog).to_have_accessible_name("Watch along")
    wait_until(page, f"{height} > {2.5 * small}")
    code.press("Enter")
    dialog.get_by_role("button", name="Copy", exact=True).press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == address
    dialog.get_by_role("button", name="Copy link to the experiment").press("Enter")
    wait_until(page, "navigator.clipboard.readText().then((text) => text.includes('?experiment='))")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_axe_finds_nothing_where_people_watch_together(owner: Playground, visit: Visit) -> None:
    owner.page.emulate_media(reduced_motion="reduce")
    guest, phone = watch(visit, owner), watch(visit, owner, viewport=PHONE)
    assert_accessible_by_day_and_night(guest)
    assert_accessible_by_day_and_night(phone)
    guest.get_by_role("button", name="Ask for control").click()
    expect(guest.get_by_label("Your name")).to_be_focused()
    assert_accessible_by_day_and_night(guest)
    guest.keyboard.press("Enter")
    dialog = share(owner.page)
    expect(dialog.get_by_text("asks for control")).to_be_visible()
    assert_accessible_by_day_and_night(owner.page)
    dialog.get_by_role("button", name="QR code of the link to watch").click()
    expect(dialog).to_have_accessible_name("Watch along")
    assert_accessible_by_day_and_night(owner.page)
