"""Clients without a library, who send what no library would."""

import os
import socket
import struct
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 1, 2, 8, 9, 10, 0
KEY = "dGhlIHNhbXBsZSBub25jZQ=="


def connect(base_url: str, seconds: float = 20) -> socket.socket:
    """A connection to a server."""
    address = urlsplit(base_url)
    return socket.create_connection((address.hostname, address.port), timeout=seconds)


def head(base_url: str, line: str = "GET /api/health HTTP/1.1", **headers: str | None) -> bytes:
    """The head of a request; a header that is None is left out."""
    chosen = {"Host": urlsplit(base_url).netloc, **{name.replace("_", "-"): value for name, value in headers.items()}}
    lines = [line, *(f"{name}: {value}" for name, value in chosen.items() if value is not None)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def handshake(base_url: str, session_id: str, **headers: str | None) -> bytes:
    """The head of a request for a session's stream."""
    asked = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": KEY}
    return head(base_url, f"GET /api/sessions/{session_id}/stream HTTP/1.1", **asked | headers)


def read_all(connection: socket.socket) -> bytes:
    """All that comes until the other side has ended the connection."""
    received = b""
    try:
        while chunk := connection.recv(1 << 16):
            received += chunk
    except ConnectionError:
        pass
    return received


def read_until(connection: socket.socket, wanted: bytes) -> bytes:
    """All that comes until ``wanted`` is among it."""
    received = b""
    while wanted not in received:
        chunk = connection.recv(1 << 16)
        assert chunk, received
        received += chunk
    return received


def ask(base_url: str, request: bytes) -> tuple[int, bytes]:
    """The status and the body of the answer to a request that ends its connection."""
    with connect(base_url) as connection:
        connection.sendall(request)
        start, _, body = read_all(connection).partition(b"\r\n\r\n")
    return int(start.split()[1]), body


def open_stream(base_url: str, session_id: str, seconds: float = 20) -> socket.socket:
    """A stream whose handshake is done; what came after it is lost."""
    connection = connect(base_url, seconds)
    connection.sendall(handshake(base_url, session_id))
    received = read_until(connection, b"\r\n\r\n")
    assert b" 101 " in received, received
    return connection


def frame(opcode: int, payload: bytes, *, final: bool = True, reserved: int = 0, masked: bool = True) -> bytes:
    """A frame as a client sends it; RFC 6455, 5.2."""
    start = bytes([final << 7 | reserved << 4 | opcode])
    mask = 0x80 if masked else 0
    if len(payload) < 126:
        length = bytes([mask | len(payload)])
    elif len(payload) < 1 << 16:
        length = struct.pack(">BH", mask | 126, len(payload))
    else:
        length = struct.pack(">BQ", mask | 127, len(payload))
    if not masked:
        return start + length + payload
    key = os.urandom(4)
    return start + length + key + masking(payload, key)


def masking(payload: bytes, key: bytes) -> bytes:
    """The payload under its mask."""
    whole = (key * (len(payload) // 4 + 1))[: len(payload)]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(whole, "big")).to_bytes(len(payload), "big")


def close_code(received: bytes) -> int | None:
    """The code of the close frame among frames that a server has sent; None if there is none."""
    while len(received) >= 2:
        opcode, length, start = received[0] & 15, received[1] & 127, 2
        if length == 126:
            length, start = struct.unpack(">H", received[2:4])[0], 4
        elif length == 127:
            length, start = struct.unpack(">Q", received[2:10])[0], 10
        if opcode == CLOSE:
            return struct.unpack(">H", received[start : start + 2])[0]
        received = received[start + length :]
    return None
