from app import VERSION


def test_health_says_the_version_and_that_workers_and_store_are_well(client):
    document = client.get("/api/health").json()
    assert (document["status"], document["version"], document["store"]) == ("ok", VERSION, "ok")
    assert document["workers"]["wanted"] == 2
