"""10,000 malformed messages on streams, each on a connection of its own: is every one refused, and does it cost memory?

Some break the rules of WebSockets (RFC 6455), others are texts that are no command.
"""

import json
import random
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

import httpx

from app.wire.commands import LARGEST_MESSAGE, CommandError, parse_command
from tests.app import raw
from tests.hostile.target import Target, target
from tests.options import options

WARMING = 500
"""After so many messages the server has what it needs, and more memory would be a leak."""
Generator = random.Random
COMMANDS = (
    '{"watch": {"boundary": {"resolution": 50, "encoding": "byte"}, "weights": {}}}',
    '{"watch": {"histograms": {}, "neurons": {"resolution": 20}}}',
    '{"ack": 17}',
)
NOT_UTF8 = (b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xc0\xaf", b'{"ack": 1}\xe2\x82')


def reserved_bits(chance: Generator) -> bytes:
    return raw.frame(raw.TEXT, b'{"ack":1}', reserved=chance.randint(1, 7))


def unknown_opcode(chance: Generator) -> bytes:
    return raw.frame(chance.choice([3, 4, 5, 6, 7, 11, 12, 13, 14, 15]), chance.randbytes(chance.randint(0, 60)))


def not_masked(chance: Generator) -> bytes:
    return raw.frame(chance.choice([raw.TEXT, raw.PING]), b'{"ack":1}', masked=False)


def long_control(chance: Generator) -> bytes:
    return raw.frame(chance.choice([raw.PING, raw.PONG, raw.CLOSE]), bytes(chance.randint(126, 4000)))


def fragmented_control(chance: Generator) -> bytes:
    return raw.frame(chance.choice([raw.PING, raw.PONG, raw.CLOSE]), b"", final=False)


def lost_continuation(chance: Generator) -> bytes:
    return raw.frame(raw.CONTINUATION, chance.randbytes(chance.randint(0, 60)), final=chance.random() < 0.5)


def interleaved(chance: Generator) -> bytes:
    return raw.frame(raw.TEXT, b'{"ack":', final=False) + raw.frame(raw.TEXT, b"1}")


def not_utf8(chance: Generator) -> bytes:
    return raw.frame(raw.TEXT, chance.choice(NOT_UTF8))


def too_long(chance: Generator) -> bytes:
    length = chance.choice([LARGEST_MESSAGE + 1, 1 << 20, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1])
    return bytes([0x80 | raw.TEXT, 0xFF]) + struct.pack(">Q", length) + chance.randbytes(4)


def too_long_in_parts(chance: Generator) -> bytes:
    part = raw.frame(raw.CONTINUATION, b" " * 30_000, final=False)
    return raw.frame(raw.TEXT, b"", final=False) + 3 * part


def wrong_close(chance: Generator) -> bytes:
    bodies = [b"\x03", *(struct.pack(">H", code) for code in (0, 999, 1004, 1005, 1006, 5000)), b"\x03\xe8\xff\xff"]
    return raw.frame(raw.CLOSE, chance.choice(bodies))


def binary(chance: Generator) -> bytes:
    return raw.frame(raw.BINARY, chance.randbytes(chance.randint(0, 500)))


def changed_command(chance: Generator) -> bytes:
    """A command with a few characters changed, such that it is none any more."""
    while True:
        text = list(chance.choice(COMMANDS))
        for _ in range(chance.randint(1, 4)):
            text[chance.randrange(len(text))] = chance.choice('{}[]",:0123456789.eE-+ \\\x00\x7féß中😀NaNInfinity')
        try:
            parse_command("".join(text))
        except CommandError:
            return raw.frame(raw.TEXT, "".join(text).encode())


def wrong_document(chance: Generator) -> bytes:
    """JSON, more or less, that is no command."""
    texts = (
        "", "null", "[]", "0", '""', "{}", "NaN", '{"ack": NaN}', '{"ack": -1}', '{"ack": 1e999}',
        '{"ack": 4294967296}',
        '{"ack": true}', '{"ack": 1.5}', '{"ack": 1, "watch": {}}', '{"watch": null}', '{"watch": {"nothing": {}}}',
        '{"watch": {"boundary": []}}', '{"watch": {"boundary": {"resolution": 1e9}}}', '{"__proto__": {}}',
        '{"watch": {"boundary": {"kind": "weights"}}}', '{"watch": {"boundary": {"resolution": -1}}}',
        "[" * 20_000, '{"watch":' * 5_000, '{"ack": ' + "9" * 5_000 + "}", '"\\ud800"', '{"ack": 1} {"ack": 1}',
    )  # fmt: skip
    return raw.frame(raw.TEXT, chance.choice(texts).encode())


KINDS: tuple[Callable[[Generator], bytes], ...] = (
    reserved_bits, unknown_opcode, not_masked, long_control, fragmented_control, lost_continuation, interleaved,
    not_utf8, too_long, too_long_in_parts, wrong_close, binary, changed_command, wrong_document,
)  # fmt: skip
"""Ways to make a message that is to be refused."""
REFUSALS = {1002, 1003, 1007, 1008, 1009}
"""Close codes (RFC 6455, 7.4.1) that blame the client."""


class Figures(NamedTuple):
    """What was measured."""

    messages: int
    codes: dict[str, dict[int | None, int]]
    """How often each kind was answered with each close code; None if with none."""
    accepted: list[str]
    """What was not refused."""
    memory: tuple[float, float]
    """Megabytes after the first messages, see :func:`warming`, and at the end."""
    logged: int
    tracebacks: int


def malformed(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Messages in turn of each kind, with the kind's name."""
    chance = Generator(seed)
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        yield kind.__name__.replace("_", " "), kind(chance)


def answer_to(address: str, session: str, message: bytes) -> int | None:
    """The close code with which a stream answers to a message; None if it just ends."""
    with raw.connect(address) as connection:
        connection.sendall(raw.handshake(address, session))
        received = raw.read_until(connection, b"\r\n\r\n").partition(b"\r\n\r\n")[2]
        with suppress(ConnectionError):  # it may have been refused before it was all sent
            connection.sendall(message)
            while raw.close_code(received) is None and (chunk := connection.recv(1 << 16)):
                received += chunk
    return raw.close_code(received)


def warming(count: int) -> int:
    """After how many of so many messages memory is looked at for the first time."""
    return min(WARMING, count // 2)


def send_all(server: Target, count: int, seed: int) -> Figures:
    """Send so many malformed messages to a server."""
    session = httpx.post(f"{server.address}/api/sessions").json()["id"]
    codes: dict[str, Counter[int | None]] = {}
    accepted, before = [], 0.0
    for number, (kind, message) in enumerate(malformed(count, seed)):
        if number == warming(count):
            before = server.memory().total
        try:
            code = answer_to(server.address, session, message)
        except TimeoutError:
            accepted.append(f"{kind}: {message[:80]!r}")
            continue
        codes.setdefault(kind, Counter())[code] += 1
        if code not in REFUSALS:
            accepted.append(f"{kind}: {message[:80]!r}: {code}")
    found = {kind: dict(counted) for kind, counted in codes.items()}
    memory = before, server.memory().total
    assert httpx.get(f"{server.address}/api/sessions/{session}").status_code == 200
    return Figures(count, found, accepted, memory, len(server.events()), server.tracebacks())


def run(count: int, seed: int) -> Figures:
    """Attack a server of this checkout, whose limits of calls would only make the attack last longer."""
    with target("--calls-per-second", "1e6") as server:
        return send_all(server, count, seed)


def main() -> None:
    """Print the figures."""
    chosen = options(__doc__, count=10_000, seed=0)
    figures = run(chosen.count, chosen.seed)
    print(f"malformed messages: {figures.messages}, accepted: {len(figures.accepted)}")
    for line in figures.accepted[:20]:
        print(f"  {line}")
    for kind, codes in figures.codes.items():
        print(f"  {kind}: {json.dumps({str(code): count for code, count in codes.items()})}")
    print(
        f"memory: {figures.memory[0]:.1f} MB after {warming(figures.messages)}, {figures.memory[1]:.1f} MB at the end"
    )
    print(f"lines in the log: {figures.logged}, tracebacks: {figures.tracebacks}")


if __name__ == "__main__":
    main()
