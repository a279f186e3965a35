"""What a learner does, from the first visit on, in a real browser with a server that really trains."""

import re

from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Trouble
from tests.browser.playground import Playground, resize, wait_until
from tests.browser.test_accessibility import assert_accessible

DIVERGING = "#activation=relu&learningRate=10&networkShape=8,8&problem=regression&regDataset=reg-plane"
FITS = """(({ scrollWidth, scrollHeight }) => scrollWidth <= innerWidth && scrollHeight <= innerHeight)(
  document.documentElement)"""
MAP = """() => {
  const canvas = document.querySelector("output-map canvas.map");
  return [...canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data].reduce((a, b) => a + b, 0);
}"""


def test_a_first_visit_trains(page: Page) -> None:
    playground = Playground(page)
    before, picture = playground.ask()["latest"]["train"]["loss"], page.evaluate(MAP)
    playground.button("Play").click()
    playground.wait_for_step(500)
    playground.button("Pause").click()
    expect(playground.button("Play")).to_be_enabled()
    after = playground.ask()
    assert after["phase"] == "paused"
    assert after["latest"]["train"]["loss"] < before
    assert page.evaluate(MAP) != picture
    expect(page.locator("transport-bar .epoch output")).to_have_text(re.compile(r"^\d\d\s\d{3}$"))


def test_steps_and_epochs_are_exact(page: Page) -> None:
    playground = Playground(page)
    playground.button("Step one batch").click()
    expect(page.locator("transport-bar .step output")).to_have_text("1")
    playground.button("Step one epoch").click()
    expect(page.locator("transport-bar .step output")).to_have_text("25")
    playground.button("Reset").click()
    expect(page.locator("transport-bar .step output")).to_have_text("0")


def test_slow_motion_shows_each_step(page: Page) -> None:
    playground = Playground(page)
    page.get_by_role("slider", name="speed").fill("3")
    playground.button("Play").click()
    playground.wait_for_step(3)
    assert playground.ask()["speed"] == 5
    assert playground.step < 50
    page.get_by_role("slider", name="speed").press("End")
    playground.wait_for_step(100)
    assert playground.ask()["speed"] is None


def test_the_learning_rate_changes_in_the_middle_of_a_run(page: Page) -> None:
    playground = Playground(page)
    playground.button("Play").click()
    playground.wait_for_step(50)
    rate = page.get_by_label("Learning rate", exact=True)
    rate.fill("0.1")
    rate.press("Enter")
    expect(page.locator('[data-path="optimizer.learning_rate"][data-pending]')).to_have_count(0)
    wait_until(page, "document.querySelector('transport-bar').frame.learning_rate === 0.1")
    document = playground.ask()
    assert document["phase"] == "playing"
    assert document["step"] >= 50
    assert document["experiment"]["optimizer"]["learning_rate"] == 0.1


def test_a_refused_value_is_explained_where_it_was_typed(page: Page, trouble: Trouble) -> None:
    playground = Playground(page)
    trouble.expect("422", "status of 422")
    page.evaluate("""document.querySelector("training-panel").dispatchEvent(new CustomEvent("experiment-change",
      { detail: { patch: { optimizer: { learning_rate: -1 } }, field: "optimizer.learning_rate" }, bubbles: true }))""")
    field = page.locator('[data-path="optimizer.learning_rate"]')
    expect(field.get_by_role("alert")).to_contain_text("greater than 0")
    expect(page.get_by_label("Learning rate", exact=True)).to_have_value("0.03")
    assert playground.experiment["optimizer"]["learning_rate"] == 0.03


def test_a_layer_is_added_and_the_weights_of_the_others_stay(page: Page) -> None:
    playground = Playground(page)
    first = playground.ask("/parameters")["layers"][0]["parameters"]
    page.get_by_role("button", name="Add a layer before the output").click()
    expect(
        page.get_by_role("dialog", name="Add a layer before the output").get_by_role("button", name="Dense")
    ).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("network-graph .column-header")).to_have_count(5)
    expect(playground.notice("adoption")).to_contain_text("dense_3")
    layers = playground.ask("/parameters")["layers"]
    assert [layer["name"] for layer in layers] == ["dense_1", "dense_2", "dense_3", "output"]
    assert layers[0]["parameters"] == first


