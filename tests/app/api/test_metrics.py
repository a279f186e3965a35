from prometheus_client.parser import text_string_to_metric_families


def test_a_monitor_can_read_the_figures(client):
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    names = {family.name for family in text_string_to_metric_families(answer.text)}
    assert {"livenet_sessions", "livenet_connections", "livenet_frames_sent", "livenet_slice_lateness_seconds"} <= names
