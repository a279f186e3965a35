import json

from prometheus_client.parser import text_string_to_metric_families

from app.live.hub import Hub
from app.live.load import Load
from app.metrics import figures_text, lateness
from app.settings import Settings
from tests.app.live.test_homes import play, until


def test_the_figures_are_those_of_the_hub(tmp_path):
    async def scenario():
        hub = Hub(Settings(workers=1, data=tmp_path))
        await hub.start()
        try:
            entry, _, _ = await hub.homes.create(b"")
            await hub.homes.call(entry, "step", json.dumps({"steps": 300}).encode())
            await until(lambda: hub.homes.pool.load.steps == 300)
            hub.fanout.tally.sent, hub.fanout.tally.skipped = 7, 3
            text = figures_text(hub, None).decode()
        finally:
            await hub.stop()
        found = {sample.name: sample.value for each in text_string_to_metric_families(text) for sample in each.samples}
        assert {name: found[f"livenet_{name}"] for name in ("sessions", "viewers", "workers", "store_ok")} == {
            "sessions": 1, "viewers": 0, "workers": 1, "store_ok": 1,
        }  # fmt: skip
        assert found["livenet_frames_sent_total"] == 7
        assert found["livenet_frames_skipped_total"] == 3
        assert found["livenet_steps_total"] == 300
        assert found["livenet_worker_restarts_total"] == 0
        assert found["livenet_slice_lateness_seconds_count"] >= 1

    play(scenario)


def test_lateness_is_a_histogram():
    load = Load()
    for late in (0.0, 0.002, 0.02, 7.0):
        load.count(1, late)
    counts = {sample.labels["le"]: sample.value for sample in lateness(load).samples if "le" in sample.labels}
    assert counts == {"0.001": 1, "0.003": 2, "0.01": 2, "0.03": 3, "0.1": 3, "0.3": 3, "1.0": 3, "+Inf": 4}
    assert [sample.value for sample in lateness(load).samples[-2:]] == [4, 7.022]
