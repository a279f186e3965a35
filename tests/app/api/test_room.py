import re
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.api.room import qr_code
from tests.app.conftest import Remote
from tests.app.watching import Watcher, watching
from tests.command import start

BEARER = "Authorization"


@contextmanager
def member(client, session, key=None, token=None):
    """Somebody in the room, and their welcome."""
    headers = {BEARER: f"Bearer {key}"} if key else {}
    query = f"?viewer={token}" if token else ""
    with watching(client, session.id, query=query, additional_headers=headers) as watcher:
        yield watcher, watcher.event(lambda event: event["event"] == "welcome")


def control_of(watcher: Watcher):
    return watcher.event(lambda event: event["event"] == "control")["key"]


def close_room(session):
    assert session.ask("PATCH", "/room", json={"open": False}).json()["open"] is False


# Who may watch

SHOWN = {"nothing": {}, "another's token": {"token": "x.y"}, "a wrong key": {"key": "wrong"}}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
def test_a_closed_room_closes_the_stream_of_strangers_with_a_reason(client, session, shown):
    close_room(session)
    headers = {BEARER: f"Bearer {shown['key']}"} if "key" in shown else {}
    query = f"?viewer={shown['token']}" if "token" in shown else ""
    connection = watching(client, session.id, query=query, additional_headers=headers)
    with pytest.raises(ConnectionClosed) as ended, connection as watcher:
        watcher.event(lambda event: False)
    assert ended.value.rcvd.code == 4403
    assert "closed" in ended.value.rcvd.reason


def test_who_is_in_stays_and_comes_back_into_a_closed_room_under_the_same_number(client, session):
    with member(client, session) as (watcher, welcome):
        close_room(session)
        watcher.event(lambda event: event["event"] == "presence" and not event["open"])
        session.post("/step", {"steps": 1})
        watcher.frame(lambda frame: frame.stamp.step == 1)
    with member(client, session, token=welcome["token"]) as (watcher, again):
        assert again == welcome
        watcher.frame()
    assert session.ask("GET", key=welcome["token"]).status_code == 200
    assert session.ask("GET", key=None).status_code == 403


def test_an_owner_and_a_controller_watch_a_closed_room(client, session):
    grant = session.ask("POST", "/room/grants", json={"name": "Script"}).json()
    close_room(session)
    for key, role in ((session.key, "owner"), (grant["key"], "controller")):
        with member(client, session, key=key) as (watcher, welcome):
            assert welcome["role"] == role
            assert watcher.event()["session"]["can_control"] is True


def test_pages_of_others_may_not_watch_with_a_token_either(client, session):
    with member(client, session) as (_, welcome):
        query = f"?viewer={welcome['token']}"
        refused = watching(client, session.id, query=query, origin="http://evil.example")
        with pytest.raises(InvalidStatus, match="403"), refused:
            pass


# Handing control over


def test_control_is_handed_over_and_taken_back(client, session):
    with member(client, session) as (watcher, welcome):
        assert watcher.event()["session"]["can_control"] is False
        answer = session.ask("POST", "/room/grants", json={"viewer": welcome["viewer"], "name": "Ada"})
        assert answer.status_code == 201
        assert answer.json().keys() == {"id", "name", "since", "viewer"}
        key = control_of(watcher)
        played = session.ask("POST", "/play", key=key, json={"steps_per_second": 0.5})
        assert (played.status_code, played.json()["can_control"]) == (200, True)
        assert watcher.event()["session"]["can_control"] is True
        assert session.ask("GET", key=key).json()["can_control"] is True
        assert session.ask("DELETE", f"/room/grants/{answer.json()['id']}").status_code == 204
        assert session.ask("POST", "/pause", key=key).status_code == 403
        assert control_of(watcher) is None
        session.post("/pause")
        assert watcher.event(lambda event: event["event"] == "session")["session"]["can_control"] is False


def test_a_controller_whose_connection_is_lost_controls_on(client, session):
    with member(client, session) as (watcher, welcome):
        session.ask("POST", "/room/grants", json={"viewer": welcome["viewer"]})
        key = control_of(watcher)
    with member(client, session, token=welcome["token"]) as (watcher, again):
        assert (again["viewer"], again["role"]) == (welcome["viewer"], "controller")
        assert watcher.event()["session"]["can_control"] is True
        assert session.ask("POST", "/pause", key=key).status_code == 200


def test_somebody_asks_and_the_owner_learns_of_it(client, session):
    with member(client, session, key=session.key) as (owner, _), member(client, session) as (_, welcome):
        answer = session.ask("POST", "/room/requests", key=welcome["token"], json={"name": " Ada "})
        assert (answer.status_code, answer.json()) == (202, {"viewer": welcome["viewer"], "name": "Ada"})
        request = owner.event(lambda event: event["event"] == "request")
        assert request == {"event": "request", "viewer": welcome["viewer"], "name": "Ada"}
        assert session.ask("POST", "/room/requests", key=welcome["token"]).status_code == 429
        asking = [(each["number"], each["name"]) for each in session.get("/room")["viewers"] if each["asks"]]
        assert asking == [(welcome["viewer"], "Ada")]


