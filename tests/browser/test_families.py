"""Every family of datasets: chosen with a click, trained, and shown in a picture of its own."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.playground import Playground, wait_until
from tests.browser.test_accessibility import assert_accessible

FAMILIES = [
    ("Curves", "Sine", "sine_curve", "Fitted curve"),
    ("Tables", "Iris", "iris", "Confusion matrix"),
    ("Tables", "House prices", "house_prices", "Predicted and true"),
    ("Images", "Digits", "digits", "Confusion matrix"),
    ("Sequences", "Sine series", "sine_series", "Predicted and true"),
    ("Sequences", "Next letter", "next_letter", "Confusion matrix"),
]
LOSSES = """(() => {
  const history = document.querySelector("loss-chart").history;
  return [history[0], history.at(-1)].map((metrics) => metrics.train.loss);
})()"""


DIFFERENT = "new Set([...document.querySelectorAll('.neuron canvas')].map((canvas) => canvas.toDataURL())).size"
"""How many different pictures the neurons have."""


def choose(page: Page, family: str, dataset: str, kind: str) -> None:
    page.get_by_role("radio", name=family, exact=True).check(force=True)
    page.get_by_role("radio", name=dataset, exact=True).check(force=True)
    wait_until(page, f"document.querySelector('data-panel').session.experiment.data.dataset.kind === '{kind}'")
    told = page.locator("[data-notice=adoption]")
    expect(told).to_contain_text("Training starts again")


@pytest.mark.parametrize(("family", "dataset", "kind", "title"), FAMILIES, ids=[row[2] for row in FAMILIES])
def test_a_family_trains_and_has_its_picture(page: Page, family: str, dataset: str, kind: str, title: str) -> None:
    playground = Playground(page)
    choose(page, family, dataset, kind)
    expect(page.locator("output-map h2")).to_have_text(title)
    playground.button("Play").click()
    playground.wait_for_step(100)
    playground.button("Pause").click()
    first, last = page.evaluate(LOSSES)
    assert last < first
    assert page.locator("output-answers .unavailable").count() == 0
    if kind == "sine_curve":
        wait_until(page, DIFFERENT + " === 8")
    assert_accessible(page)


def test_images_and_sequences_bring_layers_and_points_take_them_back(page: Page) -> None:
    playground = Playground(page)
    first = playground.experiment["layers"]
    choose(page, "Images", "Digits", "digits")
    expect(playground.notice("adoption")).to_contain_text("conv2d_1, max_pooling2d_1, flatten_1, dense_1")
    expect(page.locator(".layer-block.conv2d")).to_contain_text("6 × 6 × 8")
    expect(page.locator("data-panel .chip")).to_have_count(0)
    choose(page, "Sequences", "Parity", "parity")
    expect(playground.notice("adoption")).to_contain_text("gru_1")
    choose(page, "Points", "Circle", "circle")
    expect(page.locator("network-graph .neuron[data-column='1']")).to_have_count(first[0]["units"])
    assert playground.experiment["layers"] == first


def test_sequences_bring_an_optimizer_and_points_take_it_back(page: Page) -> None:
    playground = Playground(page)
    first = playground.experiment["optimizer"]
    choose(page, "Sequences", "Parity", "parity")
    expect(page.get_by_label("Optimizer", exact=True)).to_have_value("adam")
    assert playground.experiment["optimizer"]["learning_rate"] == 0.01
    choose(page, "Points", "Circle", "circle")
    expect(page.get_by_label("Optimizer", exact=True)).to_have_value("gradient_descent")
    assert playground.experiment["optimizer"] == first


def test_what_cannot_be_is_refused_at_the_field_in_words(page: Page, trouble) -> None:
    trouble.expect("422")
    Playground(page)
    choose(page, "Sequences", "Delayed copy", "delayed_copy")
    page.get_by_label("Answer", exact=True).select_option("every")
    field = page.locator("[data-path='data.dataset.answer']")
    expect(field).to_contain_text("an answer is due after every time step")


def test_the_confusion_matrix_is_a_table_of_the_chosen_examples(page: Page) -> None:
    Playground(page)
    choose(page, "Tables", "Iris", "iris")
    table = page.locator("table.confusion")
    expect(table.get_by_role("rowheader")).to_have_text(["setosa", "versicolor", "virginica"])
    count = "[...document.querySelectorAll('.confusion td')].reduce((sum, td) => sum + Number(td.textContent), 0)"
    wait_until(page, f"{count} === 120")
    page.get_by_role("checkbox", name="Test examples").check()
    wait_until(page, f"{count} === 30")
