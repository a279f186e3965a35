import asyncio

import pytest
from starlette.websockets import WebSocketDisconnect

from app.live.outbox import Outbox, Waiting
from app.live.socket import Closing, receive, talk
from app.wire.commands import LARGEST_MESSAGE


class Socket:
    """Notes what is sent, and gives what it was made with."""

    def __init__(self, *messages) -> None:
        self.sent, self.messages = [], list(messages)

    async def receive(self):
        return self.messages.pop(0)

    async def send_text(self, text):
        self.sent.append(text)

    async def send_bytes(self, data):
        self.sent.append(data)


def test_texts_and_frames_are_sent_until_the_session_ends():
    async def scenario():
        socket, outbox = Socket(), Outbox()
        outbox.put_event("event")
        outbox.put_frame(Waiting(1, b"frame", outbox.close))
        with pytest.raises(Closing) as end:
            await talk(socket, outbox)
        return socket.sent, end.value.code

    assert asyncio.run(scenario()) == (["event", b"frame"], 4404)


def test_who_takes_events_too_slowly_is_sent_away():
    outbox = Outbox()
    outbox.overflowed = True
    outbox.close()
    with pytest.raises(Closing) as end:
        asyncio.run(talk(Socket(), outbox))
    assert end.value.code == 1008


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "websocket.receive", "bytes": b"x"}, 1003),
        ({"type": "websocket.receive", "text": "x" * (LARGEST_MESSAGE + 1)}, 1009),
    ],
)
def test_only_short_texts_are_read(message, code):
    with pytest.raises(Closing) as end:
        asyncio.run(receive(Socket(message)))
    assert end.value.code == code


def test_a_viewer_that_goes_is_no_error():
    with pytest.raises(WebSocketDisconnect):
        asyncio.run(receive(Socket({"type": "websocket.disconnect", "code": 1001})))
