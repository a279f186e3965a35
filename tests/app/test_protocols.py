import asyncio
import json
import socket
import time
from contextlib import ExitStack

import httpx
import pytest
import uvicorn

from app.guard import Guard
from app.limits import MOST_FLOODS, flood_budgets
from app.protocols import BURST, CLOSING_SECONDS, MOST_UNSENT, STANDSTILL_SECONDS, protocols
from app.settings import Settings
from app.wire.commands import LARGEST_MESSAGE
from tests.app import raw
from tests.conftest import serving

PATIENT = 0.6
"""Seconds after which the impatient server gives up."""
LATE = 7
"""Seconds after which it has given up on a busy machine, too; others wait for eight."""


@pytest.fixture(scope="module")
def impatient():
    """The address of a server that waits for very little."""
    with serving(Settings(workers=1, request_seconds=PATIENT, messages_per_second=50)) as address:
        yield address


@pytest.fixture(scope="module")
def watched(impatient):
    """A session there."""
    return httpx.post(f"{impatient}/api/sessions").json()["id"]


def ends(open_connection, beginnings) -> list[bytes]:
    """What the server says to each of several that say no more than their beginning, until it ends their connections.

    All wait at the same time.
    """
    with ExitStack() as stack:
        opened = [stack.enter_context(open_connection()) for _ in beginnings]
        start = time.monotonic()
        for connection, begun in zip(opened, beginnings, strict=True):
            connection.sendall(begun)
        received = [raw.read_all(connection) for connection in opened]
        assert time.monotonic() - start < LATE
    return received


def test_what_is_no_whole_request_is_answered_408_in_time(impatient):
    beginnings = (
        b"GET", b"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-", b"GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n",
    )  # fmt: skip
    for received in ends(lambda: raw.connect(impatient), beginnings):
        assert received.startswith(b"HTTP/1.1 408 ")
        assert json.loads(received.partition(b"\r\n\r\n")[2])["status"] == 408


def test_a_connection_over_which_nothing_comes_or_no_body_is_closed(impatient):
    head = raw.head(impatient, "POST /api/sessions HTTP/1.1", Content_Length="100")
    assert ends(lambda: raw.connect(impatient), [b"", head, head + b"{"]) == [b"", b"", b""]


def test_a_head_that_trickles_is_given_up_though_something_comes_all_the_time(impatient):
    with raw.connect(impatient) as connection:
        start = time.monotonic()
        received = b""
        connection.sendall(b"GET /api/health HTTP/1.1\r\n")
        connection.settimeout(0.1)
        while not received:
            assert time.monotonic() - start < LATE
            try:
                connection.sendall(b"X-A: b\r\n")
                received = connection.recv(1000)
            except TimeoutError:
                continue
    assert received.startswith(b"HTTP/1.1 408 ")


def test_so_is_the_second_request_of_a_connection(impatient):
    with raw.connect(impatient) as connection:
        connection.sendall(raw.head(impatient))
        assert b'"status"' in connection.recv(1 << 16)
        connection.sendall(b"GET /api")
        assert raw.read_all(connection).startswith(b"HTTP/1.1 408 ")


def test_a_large_body_may_take_longer_if_it_comes_steadily(impatient):
    text = b"{}".ljust(80_000)
    with raw.connect(impatient) as connection:
        connection.sendall(raw.head(impatient, "POST /api/sessions HTTP/1.1", Content_Length=str(len(text))))
        start = time.monotonic()
        for position in range(0, len(text), 4000):
            connection.sendall(text[position : position + 4000])
            time.sleep(0.1)  # the sender's own pace is what is tested
        assert time.monotonic() - start > 3 * PATIENT
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 201 ")


def test_a_client_that_goes_away_within_its_request_leaves_no_traceback(impatient, caplog):
    with raw.connect(impatient) as connection:
        connection.sendall(raw.head(impatient, "POST /api/sessions HTTP/1.1", Content_Length="100") + b"{")
    assert httpx.get(f"{impatient}/api/health").status_code == 200
    assert httpx.post(f"{impatient}/api/sessions").status_code == 201
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: here\r\nContent-Length: two\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    ],
)
def test_what_is_no_request_is_a_problem_too(impatient, request_bytes):
    status, body = raw.ask(impatient, request_bytes)
    assert status == 400
    assert json.loads(body)["title"] == "Bad Request"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec_WebSocket_Key": None}, 400),
        ({"Sec_WebSocket_Key": "short"}, 400),
        ({"Sec_WebSocket_Version": "7"}, 400),
        ({"X_Long": "x" * 9000}, 431),
        ({f"X_{number}": "x" for number in range(200)}, 431),
    ],
)
def test_a_handshake_that_is_none_is_a_problem_too(impatient, watched, headers, status):
    found, body = raw.ask(impatient, raw.handshake(impatient, watched, **headers))
    assert found == status
    assert json.loads(body)["status"] == status


def test_texts_that_come_too_fast_end_the_stream(impatient, watched):
    with raw.open_stream(impatient, watched) as connection:
        connection.sendall(raw.frame(raw.TEXT, b'{"ack": 0}') * 50 * (BURST + 2))
        assert raw.close_code(raw.read_all(connection)) == 1008


