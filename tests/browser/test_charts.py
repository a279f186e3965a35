"""The charts of a network that really trains: what they show is what REST says."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.playground import wait_for_drawing, wait_until

LOSS = "loss-chart td[data-split=train][data-measure=loss]"
HEIGHT_OF_CURVE = """(share) => {
  const canvas = document.querySelector("loss-chart canvas");
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.color = "var(--split-train)";
  const ink = getComputedStyle(probe).color.match(/\\d+/g).map(Number);
  probe.remove();
  const x = Math.round(share * canvas.width);
  const { data } = canvas.getContext("2d").getImageData(x - 2, 0, 5, canvas.height);
  const rows = [];
  for (let i = 0; i < data.length; i += 4)
    if (data[i + 3] > 200 && ink.every((part, channel) => Math.abs(data[i + channel] - part) < 24))
      rows.push(Math.floor(i / 20));
  return rows.length ? rows[rows.length >> 1] / canvas.height : null;
}"""
"""Where the training curve is at a share of the plot's width, from the top (0) to the bottom (1)."""


class Opened:
    """A page with its session."""

    def __init__(self, page: Page) -> None:
        with page.expect_response(lambda answer: answer.url.endswith("/api/sessions")) as created:
            page.goto("/")
        self.page, self.path = page, f"/api/sessions/{created.value.json()['id']}"
        expect(page.locator("output-map canvas.map")).to_be_visible()

    def ask(self, path: str) -> Any:
        answer = self.page.request.get(f"{self.path}/{path}")
        assert answer.ok, answer.text()
        return answer.json()

    def post(self, path: str, body: object) -> Any:
        answer = self.page.request.post(f"{self.path}/{path}", data=body)
        assert answer.ok, answer.text()
        return answer.json()

    def train(self, steps: int) -> None:
        """Train so many steps and wait until the page shows them."""
        reached = f"{self.post('step', {'steps': steps})['step']:,}".replace(",", "\u2009")
        expect(self.page.locator("loss-chart caption")).to_contain_text(f"step {reached},")

    def look(self, **view: object) -> None:
        script = """(detail) => document.querySelector("loss-chart").dispatchEvent(
          new CustomEvent("view-change", { detail, bubbles: true }))"""
        self.page.evaluate(script, view)


@pytest.fixture
def opened(page: Page) -> Opened:
    return Opened(page)


def picture(page: Page, selector: str) -> str:
    """What a canvas shows."""
    return str(page.locator(selector).first.evaluate("(canvas) => canvas.toDataURL()"))


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_loss_of_a_training_network_falls(opened):
    page = opened.page
    page.keyboard.press("Space")
    page.wait_for_function(f"() => Number(document.querySelector('{LOSS}').textContent) < 0.1")
    page.keyboard.press("Space")
    expect(page.locator("transport-bar")).to_contain_text("Play")
    before, after = (page.evaluate(HEIGHT_OF_CURVE, share) for share in (0.13, 0.9))
    assert before is not None
    assert after is not None
    assert after > before + 0.3


def test_options_of_display_change_the_picture_and_add_no_record(opened):
    page = opened.page
    opened.train(3000)
    held = "() => document.querySelector('loss-chart').history.length"
    records = len(opened.ask("metrics")["history"])
    page.wait_for_function(f"() => ({held})() === {records}")
    pictures = {picture(page, "loss-chart canvas")}
    for act in (
        lambda: page.get_by_label("log", exact=True).check(),
        lambda: page.get_by_label("smooth").fill("0.95"),
        lambda: page.get_by_role("radio", name="Accuracy").check(),
        lambda: page.get_by_label("Horizontal axis").select_option("epoch"),
    ):
        act()
        wait_until(page, lambda: picture(page, "loss-chart canvas") not in pictures)
        wait_for_drawing(page)
        pictures.add(picture(page, "loss-chart canvas"))
    for option in ("Test points", "Discretize"):
        page.get_by_label(option).check()
    assert len(pictures) == 5
    assert len(opened.ask("metrics")["history"]) == records
    assert page.evaluate(held) == records


def test_pointing_at_the_curve_reads_a_record(opened):
    opened.train(2000)
    opened.page.locator("loss-chart .curves").hover()
    caption = opened.page.locator("loss-chart caption")
    expect(caption).to_contain_text("At step")
    step = int(re.sub(r"\D", "", caption.inner_text().split(",")[0]))
    record = next(record for record in opened.ask("metrics")["history"] if record["step"] == step)
    for split in ("train", "test"):
        cell = opened.page.locator(f"loss-chart td[data-split={split}]")
        assert number(cell.nth(0).inner_text()) == pytest.approx(record[split]["loss"], rel=5e-3)
        assert number(cell.nth(1).inner_text().split("\u2009")[0]) == pytest.approx(
            100 * record[split]["accuracy"], abs=0.051
        )


def test_dragging_zooms_and_a_button_shows_all_again(opened):
    page = opened.page
    opened.train(500)
    box = page.locator("loss-chart .u-over").bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 140, box["y"] + 40, steps=4)
    page.mouse.up()
    show_all = page.get_by_role("button", name="Show all")
    expect(show_all).to_be_visible()
    show_all.click()
    expect(show_all).to_be_hidden()


