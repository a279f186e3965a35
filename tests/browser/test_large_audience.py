"""A large audience: its pages compute their pictures themselves, and nobody sees a difference."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from engine.activations import activations
from engine.datasets import datasets
from tests.browser.conftest import Trouble
from tests.browser.playground import Playground, wait_until
from tests.browser.test_classroom import Visit, owner, visit
from tests.command import running
from tests.load.swarm import swarm

__all__ = ["owner", "visit"]

CROWD = 51
"""As many as make a large audience, the owner and one page included."""
RESOLUTION = 20


def dense(units: int, activation: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "dense", "units": units, "activation": {"kind": activation, **fields}}


EVERY_LAYER = [
    dense(4, "linear"), {"kind": "batch_normalization"}, {"kind": "activation", "activation": {"kind": "tanh"}},
    {"kind": "dropout", "rate": 0.2}, dense(5, "leaky_relu", slope=0.3), {"kind": "layer_normalization"},
    dense(3, "elu", alpha=0.5), {"kind": "activation", "activation": {"kind": "softmax"}},
    dense(3, "gelu", approximate=True),
]  # fmt: skip
FEATURES = ["x1", "x2", "x1_squared", "x2_squared", "x1_x2", "sin_x1", "sin_x2"]
NETWORKS: dict[str, dict[str, Any]] = {
    "the first": {},
    "eight by six": {"data": {"features": FEATURES}, "layers": [dense(8, "relu")] * 6},
    "every layer": {"layers": EVERY_LAYER},
    "several classes": {"data": {"dataset": {"kind": "pinwheel"}, "scaling": {"kind": "standardize"}}},
    "regression": {"data": {"dataset": {"kind": "multi_gaussian"}, "target_scaling": {"kind": "standardize"}}},
    "single precision": {"dtype": "float32", "layers": [dense(4, "sigmoid")]},
    **{kind: {"layers": [dense(4, kind), dense(3, kind)]} for kind in activations.kinds},
}
COMPUTE = """async ([recipe, features, values]) => {
  const { Evaluator, isComputable, partsOf } = await import("/static/live/evaluation.js");
  const { histograms } = await import("/static/live/histograms.js");
  const single = (rows) => ({ data: new Float32Array(rows.flat()), shape: [rows.length, rows[0].length] });
  if (!isComputable(recipe, features[0].length)) return null;
  const evaluator = new Evaluator(recipe, single(features));
  const parts = partsOf(recipe, new Float32Array(values));
  evaluator.run(parts);
  const plain = ({ arrays, about }) => ({ arrays: Object.fromEntries(Object.entries(arrays).map(([name, { data }]) =>
    [name.slice(name.indexOf(".") + 1), [...data]])), about });
  const spread = { weights: plain(histograms(parts, "weights")), biases: plain(histograms(parts, "biases")) };
  return { boundary: plain(evaluator.boundary()), neurons: plain(evaluator.neurons()), spread };
}"""


def flat(rows: Any) -> list[float]:
    return [number for row in rows for number in flat(row)] if isinstance(rows, list) else [rows]


def difference(one: list[int], other: list[int]) -> int:
    assert len(one) == len(other)
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def probed(page: Page, path: str, kind: str, **fields: Any) -> Any:
    answer = page.request.get(f"{path}/probes/{kind}", params=fields)
    assert answer.ok, answer.text()
    return answer.json()


def assert_same_pictures(page: Page, experiment: dict[str, Any]) -> None:
    """The page computes what the server sends, to one of 255 steps of a colour."""
    made = page.request.post("/api/sessions", data={"experiment": experiment}).json()
    path, key = f"/api/sessions/{made['id']}", {"Authorization": f"Bearer {made['key']}"}
    page.request.post(f"{path}/step", data={"steps": 40}, headers=key)
    sent = {kind: probed(page, path, kind, resolution=RESOLUTION, encoding="byte") for kind in ("boundary", "neurons")}
    recipe = probed(page, path, "recipe", resolution=RESOLUTION)
    weights = probed(page, path, "weights", precision="single")
    spread = {quantity: probed(page, path, "histograms", quantity=quantity) for quantity in ("weights", "biases")}
    page.request.delete(path, headers=key)
    assert weights["meta"]["recipe"] == recipe["meta"]["digest"]
    found = page.evaluate(COMPUTE, [recipe["meta"], recipe["arrays"]["features"], weights["arrays"]["values"]])
    assert found is not None, "this network should be computed by the page"
    for kind, probe in sent.items():
        assert found[kind]["arrays"].keys() == probe["arrays"].keys()
        for name, values in probe["arrays"].items():
            if name != "classes":
                assert difference(found[kind]["arrays"][name], flat(values)) <= 1, (kind, name)
    assert found["boundary"]["about"] == sent["boundary"]["meta"]
    assert_same_classes(found["boundary"]["arrays"], sent["boundary"]["arrays"])
    for name, scales in sent["neurons"]["meta"]["scale"].items():
        assert found["neurons"]["about"]["scale"][name] == pytest.approx(scales, rel=1e-4)
    for quantity, counted in spread.items():
        assert_same_spread(found["spread"][quantity], counted)


def assert_same_spread(found: dict[str, Any], sent: dict[str, Any]) -> None:
    """Numbers at the edge of a bin may fall to either side of it, by rounding."""
    assert found["arrays"].keys() == sent["arrays"].keys()
    for name, values in sent["arrays"].items():
        if name.endswith("edges"):
            assert found["arrays"][name] == pytest.approx(values, rel=1e-5, abs=1e-5)
        else:
            assert sum(found["arrays"][name]) == sum(values)
            assert sum(a != b for a, b in zip(found["arrays"][name], values, strict=True)) <= 2
    for layer, about in sent["meta"]["layers"].items():
        assert found["about"]["layers"][layer] == pytest.approx(about, rel=1e-5, abs=1e-6)


def assert_same_classes(found: dict[str, Any], sent: dict[str, Any]) -> None:
    """Of two classes that are equally likely at a point, rounding chooses; there are few such points."""
    if "classes" in sent:
        other = sum(a != b for a, b in zip(found["classes"], flat(sent["classes"]), strict=True))
        assert other <= 2


def test_the_page_computes_what_the_server_sends(page: Page, base_url: str) -> None:
    assert "pinwheel" in datasets.kinds
    page.goto("/docs/stream")
    for name, experiment in NETWORKS.items():
        try:
            assert_same_pictures(page, experiment)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error


FRAME = "document.querySelector('output-map').frame"
MAP = f"[...({FRAME}.arrays['boundary.values'].data)]"
NEURONS = f"Object.fromEntries(Object.entries({FRAME}.arrays).filter(([name]) => name.startsWith('neurons.'))\
.map(([name, {{ data }}]) => [name, [...data]]))"
COMPUTED = "document.querySelector('transport-bar').computed"


def assert_alike(guest: Page, owner: Playground) -> None:
    """After another epoch both show the same pictures."""
    with owner.page.expect_response(re.compile("/step$")) as stepped:
        owner.button("Step one epoch").click()
    step = stepped.value.json()["step"]
    for page in (owner.page, guest):
        wait_until(page, f"{FRAME}?.step === {step}")
    assert difference(guest.evaluate(MAP), owner.page.evaluate(MAP)) <= 1
    ours, theirs = owner.page.evaluate(NEURONS), guest.evaluate(NEURONS)
    assert ours.keys() == theirs.keys()
    assert all(difference(theirs[name], ours[name]) <= 1 for name in ours)


def test_the_pages_of_a_crowd_compute_their_pictures(owner: Playground, visit: Visit, base_url: str) -> None:
    sizes: list[int] = []
    guest = visit("about:blank")
    guest.on("websocket", lambda socket: socket.on("framereceived", lambda data: note(sizes, data)))
    guest.goto(f"/?session={owner.id}")
    wait_until(guest, f"{FRAME} !== null")
    assert not guest.evaluate(COMPUTED)
    with swarm(base_url, [{"session": owner.id, "viewers": CROWD - 2, "watch": {}}]):
        wait_until(guest, COMPUTED)
        assert not owner.page.evaluate(COMPUTED)
        sizes.clear()
        assert_alike(guest, owner)
        assert max(sizes) < 1500
        name = guest.get_by_role("button", name="this page computes the maps itself")
        assert f"{CROWD} watching" in (name.get_attribute("aria-label") or "")
        owner.page.get_by_label("Learning rate", exact=True).fill("0.1")
        owner.page.get_by_label(re.compile("^One unit more in")).first.click()
        wait_until(guest, f"{COMPUTED} && {FRAME}.arrays['neurons.dense_1']?.shape[0] === 5")
        assert_alike(guest, owner)
        records = len(owner.ask("/metrics")["history"])
        wait_until(guest, f"document.querySelector('loss-chart').history.length === {records}")
    wait_until(guest, f"!{COMPUTED}")
    assert_alike(guest, owner)
    assert max(sizes) > 10_000


def note(sizes: list[int], data: Any) -> None:
    """Count a message if it is a frame."""
    if isinstance(data, bytes):
        sizes.append(len(data))


def test_a_relay_shows_the_sessions_of_its_origin(
    owner: Playground, visit: Visit, base_url: str, trouble: Trouble
) -> None:
    trouble.expect("outside: ", "421")
    with running("--relay", base_url) as (_, relay):
        guest = visit(f"{relay}/?session={owner.id}")
        wait_until(guest, f"{FRAME} !== null")
        assert_alike(guest, owner)
        expect(guest.get_by_text("You are watching")).to_be_visible()
        guest.get_by_role("button", name="Ask for control").click()
        guest.keyboard.press("Enter")
        expect(guest.locator("[data-notice=problem]")).to_contain_text(f"go to {base_url}")
        alone = visit(f"{relay}/")
        expect(alone.locator("[data-notice=problem]")).to_contain_text(f"go to {base_url}")