def test_a_step_function_trains_and_says_why_nothing_moves(page: Page) -> None:
    playground = Playground(page)
    for activation, told in (("step", 1), ("tanh", 0)):
        page.evaluate(
            """kind => document.querySelector("training-panel").dispatchEvent(new CustomEvent("experiment-change", {
              detail: { patch: { layers: [{ kind: "dense", activation: { kind } }] }, field: "layers" },
              bubbles: true }))""",
            activation,
        )
        expect(playground.notice("standstill")).to_have_count(told)
        if told:
            expect(playground.notice("standstill")).to_contain_text("dense_1 cannot learn, only output can")


def test_another_dataset_starts_again_and_says_so(page: Page) -> None:
    playground = Playground(page)
    playground.button("Step one epoch").click()
    playground.wait_for_step(25)
    page.get_by_role("radio", name="Spiral").check(force=True)
    expect(playground.notice("adoption")).to_contain_text("starts again, because the dataset changed")
    expect(page.locator("transport-bar .step output")).to_have_text("0")
    assert playground.experiment["data"]["dataset"]["kind"] == "spiral"


def test_a_weight_is_edited(page: Page) -> None:
    playground = Playground(page)
    neuron = page.get_by_role("button", name="dense_1 unit 1", exact=True)
    neuron.focus()
    neuron.press("e")
    sheet = page.get_by_role("dialog", name="dense_1 unit 1")
    sheet.get_by_label("from x₁").fill("1.25")
    sheet.get_by_label("bias").fill("-0.5")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        sheet.get_by_role("button", name="Set").click()
    parameters = playground.ask("/parameters")["layers"][0]["parameters"]
    assert parameters["kernel"][0][0] == 1.25
    assert parameters["bias"][0] == -0.5


def test_a_link_opens_the_same_experiment(page: Page, context: BrowserContext) -> None:
    playground = Playground(page)
    page.get_by_role("radio", name="Moons").check(force=True)
    page.get_by_label("Optimizer", exact=True).select_option("adam")
    page.get_by_role("button", name="One unit more in dense_2").click()
    wait_until(page, lambda: playground.experiment["layers"][1]["units"] == 3)
    expect(page.locator("[data-pending]")).to_have_count(0)
    address = playground.wait_for_address()
    other = Playground(context.new_page(), address)
    assert other.id != playground.id
    assert other.experiment == playground.experiment
    assert other.experiment["layers"][1]["units"] == 3


def test_a_damaged_link_says_so_and_opens_the_usual_experiment(page: Page) -> None:
    playground = Playground(page, "/?experiment=broken")
    expect(playground.notice("link")).to_contain_text("damaged")
    assert playground.experiment["seed"] == 7


def test_a_link_that_cannot_be_trained_says_why(page: Page, trouble: Trouble) -> None:
    trouble.expect("422", "status of 422")
    page.goto('/?experiment={"batch_size":0}')
    expect(page.locator("[data-notice=link]")).to_contain_text("batch_size")
    expect(page.locator("network-graph .neuron").first).to_be_attached()


def test_a_link_of_tensorflow_playground_is_translated(page: Page) -> None:
    choices = "activation=relu&batchSize=5&dataset=xor&learningRate=0.1&noise=20&networkShape=3&percTrainData=70"
    playground = Playground(page, f"/#{choices}&sinX=true&showTestData=true&tutorial=x")
    experiment = playground.experiment
    assert experiment["data"]["dataset"] == {"kind": "xor", "samples": 500, "noise": 0.2}
    assert experiment["data"]["features"] == ["x1", "x2", "sin_x1"]
    assert experiment["data"]["split"] == {"train": 0.7, "validation": 0.0, "test": 0.3, "method": "shuffled"}
    assert [layer["activation"]["kind"] for layer in experiment["layers"]] == ["relu"]
    assert (experiment["output"]["activation"]["kind"], experiment["loss"]["kind"]) == ("tanh", "squared_error")
    assert (experiment["optimizer"]["learning_rate"], experiment["batch_size"]) == (0.1, 5)
    expect(playground.notice("link")).to_contain_text("tutorial “x”")
    expect(page.get_by_role("checkbox", name="Test points")).to_be_checked()
    assert "#" not in playground.wait_for_address()


