import json

import pytest

from app.live import room as rooms
from app.live.room import MOST_GRANTS, Role, Room
from app.problems import Problem
from engine.blocks import unseal


def entered(room, *credentials):
    return room.enter(credentials, now=1000.0)


def test_an_open_room_lets_everybody_watch_and_nobody_control():
    room = Room()
    assert room.role_of(None) is Role.VIEWER
    assert room.role_of("anything") is Role.VIEWER


def test_a_closed_room_lets_in_who_was_in_and_who_has_a_grant():
    room, other = Room(), Room()
    token = room.token_of(entered(room))
    _, key = room.hand_out(None, "", now=0)
    room.change(is_open=False)
    assert room.role_of(None) is Role.STRANGER
    assert room.role_of("anything") is Role.STRANGER
    assert room.role_of(other.token_of(entered(other))) is Role.STRANGER
    assert room.role_of(token) is Role.VIEWER
    assert room.role_of(key) is Role.CONTROLLER
    room.change(is_open=True)
    assert room.role_of(None) is Role.VIEWER


@pytest.mark.parametrize("spoil", [lambda t: t + "0", lambda t: t[:-1], lambda t: "x" + t, lambda t: t.split(".")[0]])
def test_a_token_must_be_whole(spoil):
    room = Room(is_open=False)
    assert room.role_of(spoil(room.token_of(entered(room)))) is Role.STRANGER


def test_a_token_brings_back_the_same_member_and_anything_else_a_new_one():
    room = Room()
    first = entered(room)
    token = room.token_of(first)
    room.leave(first)
    assert [member.number for member in (entered(room), entered(room, "else"), entered(room, token))] == [2, 3, 1]


def test_members_count_once_however_many_connections_they_have():
    room = Room()
    first, _ = entered(room), entered(room)
    entered(room, room.token_of(first))
    assert room.count == 2
    room.leave(first)
    assert room.count == 2
    room.leave(first)
    assert room.count == 1
    assert [member.number for member in room.present()] == [2]


def test_the_token_alone_does_not_control_even_of_who_holds_a_grant():
    room = Room()
    member = entered(room)
    _, key = room.hand_out(member, "", now=0)
    assert room.role_of(room.token_of(member)) is Role.VIEWER
    assert room.role_of(key) is Role.CONTROLLER
    assert room.holds(member) is not None


def test_a_grant_taken_back_is_worth_nothing_at_once():
    room = Room()
    grant, key = room.hand_out(None, "", now=0)
    assert room.take_back(grant.id) is grant
    assert room.role_of(key) is Role.VIEWER
    with pytest.raises(Problem) as refused:
        room.take_back(grant.id)
    assert refused.value.status == 404


def test_whoever_comes_in_with_a_grants_key_holds_it():
    room = Room()
    grant, key = room.hand_out(None, "Script", now=0)
    member = entered(room, key)
    assert room.holds(member) is grant
    assert entered(room, key) is member


def test_handing_out_again_to_the_same_member_makes_the_former_key_worthless():
    room = Room()
    member = entered(room)
    first, old = room.hand_out(member, "", now=0)
    second, new = room.hand_out(member, "Ada", now=1)
    assert (first.id, second.name, member.name) == (second.id, "Ada", "Ada")
    assert [room.role_of(key) for key in (old, new)] == [Role.VIEWER, Role.CONTROLLER]


def test_there_is_a_limit_to_the_hands_that_control_is_in():
    room = Room()
    member = entered(room)
    room.hand_out(member, "", now=0)
    for _ in range(MOST_GRANTS - 1):
        last, _ = room.hand_out(None, "", now=0)
    with pytest.raises(Problem, match="20 hands") as refused:
        room.hand_out(None, "", now=0)
    assert refused.value.status == 429
    room.hand_out(member, "", now=0)  # another key for one of them is none more
    room.take_back(last.id)
    room.hand_out(None, "", now=0)


def test_requests_are_noted_named_and_answered_by_control():
    room = Room()
    member = entered(room)
    room.ask(member, "Ada", now=0)
    assert (member.asks, member.name) == (True, "Ada")
    room.hand_out(member, "", now=1)
    assert not member.asks
    room.ask(member, "", now=100)  # a page that has lost its key may ask for another
    assert member.asks


