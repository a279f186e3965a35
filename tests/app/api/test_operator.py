import httpx
import pytest

from app.settings import Settings
from tests.app.watching import watching
from tests.conftest import serving

TOKEN = "an operator's own token"
OPERATOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def operated():
    """Somebody without any key, at a server whose operator has a token."""
    with serving(Settings(workers=1, operator_token=TOKEN)) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer"}, 401),
        ({"Authorization": f"Basic {TOKEN}"}, 401),
        ({"Authorization": "Bearer another"}, 403),
        ({"Authorization": f"Bearer {TOKEN}x"}, 403),
    ],
)
def test_nobody_else_sees_or_ends_sessions(operated, headers, status):
    session = operated.post("/api/sessions").json()
    assert operated.get("/api/operator/sessions", headers=headers).status_code == status
    assert operated.delete(f"/api/operator/sessions/{session['id']}", headers=headers).status_code == status
    assert operated.get(f"/api/sessions/{session['id']}").status_code == 200


def test_a_sessions_key_is_not_the_operators(operated):
    session = operated.post("/api/sessions").json()
    headers = {"Authorization": f"Bearer {session['key']}"}
    assert operated.get("/api/operator/sessions", headers=headers).status_code == 403


def test_the_operator_sees_every_session_and_ends_any(operated):
    session = operated.post("/api/sessions").json()
    with watching(operated, session["id"]) as viewer:
        viewer.event()
        listed = operated.get("/api/operator/sessions", headers=OPERATOR).json()
        (line,) = [each for each in listed if each["id"] == session["id"]]
        assert (line["awake"], line["playing"], line["viewers"]) == (True, False, 1)
        assert operated.delete(f"/api/operator/sessions/{session['id']}", headers=OPERATOR).status_code == 204
        assert "operator" in viewer.event(lambda event: event["event"] == "closed")["reason"]
    assert operated.get(f"/api/sessions/{session['id']}").status_code == 404
    assert operated.delete(f"/api/operator/sessions/{session['id']}", headers=OPERATOR).status_code == 404


def test_without_a_token_in_the_settings_nobody_is_operator(client):
    assert client.get("/api/operator/sessions", headers=OPERATOR).status_code == 403
