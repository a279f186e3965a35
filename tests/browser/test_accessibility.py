"""For everybody: axe finds nothing, the keyboard reaches everything, the state is told in words."""

import re
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.playground import Playground

SIZES = {"laptop": (1440, 900), "projector": (1024, 768), "phone": (390, 844)}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PANELS = ("Network", "Output", "Data", "Training", "Inside", "Help")


def assert_accessible(page: Page) -> None:
    """Axe finds nothing once the page has come to rest: what is still fading in has no contrast yet."""
    page.evaluate("Promise.allSettled(document.getAnimations().map((each) => each.finished))")
    results = Axe().run(page, options={"resultTypes": ["violations"]})  # it need not describe what is right
    assert results.violations_count == 0, results.generate_report()


def open_at(page: Page, size: str) -> Playground:
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    playground = Playground(page)
    playground.button("Step one epoch").click()
    playground.wait_for_step(25)
    return playground


def assert_accessible_by_day_and_night(page: Page) -> None:
    """In both colour schemes."""
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        assert_accessible(page)


def test_axe_finds_nothing_on_a_laptop(page: Page) -> None:
    open_at(page, "laptop")
    assert_accessible_by_day_and_night(page)


def test_axe_finds_nothing_on_a_projector(page: Page) -> None:
    open_at(page, "projector")
    page.keyboard.press("p")
    expect(page.locator("training-panel")).to_be_hidden()
    assert_accessible_by_day_and_night(page)


def test_axe_finds_nothing_on_a_phone(page: Page) -> None:
    open_at(page, "phone")
    for panel in PANELS:
        button = page.get_by_role("button", name=panel, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-current", "true")
        assert_accessible_by_day_and_night(page)


def test_axe_finds_nothing_in_dialogs_and_notices(page: Page) -> None:
    playground = open_at(page, "laptop")
    page.get_by_role("button", name="Edit dense_1").click()
    expect(page.locator("layer-editor")).to_be_visible()
    assert_accessible(page)
    page.keyboard.press("Escape")
    playground.button("Keyboard").click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="Moons").check(force=True)
    expect(playground.notice("adoption")).to_be_visible()
    assert_accessible(page)


def test_a_journey_without_a_mouse(page: Page) -> None:
    playground = Playground(page)
    page.keyboard.press("Tab")
    expect(playground.button("Play")).to_be_focused()
    page.keyboard.press("Enter")
    playground.wait_for_step(50)
    page.keyboard.press("Enter")
    expect(playground.button("Play")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("r")
    expect(page.locator("transport-bar .step output")).to_have_text("0")
    page.keyboard.press("s")
    expect(page.locator("transport-bar .step output")).to_have_text("1")
    page.keyboard.press("Shift+S")
    expect(page.locator("transport-bar .step output")).to_have_text("25")
    neuron = page.locator("network-graph").get_by_role("button", name="x₁", exact=True)
    neuron.focus()
    neuron.press("ArrowRight")
    focused = page.locator("network-graph .neuron:focus")
    expect(focused).to_have_attribute("data-column", "1")
    page.keyboard.press("Enter")
    expect(page.locator("output-map h2")).to_have_text(focused.get_attribute("aria-label") or "")


def test_the_keys_are_listed_and_can_be_switched_off(page: Page) -> None:
    playground = Playground(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    dialog.get_by_role("checkbox", name="Single keys are commands").uncheck()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("s")
    playground.button("Step one epoch").click()
    expect(page.locator("transport-bar .step output")).to_have_text("25")


def test_keys_do_nothing_while_something_is_typed(page: Page) -> None:
    playground = Playground(page)
    rate = page.get_by_label("Learning rate", exact=True)
    rate.focus()
    page.keyboard.type("0.5 r s n")
    page.get_by_label("Optimizer", exact=True).press("n")
    assert playground.ask()["step"] == 0
    assert playground.experiment["seed"] == 7


def test_the_help_of_what_has_the_focus_is_one_key_away(page: Page) -> None:
    Playground(page)
    page.get_by_label("Optimizer", exact=True).focus()
    page.keyboard.press("?")
    expect(page.locator("help-panel h2")).to_have_text("Optimizer: Gradient descent")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_the_state_is_told_in_words_but_not_at_every_frame(page: Page) -> None:
    playground = Playground(page)
    status = page.locator("state-summary [role=status]")
    expect(status).to_have_text(re.compile(r"^Paused: epoch 0, step 0\."))
    page.evaluate("""() => {
      window.told = 0;
      new MutationObserver(() => window.told++).observe(document.querySelector("state-summary"),
        { subtree: true, childList: true, characterData: true });
    }""")
    playground.button("Play").click()
    expect(status).to_have_text(re.compile(r"^Training: .*Training loss 0\.\d+, accuracy \d"))
    playground.wait_for_step(200)
    playground.button("Pause").click()
    expect(status).to_have_text(re.compile(r"^Paused: epoch [1-9]"))
    told: Any = page.evaluate("window.told")
    assert told <= 4
