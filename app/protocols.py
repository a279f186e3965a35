"""Protocols: uvicorn's, made patient with the slow for only so long, and deaf to the loud.

uvicorn waits for ever for the rest of a request or a message, counts no streams, and reads as fast as somebody sends.
"""

from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import Any

import h11
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from websockets.http11 import Response
from websockets.server import ServerProtocol

from app.errors import problem_response
from app.guard import Guard, Patience
from app.headers import SecurityHeaders
from app.limits import Bucket
from app.live.fanout import StreamProtocol
from app.problems import MEDIA_TYPE, Problem
from app.wire.events import CLOSE_POLICY, restart_event
from app.wire.messages import TEXT, message

STANDSTILL_SECONDS = 30.0
"""Somebody who takes nothing of an answer for so long has gone."""
CLOSING_SECONDS = 5.0
"""So long a connection that is to be closed may take to send what it still has."""
SLOWEST_UPLOAD = 4096
"""Bytes in a second, on average over ``request_seconds``."""
SLICE = 2048
"""So many bytes of a stream are read before its bucket is asked, so that a flood is noticed before it costs much."""
MESSAGE_BYTES = 1024
"""A long message costs as much as one for each of so many bytes."""
BURST = 3
"""A viewer may at once send the messages of so many seconds."""
MOST_UNSENT = 1024 * 1024
"""Who sends pings and takes nothing is dropped when so many bytes wait: more than a large frame and its neighbours."""