def test_a_request_is_declined_once():
    room = Room()
    member = entered(room)
    room.ask(member, "Ada", now=0)
    room.decline(member)
    assert not member.asks
    assert room.holds(member) is None
    with pytest.raises(Problem, match="Viewer 1 does not ask") as refused:
        room.decline(member)
    assert refused.value.status == 409


def test_who_leaves_asks_no_more():
    room = Room()
    member = entered(room)
    room.ask(member, "", now=0)
    room.leave(member)
    assert not entered(room, room.token_of(member)).asks


def test_nobody_asks_too_often_alone_or_together():
    room = Room()
    member = entered(room)
    room.ask(member, "", now=0)
    with pytest.raises(Problem, match="once in 5 seconds") as refused:
        room.ask(member, "", now=4.9)
    assert refused.value.status == 429
    room.ask(member, "", now=5)
    for _ in range(rooms.MOST_REQUESTS - 2):
        room.ask(entered(room), "", now=6)
    late = entered(room)
    with pytest.raises(Problem, match="30 requests in 60 seconds"):
        room.ask(late, "", now=59.9)
    room.ask(late, "", now=60)


def test_a_member_is_found_by_number_and_token_only_while_in():
    room = Room()
    member = entered(room)
    token = room.token_of(member)
    assert room.member(1) is room.member_with(token) is member
    assert room.member_with(None) is room.member_with("else") is None
    room.leave(member)
    assert room.member_with(token) is None
    with pytest.raises(Problem) as refused:
        room.member(1)
    assert refused.value.status == 404


def test_what_is_kept_brings_back_the_room_and_holds_no_key():
    room = Room()
    member, guest = entered(room), entered(room)
    room.ask(member, "Ada", now=0)
    grant, key = room.hand_out(member, "", now=12.5)
    _, other = room.hand_out(None, "Script", now=13.5)
    room.change(is_open=False)
    text = room.to_bytes()
    assert key.encode() not in text
    again = Room.from_bytes(text)
    assert again.to_bytes() == text
    assert [again.role_of(each) for each in (None, key, other)] == [Role.STRANGER, Role.CONTROLLER, Role.CONTROLLER]
    assert again.role_of(room.token_of(guest)) is Role.VIEWER
    assert again.count == 0
    back = entered(again, room.token_of(member))
    assert (back.number, back.name, again.holds(back).id) == (1, "Ada", grant.id)


def test_nothing_kept_is_a_new_room():
    assert Room.from_bytes(b"").is_open


def test_a_room_of_which_something_was_damaged_is_closed():
    room = Room()
    kept = bytearray(room.to_bytes())
    for place in range(0, len(kept), 7):
        kept[place] ^= 1
        assert Room.from_bytes(bytes(kept)).role_of(None) is Role.STRANGER
        kept[place] ^= 1
    assert Room.from_bytes(bytes(kept)).role_of(None) is Role.VIEWER


def test_numbers_of_those_who_were_kept_are_given_to_nobody_else():
    room = Room()
    guest, named = entered(room), entered(room)
    room.ask(named, "Ada", now=0)
    again = Room.from_bytes(room.to_bytes())
    assert entered(again, room.token_of(guest)).number == 3  # of whom nothing was kept
    assert entered(again).number == 4
    assert entered(again, room.token_of(named)).number == 2


def test_the_version_counts_what_is_kept():
    room = Room()
    seen, texts = [room.version], {room.to_bytes()}
    member = entered(room)
    assert room.version == seen[0]
    for change in (
        lambda: room.ask(member, "Ada", now=0),
        lambda: room.hand_out(member, "", now=0),
        lambda: room.change(is_open=False),
        lambda: room.take_back(next(iter(room.grants))),
    ):
        change()
        seen.append(room.version)
        texts.add(room.to_bytes())
    assert len(set(seen)) == len(texts) == 5


def test_those_who_went_are_remembered_up_to_a_number(monkeypatch):
    monkeypatch.setattr(rooms, "MOST_ABSENT", 3)
    room = Room()
    stays = entered(room)
    holder = entered(room)
    room.hand_out(holder, "", now=0)
    room.leave(holder)
    for _ in range(100):
        room.leave(entered(room))
    assert len(room._members) <= 3 + MOST_GRANTS + 2
    assert entered(room, room.token_of(stays)) is stays
    assert entered(room, room.token_of(holder)) is holder
    assert json.loads(unseal(rooms.MAGIC, room.to_bytes()))["members"] == [{"id": holder.id, "number": 2, "name": ""}]