def test_the_burst_of_a_lively_page_is_no_flood(impatient, watched):
    with raw.open_stream(impatient, watched) as connection:
        connection.sendall(raw.frame(raw.TEXT, b'{"ack": 0}') * 50 * (BURST - 1))
        connection.sendall(raw.frame(raw.PING, b"still there?"))
        received = raw.read_until(connection, b"\x8a\x0cstill there?")
        assert raw.close_code(received) is None


@pytest.mark.parametrize("opcode", [raw.PING, raw.PONG])
def test_pings_that_come_too_fast_end_the_stream(impatient, watched, opcode):
    with raw.open_stream(impatient, watched) as connection:
        try:
            for _ in range(100):
                connection.sendall(raw.frame(opcode, b"x" * 100) * 100)
        except ConnectionError:
            return
        received = raw.read_all(connection)
    assert raw.close_code(received) == 1008
    assert len(received) < MOST_UNSENT


def test_a_message_that_does_not_end_ends_the_stream(impatient, watched):
    half_a_frame = raw.frame(raw.TEXT, b"x" * 1000)[:500]
    half_a_message = raw.frame(raw.TEXT, b"{", final=False)
    empty_parts = half_a_message + raw.frame(raw.CONTINUATION, b"", final=False) * 40
    beginnings = [half_a_frame, half_a_message, empty_parts, b"\x81"]
    assert len(ends(lambda: raw.open_stream(impatient, watched), beginnings)) == len(beginnings)


def test_a_viewer_who_says_nothing_may_stay(impatient, watched):
    with raw.open_stream(impatient, watched) as connection:
        time.sleep(PATIENT + 2)  # longer than anything incomplete may take
        connection.sendall(raw.frame(raw.PING, b"still there?"))
        raw.read_until(connection, b"\x8a\x0cstill there?")


def test_the_largest_message_is_read(impatient, watched):
    with raw.open_stream(impatient, watched) as connection:
        connection.sendall(raw.frame(raw.TEXT, b'{"ack": 0}'.ljust(LARGEST_MESSAGE)))
        connection.sendall(raw.frame(raw.PING, b"still there?"))
        received = raw.read_until(connection, b"\x8a\x0cstill there?")
        assert raw.close_code(received) is None


def test_a_connection_too_many_is_told_so_whatever_it_asks_for():
    settings = Settings(workers=1, max_connections_per_address=2)
    with serving(settings) as address, raw.connect(address), raw.connect(address):
        for request in (raw.head(address), raw.handshake(address, "nobody")):
            status, body = raw.ask(address, request)
            assert status == 429
            assert "2 connections" in json.loads(body)["detail"]


async def send_much(scope, receive, send) -> None:
    """An application with more to say than the system keeps for anybody."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": bytes(50_000_000)})
        await send({"type": "websocket.close"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"50000000")]})
        await send({"type": "http.response.body", "body": bytes(50_000_000), "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass


@pytest.mark.parametrize(
    ("request_bytes", "reason"),
    [(raw.head("http://here"), "an answer was not taken"), (raw.handshake("http://here", "any"), None)],
    ids=["request", "stream, which outboxes look after"],
)
def test_who_takes_nothing_of_an_answer_is_given_up(request_bytes, reason):
    async def scenario():
        guard = Guard(Settings(), 100, flood_budgets())
        config = uvicorn.Config(send_much, lifespan="off", log_level="warning", interface="asgi3", **protocols(guard))
        server, listener = uvicorn.Server(config), socket.create_server(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve([listener]))
        _, writer = await asyncio.open_connection(*listener.getsockname(), limit=10)
        writer.write(request_bytes)
        async with asyncio.timeout(20):
            while not (
                found := [each for each in guard._connections.values() if each.transport.get_write_buffer_size() > 1000]
            ):
                await asyncio.sleep(0.01)
        (connection,) = found
        now = time.monotonic()
        assert connection.look(now) is None
        assert connection.look(now + STANDSTILL_SECONDS - 1) is None
        assert connection.look(now + STANDSTILL_SECONDS + 1) == reason
        connection.transport.close()
        assert connection.look(now) is None
        assert "take" in connection.look(now + 1 + CLOSING_SECONDS)
        writer.close()
        server.force_exit = server.should_exit = True
        await serving

    asyncio.run(scenario())


def test_who_floods_again_and_again_opens_no_more_streams_and_others_do():
    settings = Settings(workers=1, messages_per_second=1, trusted_proxies="127.0.0.1")
    with serving(settings) as address:
        session = httpx.post(f"{address}/api/sessions").json()["id"]

        def answer(client: str) -> bytes:
            with raw.connect(address) as connection:
                connection.sendall(raw.handshake(address, session, X_Forwarded_For=client))
                head = raw.read_until(connection, b"\r\n\r\n")
                if b" 101 " in head:
                    connection.sendall(raw.frame(raw.PING, b"") * 10)
                return head + raw.read_all(connection)

        for _ in range(MOST_FLOODS):
            assert raw.close_code(answer("10.0.0.1").split(b"\r\n\r\n")[1]) is not None
        while b" 101 " in (refused := answer("10.0.0.1")):  # on a slow machine it may flood once more
            pass
        assert b" 429 " in refused
        assert b"too many messages" in refused
        assert b" 101 " in answer("10.0.0.2")
        assert httpx.get(f"{address}/api/health", headers={"X-Forwarded-For": "10.0.0.1"}).status_code == 200
