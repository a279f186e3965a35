from app import VERSION


def test_health_says_the_version(client):
    assert client.get("/api/health").json() == {"status": "ok", "version": VERSION}
