import asyncio
import itertools
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from websockets.asyncio.server import serve

from app.live.origin import Farewell, Origin, Stream, sequence_of
from app.problems import Problem
from app.wire.events import CLOSE_GONE
from app.wire.frames import Stamp, encode_frame


class Answers(BaseHTTPRequestHandler):
    """Answers one call after the other, each when the test lets it."""

    asked: list[tuple[str, str | None, str | None]]
    gate: threading.Semaphore

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Authorization"], self.headers["Cookie"]))
        self.gate.acquire()
        status, text = {"/no": (403, b'{"detail": "Not for you."}'), "/away": (302, b""), "/odd": (400, b"<p>")}.get(
            self.path, (200, str(len(self.asked)).encode())
        )
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:9/")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server():
    handler = type("Handler", (Answers,), {"asked": [], "gate": threading.Semaphore(0)})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def origin_of(server: ThreadingHTTPServer) -> Origin:
    return Origin(f"http://127.0.0.1:{server.server_address[1]}/")


def test_many_who_ask_at_once_cost_two_calls_and_none_gets_an_older_answer(server):
    handler = server.RequestHandlerClass

    async def ask() -> list[bytes]:
        origin = origin_of(server)
        first = asyncio.create_task(origin.get("/one", "token"))
        while not handler.asked:
            await asyncio.sleep(0.01)
        others = [asyncio.create_task(origin.get("/one", "token")) for _ in range(50)]
        await asyncio.sleep(0)
        handler.gate.release(2)
        found = await asyncio.gather(first, *others)
        origin.close()
        return found

    assert asyncio.run(ask()) == [b"1", *[b"2"] * 50]
    assert handler.asked == [("/one", "Bearer token", None)] * 2


@pytest.mark.parametrize(("path", "status", "words"), [("/no", 403, "Not for you."), ("/away", 502, "not answer"),
                                                     ("/odd", 502, "not answer")])  # fmt: skip
def test_refusals_are_passed_on_and_nobody_is_sent_elsewhere(server, path, status, words):
    server.RequestHandlerClass.gate.release()
    origin = origin_of(server)
    with pytest.raises(Problem, match=words) as refused:
        asyncio.run(origin.get(path, ""))
    assert refused.value.status == status
    assert server.RequestHandlerClass.asked == [(path, None, None)]


def test_an_origin_that_is_not_there_does_not_answer():
    with pytest.raises(Problem, match="does not answer") as refused:
        asyncio.run(Origin("http://127.0.0.1:9").get("/", ""))
    assert refused.value.status == 502


def test_the_address_of_a_stream():
    origin = Origin("https://livenet.example.org/")
    assert origin.stream("abc", "") == "wss://livenet.example.org/api/sessions/abc/stream"
    assert origin.stream("abc", "a b") == "wss://livenet.example.org/api/sessions/abc/stream?viewer=a%20b"


def test_the_number_of_a_frame():
    assert sequence_of(encode_frame(Stamp(70_000, 1, 2, 3), {}, {})) == 70_000


def test_a_lost_stream_is_opened_again_until_it_ends_for_good_and_the_log_knows_of_it(caplog):
    visits, heard = itertools.count(), []

    async def show(viewer):
        if next(visits) == 0:
            await viewer.send("first")
            viewer.transport.abort()
        else:
            await viewer.send("second")
            await viewer.close(CLOSE_GONE, "over")

    async def watch():
        async with serve(show, "127.0.0.1", 0) as origin:
            host, port = origin.sockets[0].getsockname()
            stream = Stream(lambda: f"ws://{host}:{port}", list, heard.append)
            return await asyncio.wait_for(stream.follow(), 20), stream.losses

    assert asyncio.run(watch()) == (Farewell(CLOSE_GONE, "over"), 1)
    assert heard == ["first", "second"]
    assert [record.levelname for record in caplog.records if record.name == "app.live.origin"] == ["WARNING"]