def test_divergence_is_explained_and_one_click_goes_back(page: Page) -> None:
    playground = Playground(page, f"/{DIVERGING}")
    playground.button("Play").click()
    notice = playground.notice("diverged")
    expect(notice).to_contain_text("The training has diverged.")
    document = playground.ask()
    assert document["phase"] == "diverged"
    expect(notice).to_contain_text(f"step {document['divergence']['step']}")
    expect(page.locator("network-graph .broken")).to_be_visible()
    notice.get_by_role("button", name="Go back").click()
    expect(notice).to_have_count(0)
    document = playground.ask()
    assert document["phase"] == "paused"
    assert document["latest"]["train"]["loss"] is not None


def test_advice_after_a_divergence_is_one_click(page: Page) -> None:
    playground = Playground(page, f"/{DIVERGING}")
    playground.button("Play").click()
    playground.notice("diverged").get_by_role("button", name="tenth of the learning rate").click()
    expect(playground.notice("diverged")).to_have_count(0)
    expect(page.get_by_label("Learning rate", exact=True)).to_have_value("1")
    expect(page.locator("transport-bar .step output")).to_have_text("0")
    document = playground.ask()
    assert (document["phase"], document["step"]) == ("paused", 0)
    assert document["experiment"]["optimizer"]["learning_rate"] == 1


def test_a_reload_finds_the_same_session(page: Page) -> None:
    playground = Playground(page)
    playground.button("Step one epoch").click()
    playground.wait_for_step(25)
    playground.wait_for_address()
    page.reload()
    playground.wait_for_step(25)
    playground.button("Step one batch").click()
    playground.wait_for_step(26)
    assert playground.ask()["step"] == 26


def test_presentation_hides_what_an_audience_does_not_need(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    Playground(page)
    page.keyboard.press("p")
    expect(page.locator("training-panel")).to_be_hidden()
    for part in ("network-graph", "output-map", "loss-chart"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    wait_until(page, FITS)


def test_everything_is_visible_without_scrolling(page: Page) -> None:
    Playground(page)
    parts = ("data-panel", "network-graph", "output-map", "loss-chart", "training-panel", "inside-panel", "help-panel")
    for width, height in ((1440, 900), (1920, 1080)):
        resize(page, width, height)
        for part in parts:
            expect(page.locator(part)).to_be_in_viewport(ratio=0.99)
        wait_until(page, FITS)


def test_only_what_can_be_seen_is_watched(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    Playground(page)
    watched = "Object.keys(document.querySelector('transport-bar').frame.probes).sort().join()"
    wait_until(page, f"{watched} === 'neurons,weights'")
    page.get_by_role("button", name="Output", exact=True).click()
    wait_until(page, f"{watched} === 'boundary'")
    page.get_by_role("button", name="Data", exact=True).click()
    wait_until(page, f"{watched} === ''")


def test_nothing_sticks_out_sideways(page: Page) -> None:
    Playground(page)
    for width in (320, 390, 768, 900, 1024, 1280):
        resize(page, width, 800)
        page.evaluate("document.querySelector('.step output').textContent = '12 345 678'")
        wait_until(page, "document.documentElement.scrollWidth <= innerWidth")


def test_a_finished_training_says_why_and_what_can_be_done_next(page: Page) -> None:
    playground = Playground(page)
    page.locator("summary").filter(has_text="stopping").click()
    page.get_by_label("Stopping", exact=True).select_option("epochs")
    epochs = page.get_by_label("Epochs", exact=True)
    epochs.fill("2")
    epochs.press("Enter")
    playground.button("Play").click()
    notice = playground.notice("finished")
    expect(notice).to_contain_text("The training has finished at step 50.")
    expect(notice).to_contain_text("2 passes over the training set")
    expect(page.locator("state-summary")).to_contain_text("Finished: epoch 2, step 50. Training has made 2 passes")
    expect(playground.button("Play")).to_be_disabled()
    assert_accessible(page)
    notice.get_by_role("button", name="Go on without a rule").click()
    expect(notice).to_be_hidden()
    playground.button("Step one epoch").click()
    playground.wait_for_step(75)


def test_a_single_step_is_shown_stage_by_stage(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    playground = Playground(page)
    page.evaluate("""() => {
      window.stages = [];
      const panel = document.querySelector(".panel.network");
      const note = () => window.stages.push(panel.dataset.stage);
      new MutationObserver(note).observe(panel, { attributeFilter: ["data-stage"] });
    }""")
    playground.button("Step one batch").click()
    wait_until(page, "window.stages.length >= 5")
    assert page.evaluate("window.stages") == ["forward", "loss", "backward", "update", ""]
