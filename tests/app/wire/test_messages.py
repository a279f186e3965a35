import pytest
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from app.wire.messages import BINARY, TEXT, message


def read(data: bytes) -> Frame:
    """The frame as another implementation reads it; no byte may be left over."""
    stream = StreamReader()
    stream.feed_data(data)
    steps = Frame.parse(stream.read_exact, mask=False, max_size=None)
    with pytest.raises(StopIteration) as end:
        next(steps)
    stream.feed_eof()
    with pytest.raises(StopIteration) as rest:
        next(stream.at_eof())
    assert rest.value.value is True
    return end.value.value


@pytest.mark.parametrize("length", [0, 1, 125, 126, 127, 65535, 65536, 70000])
@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_others_read_the_payload(opcode, length):
    payload = bytes(range(256)) * (length // 256) + b"x" * (length % 256)
    frame = read(message(opcode, payload))
    assert (frame.opcode, bytes(frame.data), frame.fin) == (Opcode(opcode), payload, True)


def test_the_example_of_the_standard():
    assert message(TEXT, b"Hello") == bytes.fromhex("810548656c6c6f")  # RFC 6455, section 5.7
