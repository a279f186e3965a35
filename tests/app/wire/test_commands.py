import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wire.commands import HIGHEST_RATE, Acknowledge, CommandError, Have, Watch, parse_command, watch_document
from engine.probes import probes

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: (
        st.lists(inside, max_size=4) | st.dictionaries(st.sampled_from(["watch", "rate", "ack", "kind", "x"]), inside)
    ),
)


def test_watching_replaces_the_set_and_fills_in_defaults():
    watch = parse_command('{"watch": {"weights": {}, "boundary": {"resolution": 25}}}')
    assert watch == Watch((probes["boundary"](resolution=25), probes["weights"]()))


def test_the_order_of_names_does_not_matter():
    one, other = ('{"watch": {"weights": {}, "neurons": {}}}', '{"watch": {"neurons": {}, "weights": {}}}')
    assert parse_command(one) == parse_command(other)


def test_nothing_may_be_watched():
    assert parse_command('{"watch": {}}') == Watch(())


def test_a_watch_may_be_rarer_than_usual():
    assert parse_command('{"watch": {}, "rate": 10}') == Watch((), rate=10.0)
    assert parse_command('{"watch": {}}').rate == HIGHEST_RATE


@pytest.mark.parametrize("rate", ["0", "-1", "31", "true", '"10"', "null", "1e999", "[]"])
def test_a_rate_has_bounds(rate):
    with pytest.raises(CommandError):
        parse_command(f'{{"watch": {{}}, "rate": {rate}}}')


def test_a_watch_may_want_few_records():
    assert parse_command('{"watch": {}, "tail": 4}').tail == 4
    assert parse_command('{"watch": {}}').tail is None


@pytest.mark.parametrize("tail", ["-1", "33", "true", '"4"', "0.5", "1e999", "[]"])
def test_a_tail_has_bounds(tail):
    with pytest.raises(CommandError):
        parse_command(f'{{"watch": {{}}, "tail": {tail}}}')


def test_acknowledging():
    assert parse_command('{"ack": 17}') == Acknowledge(17)


@pytest.mark.parametrize("kind", probes.kinds)
def test_a_watch_survives_its_document(kind):
    watch = Watch((probes[kind](),), rate=7.5, tail=4)
    assert parse_command(json.dumps(watch_document(watch))) == watch


@given(st.text() | JSON.map(json.dumps))
def test_anything_else_is_refused_in_few_words(text):
    try:
        parsed = parse_command(text)
    except CommandError as error:
        assert len(str(error)) <= 120  # noqa: PT017 (most examples are refused, some are right)
    else:
        assert isinstance(parsed, Watch | Acknowledge)


def test_who_comes_back_says_what_is_there():
    assert parse_command('{"have": {"records": 412, "step": 8240}}') == Have(412, 8240)


@pytest.mark.parametrize(
    "held",
    [
        '{"records": -1, "step": 0}',
        '{"records": 1}',
        '{"records": true, "step": 1}',
        '{"records": 1, "step": 1.5}',
        '{"records": 1, "step": 2, "more": 3}',
        "412",
    ],
)
def test_what_cannot_be_there_is_refused(held):
    with pytest.raises(CommandError, match="a message must be"):
        parse_command(f'{{"have": {held}}}')
