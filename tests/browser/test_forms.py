"""Each sort of control changes the real experiment, a refusal speaks at its field, and every kind is explained."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.activations import activations
from engine.losses import losses
from engine.optimizers import optimizers
from tests.browser.conftest import Trouble
from tests.browser.playground import THIN_SPACE, Playground, wait_until
from tests.browser.test_accessibility import assert_accessible

Ask = Callable[[], dict[str, Any]]


@pytest.fixture
def experiment(page: Page) -> Ask:
    """Open the page; what is returned asks the server for the experiment as it has it."""
    playground = Playground(page)
    return lambda: playground.experiment


def change(page: Page, act: Callable[[], object]) -> None:
    """Act, and wait until the server has answered."""
    with page.expect_response(lambda response: response.request.method == "PATCH") as answer:
        act()
    assert answer.value.ok, answer.value.text()


def enter(field: Locator, value: str) -> None:
    field.fill(value)
    field.press("Enter")


# Controls


def test_a_number_is_typed_exactly(page: Page, experiment: Ask) -> None:
    change(page, lambda: enter(page.get_by_label("Learning rate", exact=True), "0.123"))
    assert experiment()["optimizer"]["learning_rate"] == 0.123


def test_a_logarithmic_slider_and_its_number_move_together(page: Page, experiment: Ask) -> None:
    slider = page.get_by_label("Learning rate, slider")
    change(page, lambda: slider.fill("0"))
    assert experiment()["optimizer"]["learning_rate"] == 1e-5
    expect(page.get_by_label("Learning rate", exact=True)).to_have_value("1e-5")
    expect(slider).to_have_attribute("aria-valuetext", "1e-5")


def test_arrow_keys_go_to_the_next_round_number(page: Page, experiment: Ask) -> None:
    change(page, lambda: page.get_by_label("Batch size", exact=True).press("ArrowUp"))
    assert experiment()["batch_size"] == 20


def test_a_component_brings_its_own_fields(page: Page, experiment: Ask) -> None:
    change(page, lambda: page.get_by_label("Optimizer", exact=True).select_option("momentum"))
    assert experiment()["optimizer"]["kind"] == "momentum"
    change(page, lambda: enter(page.get_by_label("Momentum", exact=True), "0.5"))
    page.get_by_text("of Momentum").click()
    change(page, lambda: page.get_by_label("Nesterov", exact=True).click())
    change(page, lambda: page.get_by_label("Convention", exact=True).select_option("average"))
    found = experiment()["optimizer"]
    assert (found["momentum"], found["nesterov"], found["convention"]) == (0.5, True, "average")


def test_a_chosen_learning_rate_survives_another_optimizer(page: Page, experiment: Ask) -> None:
    change(page, lambda: enter(page.get_by_label("Learning rate", exact=True), "0.5"))
    change(page, lambda: page.get_by_label("Optimizer", exact=True).select_option("adam"))
    assert experiment()["optimizer"]["learning_rate"] == 0.5


def test_a_dataset_of_another_task_brings_what_suits_it(page: Page, experiment: Ask) -> None:
    change(page, lambda: page.get_by_label("Pinwheel").check(force=True))
    found = experiment()
    assert found["data"]["dataset"]["kind"] == "pinwheel"
    assert found["output"]["activation"]["kind"] == "softmax"
    assert found["loss"]["kind"] == "categorical_cross_entropy"


COLOURS = """(canvas) =>
  new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""


def test_thumbnails_show_points(page: Page, experiment: Ask) -> None:
    shown = page.locator('canvas[data-kind="circle"]')
    wait_until(page, lambda: shown.evaluate(COLOURS) > 2)


def fractions(experiment: dict[str, Any]) -> tuple[float, ...]:
    return tuple(experiment["data"]["split"][part] for part in ("train", "validation", "test"))


def test_the_split_is_dealt_by_keys_and_by_numbers(page: Page, experiment: Ask) -> None:
    change(page, lambda: page.get_by_label("End of the training part").press("ArrowRight"))
    assert fractions(experiment()) == pytest.approx((0.55, 0.0, 0.45))
    change(page, lambda: enter(page.locator("split-bar").get_by_label("Validation", exact=False).last, "15"))
    assert fractions(experiment()) == pytest.approx((0.55, 0.15, 0.3))