def test_the_value_under_the_pointer_is_the_prediction(opened):
    opened.train(3000)
    plane, reading = opened.page.locator("output-map .plane"), opened.page.locator("output-map .reading")
    side = plane.bounding_box()["width"]
    for across, down in ((0.5, 0.5), (0.2, 0.7), (0.66, 0.4)):
        plane.hover(position={"x": across * side, "y": down * side})
        expect(reading).to_contain_text("ŷ = ")
        shown, text = reading.evaluate(
            "({ dataset: { x1, x2, value }, innerText }) => [[x1, x2, value].map(Number), innerText]"
        )
        [[predicted]] = opened.post("predict", {"inputs": [shown[:2]]})["outputs"]
        assert shown[2] == pytest.approx(predicted, abs=1 / 510 + 1e-6)
        said = re.search(r"ŷ = (\S+),\s+class (\d)", text)
        assert number(said[1]) == pytest.approx(predicted, abs=0.01)
        assert int(said[2]) == int(predicted > 0.5)


def test_the_keyboard_reads_the_picture_aloud(opened):
    page = opened.page
    page.locator("output-map .plane").focus()
    page.keyboard.press("ArrowRight")
    reading = page.locator("output-map .reading")
    expect(reading).to_have_attribute("aria-live", "polite")
    first = reading.evaluate("({ dataset }) => Number(dataset.x1)")
    page.keyboard.press("ArrowRight")
    place = "Number(document.querySelector('output-map .reading').dataset.x1)"
    wait_until(page, f"Math.abs({place} - {first + 0.12}) < 1e-6")


def test_the_scale_of_the_picture_has_numbers_and_the_marks_have_names(opened):
    legend = opened.page.locator("output-map .legend")
    expect(legend.locator(".ends span")).to_have_text(["0", "0.50", "1"])
    expect(legend.get_by_role("listitem")).to_have_text([" class 0", " class 1", " training"], use_inner_text=True)
    opened.page.get_by_label("Test points").check()
    expect(legend.get_by_role("listitem")).to_have_count(4)


def test_test_points_are_drawn_only_when_asked_for(opened):
    page = opened.page
    before = picture(page, "output-map canvas.points")
    page.get_by_label("Test points").check()
    page.wait_for_function(
        "(before) => document.querySelector('output-map canvas.points').toDataURL() !== before", arg=before
    )


def test_a_pinned_neuron_takes_the_place_of_the_output(opened):
    opened.train(100)
    title = opened.page.locator("output-map h2")
    expect(title).to_have_text("Decision boundary")
    opened.look(pinned={"layer": "dense_1", "unit": 1})
    expect(title).to_have_text("dense_1 unit 2")
    expect(opened.page.locator("output-map .ends span")).to_have_text(["−1", "0", "1"])


def bars(figure: Locator, most: int) -> list[int]:
    """What the bars of a histogram count, of which the highest counts ``most``."""
    tops = re.findall(r"V([\d.]+)H", figure.locator(".bars").get_attribute("d") or "")
    return [round((1 - float(top) / 80) * most) for top in tops]


def test_histograms_show_the_counts_of_the_probe(opened):
    opened.train(200)
    probe = opened.ask("probes/histograms?quantity=weights")
    for layer in ("dense_1", "dense_2", "output"):
        figure = opened.page.locator("inside-panel figure", has_text=layer)
        counts = probe["arrays"][f"{layer}.counts"]
        expect(figure.locator("figcaption")).to_contain_text(f"{sum(counts)} values")
        expect(figure.get_by_role("img")).to_have_attribute(
            "aria-label", re.compile(rf"at most {max(counts)} in a bar$")
        )
        wait_until(opened.page, lambda figure=figure, counts=counts: bars(figure, max(counts)) == counts)


@pytest.mark.parametrize("mode", ["Over time", "Overlaid"])
def test_histograms_over_time_have_a_ridge_for_every_record(opened, mode):
    opened.train(40)
    page = opened.page
    page.get_by_role("radio", name="Gradients").check()
    page.get_by_role("radio", name=mode).check()
    steps = opened.ask("probes/distributions?quantity=gradients")["arrays"]["steps"]
    expect(page.locator("inside-panel .caption")).to_contain_text(f"{len(steps)} records")
    ridges = page.locator("ridge-line")
    expect(ridges).to_have_count(3)
    expect(ridges.first.locator("output")).to_have_text(f"step {int(steps[-1])}")
    ink = """(canvas) => new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data).size"""
    page.wait_for_function(f"() => ({ink})(document.querySelector('ridge-line canvas')) > 8")
    ridges.first.locator("canvas").focus()
    page.keyboard.press("Home")
    expect(ridges.first.locator("output")).to_have_text("step 0")


def test_a_confusion_table_takes_the_place_of_a_boundary_that_cannot_be_drawn(opened):
    rows = [[float(i % 3), float(i % 5), float(i % 7)] for i in range(20)]
    dataset = {"kind": "inline", "task": "binary", "inputs": rows, "targets": [i % 2 for i in range(20)]}
    patch = {"data": {"dataset": dataset, "features": None, "split": None}}
    answer = opened.page.request.patch(f"{opened.path}/experiment", data=patch)
    assert answer.ok, answer.text()
    table = opened.page.get_by_role("table", name="of the training examples right")
    expect(table.get_by_role("row")).to_have_count(3)
    boundary = opened.page.request.get(f"{opened.path}/probes/boundary")
    assert boundary.status == 409
    assert "3 inputs" in boundary.json()["detail"]