def test_a_request_is_declined(client, session):
    with member(client, session) as (guest, welcome):
        session.ask("POST", "/room/requests", key=welcome["token"])
        path = f"/room/requests/{welcome['viewer']}"
        assert session.ask("DELETE", path, key=welcome["token"]).status_code == 403
        assert session.ask("DELETE", path).status_code == 204
        assert guest.event(lambda event: event["event"] == "declined") == {"event": "declined"}
        assert session.ask("DELETE", path).status_code == 409
        assert session.ask("POST", "/play", key=welcome["token"]).status_code == 403


def test_the_room_is_described_to_each_as_far_as_it_concerns_them(client, session):
    with member(client, session, key=session.key), member(client, session) as (_, welcome):
        document = session.get("/room")
        assert [each["role"] for each in document["viewers"]] == ["owner", "viewer"]
        assert document["grants"] == []
        assert (document["open"], document["role"], document["viewer_count"]) == (True, "owner", 2)
        seen = session.ask("GET", "/room", key=welcome["token"]).json()
        link = f"{client.base_url}/?session={session.id}"
        assert seen == {"open": True, "role": "viewer", "viewer_count": 2, "link": link}


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/room/grants", {"name": "x" * 41}, "name"),
        ("POST", "/room/grants", {"name": "a\u202eb"}, "name"),
        ("POST", "/room/grants", {"viewer": "1"}, "viewer"),
        ("POST", "/room/grants", {"viewer": 0}, "viewer"),
        ("POST", "/room/grants", {"viewer": True}, "viewer"),
        ("POST", "/room/grants", {"role": "owner"}, "role"),
        ("PATCH", "/room", {}, "open"),
        ("PATCH", "/room", {"open": 1}, "open"),
        ("PATCH", "/room", {"open": None}, "open"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name_and_changes_nothing(session, method, path, body, field):
    before = session.get("/room")
    answer = session.ask(method, path, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert session.get("/room") == before


def test_a_name_may_have_forty_characters_of_any_script(session):
    name = "Ἀδα 你好 " * 5
    assert session.ask("POST", "/room/grants", json={"name": name}).json()["name"] == name.strip()


def test_nobody_is_handed_control_who_is_not_there(session):
    assert session.ask("POST", "/room/grants", json={"viewer": 12345}).status_code == 404
    assert session.ask("DELETE", "/room/grants/none").status_code == 404


# What outlives the server


@contextmanager
def server(folder: Path):
    """A server whose sessions are in ``folder``; the block ends it without a warning."""
    process, address = start(folder, "--workers", "1")
    try:
        with httpx.Client(base_url=address, timeout=60) as client:
            yield client
    finally:
        process.kill()
        process.communicate()


def test_a_room_is_as_it_was_after_the_server_was_killed(tmp_path):
    with server(tmp_path) as client:
        session = Remote(client, client.post("/api/sessions", json={}).json())
        script, former = (session.ask("POST", "/room/grants", json={"name": "Script"}).json() for _ in range(2))
        with member(client, session), member(client, session) as (watcher, welcome):
            session.ask("POST", "/room/grants", json={"viewer": welcome["viewer"], "name": "Ada"})
            key = control_of(watcher)
            assert session.ask("DELETE", f"/room/grants/{former['id']}").status_code == 204
            close_room(session)
    with server(tmp_path) as client:
        session = Remote(client, session.document)
        room = session.get("/room")
        assert (room["open"], [grant["name"] for grant in room["grants"]]) == (False, ["Script", "Ada"])
        shown = {"script": script["key"], "Ada": key, "former": former["key"], "nobody": None}
        steps = {who: session.ask("POST", "/step", key=shown[who], json={"steps": 1}).status_code for who in shown}
        assert steps == {"script": 200, "Ada": 200, "former": 403, "nobody": 401}
        assert session.ask("GET", key=None).status_code == 403
        with member(client, session, token=welcome["token"]) as (_, again):
            assert again == {**welcome, "role": "controller", "name": "Ada"}


# The QR code


def test_the_code_leads_to_the_page_that_watches(client, session, base_url):
    answer = client.get(f"/api/sessions/{session.id}/qr.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content == qr_code(f"{base_url}/?session={session.id}")


def test_the_code_is_a_symbol_of_the_standard():
    """Three corners, and between them every second module dark."""
    rows = modules(qr_code("http://127.0.0.1:8000/?session=abc").decode())
    size = len(rows)
    assert {len(row) for row in rows} == {size}
    assert (size - 17) % 4 == 0
    corner = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    assert [row[:7] for row in rows[:7]] == [row[-7:] for row in rows[:7]] == [row[:7] for row in rows[-7:]] == corner
    assert rows[6][8 : size - 8] == "".join("10"[i % 2] for i in range(size - 16))  # the timing pattern


def modules(svg: str) -> list[str]:
    """The dark and light modules in the path of horizontal lines that the picture is."""
    size = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    grid = [["0"] * size for _ in range(size)]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([-\d. ]+)", re.search(r'stroke="#000" d="([^"]+)"', svg)[1]):
        values = [float(number) for number in numbers.split()]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        else:
            for _ in range(int(values[0])):
                grid[int(y)][int(x)] = "1"
                x += 1
    border = 4
    return ["".join(row[border:-border]) for row in grid[border:-border]]


def test_the_code_of_a_closed_room_is_for_those_in_it(client, session):
    close_room(session)
    assert httpx.get(f"{client.base_url}/api/sessions/{session.id}/qr.svg").status_code == 403
    assert session.ask("GET", "/qr.svg").status_code == 200
