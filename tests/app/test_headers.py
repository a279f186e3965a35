import pytest

from app.headers import HEADERS


@pytest.mark.parametrize("path", ["/api/health", "/api/nothing", "/openapi.json", "/static/libraries.css"])
def test_every_response_tells_the_browser_what_to_beware_of(client, path):
    headers = client.get(path).headers
    for name, value in HEADERS:
        assert headers[name.decode()] == value.decode()


def test_pages_keep_their_own_policy(client):
    headers = client.get("/docs").headers
    assert headers.get_list("content-security-policy")[0].startswith("default-src 'self'")
    assert len(headers.get_list("content-security-policy")) == 1
    assert headers["x-content-type-options"] == "nosniff"