def test_a_border_of_the_split_is_dragged(page: Page, experiment: Ask) -> None:
    bar, border = page.locator("split-bar .bar"), page.get_by_label("End of the validation part")
    box, grip = bar.bounding_box(), border.bounding_box()
    assert box
    assert grip

    def drag() -> None:
        page.mouse.move(grip["x"] + grip["width"] - 6, grip["y"] + grip["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + 0.8 * box["width"], box["y"], steps=4)
        page.mouse.up()

    change(page, drag)
    assert fractions(experiment()) == pytest.approx((0.5, 0.3, 0.2))


def test_features_are_switched_on_and_one_always_stays(page: Page, experiment: Ask) -> None:
    chips = page.locator("data-panel .chip")
    change(page, lambda: chips.nth(2).click())
    assert experiment()["data"]["features"] == ["x1", "x2", "x1_squared"]
    for number in (2, 1):
        change(page, lambda number=number: chips.nth(number).click())
    chips.nth(0).click()
    expect(page.get_by_text("The network needs at least one feature.")).to_be_visible()
    assert experiment()["data"]["features"] == ["x1"]


def test_new_examples_come_from_a_new_seed(page: Page, experiment: Ask) -> None:
    before = experiment()
    change(page, lambda: page.get_by_role("button", name="New examples").click())
    after = experiment()
    assert after.pop("seed") != before.pop("seed")
    assert after == before


def test_a_layer_is_edited_moved_and_removed(page: Page, experiment: Ask) -> None:
    page.get_by_role("button", name="Edit dense_1").click()
    editor = page.locator("layer-editor")
    change(page, lambda: editor.get_by_label("Kind", exact=True).select_option("dropout"))
    change(page, lambda: enter(editor.get_by_label("Rate", exact=True), "0.3"))
    assert experiment()["layers"][0] == {"kind": "dropout", "rate": 0.3}
    change(page, lambda: editor.get_by_role("button", name="Move towards the output").click())
    assert [layer["kind"] for layer in experiment()["layers"]] == ["dense", "dropout"]
    change(page, lambda: editor.get_by_role("button", name="Remove").click())
    assert [layer["kind"] for layer in experiment()["layers"]] == ["dense"]
    expect(editor).to_be_hidden()


def test_the_editor_closes_on_escape_and_gives_the_focus_back(page: Page, experiment: Ask) -> None:
    opener = page.get_by_role("button", name="Edit the output")
    opener.click()
    editor = page.locator("layer-editor")
    expect(editor.get_by_label("Output activation", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(editor).to_be_hidden()
    expect(opener).to_be_focused()


def test_what_is_rarely_changed_is_folded_away_and_says_what_was_chosen(page: Page, experiment: Ask) -> None:
    fold = page.locator("training-panel details", has_text="Class weights")
    expect(fold.locator("> summary")).to_have_text("Class weights, gradient clipping, stopping")
    fold.locator("> summary").click()
    change(page, lambda: page.get_by_label("Gradient clipping", exact=True).select_option("norm"))
    change(page, lambda: enter(page.get_by_label("Limit", exact=True), "0.5"))
    change(page, lambda: page.get_by_label("Stopping", exact=True).select_option("epochs"))
    change(page, lambda: enter(page.get_by_label("Epochs", exact=True), "30"))
    found = experiment()
    assert found["clipping"] == {"kind": "norm", "limit": 0.5}
    assert (found["stopping"]["kind"], found["stopping"]["epochs"]) == ("epochs", 30)
    expect(fold.locator("> summary")).to_have_text("Class weights, gradient clipping: by norm, stopping: after epochs")


def test_early_stopping_asks_for_validation_examples(page: Page, experiment: Ask) -> None:
    page.get_by_text("Class weights, gradient clipping, stopping").click()
    option = page.get_by_label("Stopping", exact=True).locator("option[value=early_stopping]")
    expect(option).to_contain_text("needs validation examples: see Split")
    change(page, lambda: enter(page.locator("split-bar").get_by_label("Validation", exact=False).last, "20"))
    change(page, lambda: page.get_by_label("Stopping", exact=True).select_option("early_stopping"))
    assert experiment()["stopping"]["split"] == "validation"


def test_every_class_gets_its_weight(page: Page, experiment: Ask) -> None:
    change(page, lambda: page.get_by_label("Pinwheel").check(force=True))
    page.get_by_text("Class weights, gradient clipping, stopping").click()
    change(page, lambda: page.get_by_label("Class weights", exact=True).select_option("manual"))
    assert experiment()["class_weight"] == {"kind": "manual", "weights": [1, 1, 1, 1, 1]}
    change(page, lambda: enter(page.get_by_role("group", name="Weights").get_by_label("class 2"), "4.5"))
    assert experiment()["class_weight"]["weights"] == [1, 1, 4.5, 1, 1]
    change(page, lambda: page.get_by_label("Circle", exact=True).check(force=True))
    assert experiment()["class_weight"]["weights"] == [1, 1]


def test_images_are_changed_at_random_and_other_data_are_not(page: Page, experiment: Ask) -> None:
    panel = page.locator("data-panel")
    expect(panel.get_by_text("Augmentation")).to_have_count(0)
    panel.get_by_role("radio", name="Images").check(force=True)
    change(page, lambda: panel.get_by_label("Digits").check(force=True))
    panel.get_by_text("Augmentation, resampling").click()
    change(page, lambda: enter(panel.get_by_label("Shift", exact=True), "2"))
    change(page, lambda: panel.get_by_label("Flip", exact=True).select_option("horizontal"))
    found = experiment()["data"]["augmentation"]
    assert (found["shift"], found["flip"]) == (2, "horizontal")
    expect(panel.locator("summary")).to_have_text("Augmentation: shift, flip, resampling")
    panel.get_by_role("radio", name="Points").check(force=True)
    change(page, lambda: panel.get_by_label("Circle", exact=True).check(force=True))
    assert experiment()["data"]["augmentation"]["shift"] == 0


def test_numbers_to_be_predicted_are_scaled(page: Page, experiment: Ask) -> None:
    panel = page.locator("data-panel")
    change(page, lambda: panel.get_by_label("Plane", exact=True).check(force=True))
    panel.locator("summary").click()
    change(page, lambda: panel.get_by_label("Target scaling", exact=True).select_option("standardize"))
    assert experiment()["data"]["target_scaling"]["kind"] == "standardize"
    expect(panel.get_by_label("Resampling", exact=True)).to_have_count(0)


# A text of one's own


VERSE = "the rain falls on the roof and the wind runs in the corn "


@pytest.fixture
def letters(page: Page, experiment: Ask) -> Locator:
    """Choose the letters; return the place for a text."""
    page.get_by_role("radio", name="Sequences").check(force=True)
    change(page, lambda: page.get_by_label("Next letter").check(force=True))
    return page.get_by_label("Text", exact=True)


def test_a_text_is_read_when_the_learner_says_so(page: Page, experiment: Ask, letters: Locator) -> None:
    letters.fill(VERSE * 20)
    expect(page.get_by_text(f"{20 * len(VERSE)} of 20".replace("1140", f"1{THIN_SPACE}140"))).to_be_visible()
    assert experiment()["data"]["dataset"]["text"] == ""
    change(page, lambda: page.get_by_role("button", name="Use it").click())
    assert experiment()["data"]["dataset"]["text"] == VERSE * 20
    expect(page.get_by_role("button", name="Use it")).to_have_count(0)


def test_a_refused_text_stays_with_the_reason(page: Page, experiment: Ask, letters: Locator, trouble: Trouble) -> None:
    trouble.expect("422")
    letters.fill(VERSE)
    letters.press("Control+Enter")
    problem = page.locator(".field", has=letters).get_by_role("alert")
    expect(problem).to_have_text("1000 examples need as many letters, and the text has 56")
    expect(letters).to_have_value(VERSE)
    expect(letters).to_have_attribute("aria-invalid", "true")
    assert experiment()["data"]["dataset"]["text"] == ""
    change(page, lambda: enter(page.get_by_label("Examples", exact=True), "50"))
    change(page, lambda: page.get_by_role("button", name="Use it").click())
    assert experiment()["data"]["dataset"]["text"] == VERSE


def test_a_text_that_is_too_long_is_not_sent(page: Page, experiment: Ask, letters: Locator) -> None:
    letters.fill("ab" * 10_001)
    expect(page.get_by_text(f"2 letters too many. At most 20{THIN_SPACE}000 are allowed.")).to_be_visible()
    expect(page.get_by_role("button", name="Use it")).to_be_disabled()
    page.get_by_role("button", name="Undo").click()
    expect(letters).to_have_value("")


# Rows of one's own


@pytest.fixture
def rows(page: Page, experiment: Ask) -> Locator:
    """Choose own examples and open their editor; return the place for the rows."""
    page.get_by_role("radio", name="Tables").check(force=True)
    change(page, lambda: page.get_by_role("radio", name="Own examples").check(force=True))
    page.get_by_role("button", name="Paste or edit rows").click()
    expect(page.get_by_role("dialog", name="Own examples")).to_be_visible()
    return page.get_by_label("Rows", exact=True)


def test_own_rows_begin_with_the_exclusive_or_and_are_pasted(page: Page, experiment: Ask, rows: Locator) -> None:
    expect(rows).to_have_value("x1, x2, y\n0, 0, 0\n0, 1, 1\n1, 0, 1\n1, 1, 0")
    rows.fill("height\tage\twho\n1,8\t30\tgrown\n0,9\t3\tchild\n1,2\t7\tchild")
    expect(page.get_by_text("3 rows, 2 inputs. Class 0 is child, 1 is grown.")).to_be_visible()
    assert_accessible(page)
    change(page, lambda: page.get_by_role("button", name="Use these rows").click())
    found = experiment()["data"]["dataset"]
    assert (found["inputs"], found["targets"], found["task"]) == ([[1.8, 30], [0.9, 3], [1.2, 7]], [1, 0, 0], "binary")
    expect(page.get_by_text("3 rows, 2 inputs", exact=True)).to_be_visible()
    page.get_by_role("button", name="Paste or edit rows").click()
    expect(rows).to_have_value(re.compile("grown"))


def test_what_is_wrong_with_a_row_is_said_with_its_line(page: Page, rows: Locator) -> None:
    rows.fill("1, 2, 0\n1, 2")
    expect(page.get_by_text("Line 2 has 2 values, and line 1 has 3.")).to_be_visible()
    expect(page.get_by_role("button", name="Use these rows")).to_be_disabled()
    expect(rows).to_have_attribute("aria-invalid", "true")


def test_own_rows_may_predict_a_number_from_any_column(page: Page, experiment: Ask, rows: Locator) -> None:
    rows.fill("price, rooms, area\n200.5, 3, 80\n310, 4, 120\n150, 2, 45")
    page.get_by_label("To be predicted").select_option("price")
    expect(page.get_by_label("It is")).to_have_value("regression")
    change(page, lambda: page.get_by_role("button", name="Use these rows").click())
    found = experiment()
    assert found["data"]["dataset"]["targets"] == [200.5, 310, 150]
    assert found["loss"]["kind"] == "squared_error"


# Refusals


def test_a_value_out_of_bounds_is_refused_in_words_and_changes_nothing(page: Page, experiment: Ask) -> None:
    before = experiment()
    rate = page.get_by_label("Learning rate", exact=True)
    enter(rate, "-1")
    problem = page.get_by_role("alert").filter(has_text="too small")
    expect(problem).to_have_text("−1 is too small. Write a number above 0.")
    expect(rate).to_have_attribute("aria-invalid", "true")
    assert rate.get_attribute("aria-describedby") == problem.get_attribute("id")
    assert experiment() == before
    rate.press("Escape")
    expect(problem).to_be_hidden()
    expect(rate).to_have_value("0.03")


def test_what_does_not_fit_is_greyed_out_with_the_reason(page: Page, experiment: Ask) -> None:
    option = page.get_by_label("Loss", exact=True).locator("option[value=categorical_cross_entropy]")
    expect(option).to_have_attribute("disabled", "")
    expect(option).to_contain_text("not for two classes")
    hinge = page.get_by_label("Loss", exact=True).locator("option[value=hinge]")
    expect(hinge).to_contain_text("needs the output Linear or Tanh")


# Help


def test_the_help_follows_the_focus_and_the_question_mark(page: Page, experiment: Ask) -> None:
    page.get_by_label("Learning rate", exact=True).focus()
    help_panel = page.locator("help-panel")
    expect(help_panel.get_by_role("heading")).to_have_text("Learning rate")
    expect(help_panel.locator(".katex")).not_to_have_count(0)
    expect(help_panel).to_contain_text("learning rate now")
    page.locator("training-panel").get_by_label("Loss", exact=True).press("?")
    expect(help_panel.get_by_role("heading")).to_have_text("Loss: Binary cross-entropy")
    page.get_by_role("button", name="Help: Batch size").click()
    expect(help_panel.get_by_role("heading")).to_have_text("Batch size")
    expect(help_panel).to_contain_text("steps in an epoch25")


EXPLAINED = [f"{registry.name}.{kind}" for registry in (activations, optimizers, losses) for kind in registry.kinds]


def test_every_kind_is_explained_with_its_formula(page: Page, experiment: Ask) -> None:
    help_panel = page.locator("help-panel")
    for topic in EXPLAINED:
        registry, kind = topic.split(".")
        help_panel.evaluate("(panel, topic) => { panel.topic = topic }", {"registry": registry, "kind": kind})
        title = {cls.kind: cls.title for cls in (*activations, *optimizers, *losses)}[kind]
        expect(help_panel.get_by_role("heading")).to_have_text(title)
        expect(help_panel.locator(".katex").first).to_be_visible()
        expect(help_panel.locator(".katex-error")).to_have_count(0)


def test_a_column_of_own_rows_says_how_much_each_counts(page: Page, experiment: Ask, rows: Locator) -> None:
    rows.fill("a, b, y, weight\n1, 2, 0, 1\n3, 4, 1, 2.5")
    expect(page.get_by_label("How much each counts")).to_have_value("3")
    change(page, lambda: page.get_by_role("button", name="Use these rows").click())
    found = experiment()["data"]["dataset"]
    assert (found["inputs"], found["targets"], found["weights"]) == ([[1, 2], [3, 4]], [0, 1], [1, 2.5])
    page.get_by_role("button", name="Paste or edit rows").click()
    page.get_by_label("How much each counts").select_option("All alike")
    change(page, lambda: page.get_by_role("button", name="Use these rows").click())
    found = experiment()["data"]["dataset"]
    assert (len(found["inputs"][0]), found.get("weights")) == (3, None)