class HttpProtocol(H11Protocol):
    """A connection over which requests come."""

    def __init__(self, *arguments: Any, guard: Guard, **options: Any) -> None:
        """Be watched by ``guard``."""
        super().__init__(*arguments, **options)
        self._guard = guard
        self._requests = self._body_bytes = 0
        self._incomplete, self._unsent, self._closing = Patience(), Patience(), Patience()
        self._is_refused = False

    def connection_made(self, transport: Any) -> None:
        """Count the connection; if it is one too many, its first request is answered with that."""
        super().connection_made(transport)
        problem = self._guard.admit(self, self.client[0] if self.client else "")
        self._incomplete.waited(self._waits_for(), monotonic())
        if problem is not None:
            self._is_refused = True
            self.app = refusal(problem)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection out."""
        super().connection_lost(exc)
        self._guard.leave(self.transport)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        if self.conn.their_state is h11.SEND_BODY:
            self._body_bytes += len(data)
        super().data_received(data)

    def on_response_complete(self) -> None:
        """Wait for the next request."""
        self._requests += 1
        super().on_response_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request with a problem."""
        self._answer(Problem(400, msg))

    def look(self, now: float) -> str | None:
        """Return why the connection is to be given up; None if it is not."""
        seconds = self._guard.settings.request_seconds
        if self._closing.waited(self.transport.is_closing() or None, now) > CLOSING_SECONDS:
            return "the last answer was not taken"
        if self._unsent.waited(self._has_unsent(), now) > STANDSTILL_SECONDS:
            return "an answer was not taken"
        if self._incomplete.waited(self._waits_for(), now) <= seconds:
            return None
        if self.conn.their_state is not h11.IDLE or not self.conn.trailing_data[0]:
            return "a request did not come, or not to its end"
        self._answer(Problem(408, f"A request must be complete within {seconds:g} seconds."))
        return None

    def _waits_for(self) -> object:
        """Return a mark that changes when something comes that should; None if nothing should."""
        if self.flow.read_paused or self.transport.is_closing():
            return None
        if self.conn.their_state is h11.IDLE:
            return self._requests
        if self.conn.their_state is h11.SEND_BODY:
            return self._requests, self._body_bytes // int(SLOWEST_UPLOAD * self._guard.settings.request_seconds + 1)
        return None

    def _has_unsent(self) -> int | None:
        return self.transport.get_write_buffer_size() or None

    def _should_upgrade(self) -> bool:
        return not self._is_refused and super()._should_upgrade()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: the client is answered as if it had not asked for another protocol."""

    def _answer(self, problem: Problem) -> None:
        """Answer without the application, and close the connection."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            text, title = problem.json(), HTTPStatus(problem.status).phrase
            headers = [("content-type", MEDIA_TYPE), ("content-length", str(len(text))), ("connection", "close")]
            response = h11.Response(status_code=problem.status, headers=headers, reason=title.encode())
            for event in (response, h11.Data(data=text), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


class PoliteHandshake(ServerProtocol):
    """The rules of WebSockets, with problems as refusals."""

    def reject(self, status: Any, text: str) -> Response:
        """Return the answer to what is no handshake."""
        response = super().reject(status, Problem(int(status), text.strip()).json().decode())
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = MEDIA_TYPE
        return response


class ViewerProtocol(StreamProtocol):
    """A connection over which somebody watches."""

    def __init__(self, config: Config, *arguments: Any, guard: Guard, **options: Any) -> None:
        """Be watched by ``guard``."""
        super().__init__(config, *arguments, **options)
        self.conn = PoliteHandshake(max_size=config.ws_max_size, logger=self.logger)
        self._guard = guard
        rate = guard.settings.messages_per_second
        self._bucket = Bucket(rate, BURST * rate)
        self._messages = 0
        self._incomplete, self._closing = Patience(), Patience()

    def connection_made(self, transport: Any) -> None:
        """Take over a connection that asked for this protocol."""
        super().connection_made(transport)
        self._guard.hand_over(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the connection out."""
        super().connection_lost(exc)
        self._guard.leave(self.transport)

    def data_received(self, data: bytes) -> None:
        """Read on, a little at a time."""
        for start in range(0, len(data), SLICE):
            if not self.transport.is_closing():
                super().data_received(data[start : start + SLICE])
                self._spend(min(SLICE, len(data) - start) / MESSAGE_BYTES)
                self._look_at_handshake()

    def handle_events(self) -> None:
        """Do what has come, if the viewer may still send so much."""
        self._messages += len(self.conn.events)
        if self._spend(len(self.conn.events)):
            super().handle_events()

    def handle_ping(self) -> None:
        """Answer, unless the answers are not taken."""
        super().handle_ping()
        if self.transport.get_write_buffer_size() > MOST_UNSENT:
            self._guard.give_up(self, "a viewer pings and takes no answers")

    def shutdown(self) -> None:
        """Tell the viewer that the server ends, after what it has still to take, and close the connection (1012)."""
        if self.outbox is not None and not self.close_sent and not self.transport.is_closing():
            self.write(message(TEXT, restart_event().encode()))
        super().shutdown()

    def look(self, now: float) -> str | None:
        """Return why the connection is to be given up; None if it is not."""
        if self._closing.waited(self.transport.is_closing() or None, now) > CLOSING_SECONDS:
            return "a viewer did not take the end of its stream"
        if self._incomplete.waited(self._waits_for(), now) > self._guard.settings.request_seconds:
            return "a message or handshake did not come to its end"
        return None

    def _look_at_handshake(self) -> None:
        """Send the refusal of a handshake that could not even be read, which uvicorn forgets."""
        if self.conn.handshake_exc is not None and not self.transport.is_closing():
            self.transport.write(b"".join(self.conn.data_to_send()))
            self.transport.close()

    def _waits_for(self) -> object:
        """Return a mark that changes when a message is complete; None if none has begun."""
        has_begun = self.frames or self.conn.reader.buffer or not self.handshake_complete
        return self._messages if has_begun and not self.read_paused else None

    def _spend(self, cost: float) -> bool:
        """Count what was sent; end the connection if it was too much."""
        if not self.handshake_complete or not self._bucket.spend(cost, monotonic()):
            return True
        if not self.transport.is_closing():
            self._guard.given_up += 1
            address, _ = self.scope["client"] or ("", 0)  # behind a trusted proxy not the proxy's
            self._guard.floods.spend(address)
            self.conn.fail(CLOSE_POLICY, "too many messages")
            self.handle_parser_exception()
        return False


def refusal(problem: Problem) -> ASGIApp:
    """Return the application that answers with nothing but ``problem``."""
    return SecurityHeaders(problem_response(problem, {"Connection": "close"}))


def protocols(guard: Guard) -> dict[str, Any]:
    """Return uvicorn's options that put ``guard`` over all connections."""
    return {"http": partial(HttpProtocol, guard=guard), "ws": partial(ViewerProtocol, guard=guard)}
