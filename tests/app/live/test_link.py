import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.link import LARGEST_HEADER, LARGEST_PAYLOAD, LENGTHS, Inbox, Message, pack_message

HEADERS = st.dictionaries(st.text(max_size=5), st.text(max_size=5) | st.integers(), max_size=3)
MESSAGES = st.lists(st.builds(Message, HEADERS, st.binary(max_size=200)), max_size=6)


@given(MESSAGES, st.integers(1, 64))
def test_messages_arrive_whole_however_the_bytes_are_cut(messages, size):
    data = b"".join(pack_message(*message) for message in messages)
    inbox = Inbox()
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    assert [message for piece in pieces for message in inbox.feed(piece)] == messages


@pytest.mark.parametrize("lengths", [(LARGEST_HEADER + 1, 0), (2, LARGEST_PAYLOAD + 1)])
def test_a_message_that_is_too_large_is_refused_before_it_comes(lengths):
    inbox = Inbox()
    with pytest.raises(ConnectionError, match="larger than any may be"):
        list(inbox.feed(LENGTHS.pack(*lengths)))
