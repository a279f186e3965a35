"""Every probe of the engine has a picture in the page, which shows what REST says of the same step."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.probes import probes
from tests.browser.playground import Playground
from tests.browser.test_accessibility import assert_accessible

CONVOLUTION = {
    "data": {"dataset": {"kind": "digits", "samples": 200}},
    "layers": [{"kind": "conv2d", "filters": 4}, {"kind": "flatten"}],
}
RECURRENT = {
    "data": {"dataset": {"kind": "next_letter", "samples": 60}},
    "layers": [{"kind": "lstm", "units": 5}],
    "optimizer": {"kind": "adam"},
}
POINTS: dict[str, Any] = {"optimizer": {"kind": "adam"}}
TABLE = """async () => {
  const { ELSEWHERE, PICTURES } = await import("/static/charts/probes/pictures.js");
  return [...ELSEWHERE, ...Object.values(PICTURES).flatMap(Object.keys)];
}"""


def trained(page: Page, experiment: dict[str, Any]) -> Playground:
    """An experiment after three steps, at rest."""
    playground = Playground(page, f"/?experiment={quote(json.dumps(experiment))}")
    for step in (1, 2, 3):
        playground.button("Step one batch").click()
        playground.wait_for_step(step)
    return playground


def show(page: Page, kind: str) -> Locator:
    """Choose a picture; return it once it is there."""
    page.get_by_label("Picture", exact=True).select_option(kind)
    picture = page.locator("probe-picture .picture")
    expect(picture.locator("table, svg.plot, value-map").first).to_be_visible()
    return picture


def test_every_probe_has_its_picture(page: Page) -> None:
    page.goto("/")
    assert sorted(page.evaluate(TABLE)) == sorted(probe.kind for probe in probes)


@pytest.mark.parametrize(
    ("experiment", "heading"),
    [(POINTS, None), (CONVOLUTION, "Images"), (RECURRENT, "Time")],
    ids=["points", "images", "sequences"],
)
def test_every_picture_that_is_offered_is_drawn(page: Page, experiment: dict[str, Any], heading: str | None) -> None:
    trained(page, experiment)
    menu = page.get_by_label("Picture", exact=True)
    options = menu.locator(f"optgroup[label={heading}] option" if heading else "optgroup option")
    kinds = [option.get_attribute("value") or "" for option in options.all()]
    assert kinds
    for kind in kinds:
        show(page, kind)
        assert page.locator("probe-picture .unavailable").count() == 0
    assert_accessible(page)


def test_pictures_say_what_rest_says(page: Page) -> None:
    playground = trained(page, POINTS)
    answer = playground.ask("/probes/signal")
    table = show(page, "signal").get_by_role("row")
    expect(table).to_have_count(1 + len(answer["meta"]["layers"]))
    expect(table.nth(1)).to_contain_text(f"{answer['arrays']['activation_std'][0]:.2}")
    plane = playground.ask("/probes/loss_plane")
    share = 100 * sum(plane["meta"]["explained"])
    words = re.compile(rf"from step 0 to 3, {share:.1f}.% of it along these two directions")
    expect(show(page, "loss_plane").get_by_role("img")).to_have_accessible_name(words)
    assert playground.ask("/probes/gradient_check")["meta"]["verdict"] == "right"
    expect(show(page, "gradient_check")).to_contain_text("All layers: right")


def test_a_landscape_is_asked_for_once_there_is_a_way_through_it(page: Page) -> None:
    playground = Playground(page)  # whose fixture fails at a refusal
    page.get_by_label("Picture", exact=True).select_option("loss_plane")
    expect(page.locator("probe-picture .unavailable")).to_contain_text("train a few steps")
    for step in (1, 2):
        playground.button("Step one batch").click()
        playground.wait_for_step(step)
    expect(page.locator("probe-picture").get_by_role("img")).to_be_visible()


def test_a_picture_follows_the_training_and_its_choices(page: Page) -> None:
    playground = trained(page, RECURRENT)
    picture = show(page, "gates")
    expect(picture.get_by_role("img")).to_have_count(4)
    expect(picture).to_contain_text("Example 0 of training")
    page.locator("probe-picture summary").click()
    example = page.get_by_label("Example", exact=True)
    example.fill("7")
    example.press("Enter")
    expect(picture).to_contain_text("Example 7 of training")
    before = picture.get_by_role("img").first.get_attribute("aria-label") or ""
    playground.button("Step one epoch").click()
    expect(picture.get_by_role("img").first).not_to_have_accessible_name(before)


def test_a_picture_takes_the_place_of_the_network_and_gives_it_back(page: Page) -> None:
    trained(page, POINTS)
    show(page, "roc")
    large = page.get_by_role("button", name="Enlarge")
    large.press("Enter")
    expect(page.locator("network-graph")).to_be_hidden()
    expect(page.get_by_label("Part", exact=True)).to_be_visible()
    assert_accessible(page)
    large.press("Enter")
    expect(page.locator("network-graph")).to_be_visible()
