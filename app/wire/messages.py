"""Messages of WebSockets (RFC 6455), as a server that sends the same bytes to many makes them once."""

from struct import pack

TEXT, BINARY = 1, 2
"""Opcodes."""
FINAL = 0x80
SHORT, MEDIUM = 126, 2**16
"""Payloads shorter than these have their length in 7 and in 16 bits."""


def message(opcode: int, payload: bytes) -> bytes:
    """Return a whole message: one frame, not masked (section 5.2)."""
    length = len(payload)
    if length < SHORT:
        header = pack("!BB", FINAL | opcode, length)
    elif length < MEDIUM:
        header = pack("!BBH", FINAL | opcode, 126, length)
    else:
        header = pack("!BBQ", FINAL | opcode, 127, length)
    return header + payload
