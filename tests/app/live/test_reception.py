import asyncio
import json

import pytest

from app.live.outbox import Outbox
from app.live.reception import Calm, Reception
from app.live.room import Role, Room
from app.problems import Problem


class Viewing:
    """What streams, as far as it concerns control."""

    can_control = False


def enter(reception, *credentials, is_owner=False):
    visit = reception.enter(is_owner, credentials, Outbox())
    visit.viewer = Viewing()
    return visit


def told(visit, event=None):
    """The events that a visitor gets, which are then gone."""
    texts = []
    while (item := visit.outbox.take()) is not None:
        texts.append(json.loads(item))
    return [each for each in texts if event in (None, each["event"])]


def within_a_loop(scenario):
    async def run():
        scenario()

    asyncio.run(run())


def test_everybody_is_welcomed_with_number_token_and_role():
    def scenario():
        reception = Reception()
        owner, viewer = enter(reception, is_owner=True), enter(reception)
        (first,), (second,) = told(owner, "welcome"), told(viewer, "welcome")
        assert (first["viewer"], first["role"]) == (1, "owner")
        assert (second["viewer"], second["role"], second["name"]) == (2, "viewer", "")
        reception.leave(viewer)
        again = told(enter(reception, second["token"]), "welcome")[0]
        assert again == second

    within_a_loop(scenario)


def test_a_closed_room_refuses_strangers_and_nobody_else():
    def scenario():
        reception = Reception()
        token = told(enter(reception), "welcome")[0]["token"]
        _, key = reception.room.hand_out(None, "", now=0)
        reception.change(is_open=False)
        with pytest.raises(Problem, match="closed") as refused:
            enter(reception, "else")
        assert refused.value.status == 403
        assert reception.role_of(enter(reception, token)) is Role.VIEWER
        assert reception.role_of(enter(reception, "cookie of another session", key)) is Role.CONTROLLER
        assert reception.role_of(enter(reception, is_owner=True)) is Role.OWNER

    within_a_loop(scenario)


def test_control_arrives_at_all_pages_of_a_viewer_and_nobody_elses():
    def scenario():
        reception = Reception()
        owner, viewer, other = enter(reception, is_owner=True), enter(reception), enter(reception)
        second_page = enter(reception, told(viewer, "welcome")[0]["token"])
        answer = reception.hand_out(2, "Ada")
        assert "key" not in answer
        assert (answer["viewer"], answer["name"]) == (2, "Ada")
        (control,), (same) = told(viewer, "control"), told(second_page, "control")
        assert reception.room.role_of(control["key"]) is Role.CONTROLLER
        assert same == [control]
        assert viewer.viewer.can_control
        assert second_page.viewer.can_control
        assert told(owner, "control") == told(other, "control") == []
        assert not other.viewer.can_control
        reception.take_back(answer["id"])
        assert told(viewer, "control") == told(second_page, "control") == [{"event": "control", "key": None}]
        assert not viewer.viewer.can_control
        assert reception.role_of(viewer) is Role.VIEWER

    within_a_loop(scenario)


def test_a_key_for_nobody_in_particular_comes_with_the_answer_and_ends_by_an_event():
    def scenario():
        reception = Reception()
        answer = reception.hand_out(None, "Script")
        script = enter(reception, answer["key"])
        assert told(script, "welcome")[0]["role"] == "controller"
        assert reception.document(Role.OWNER)["grants"][0]["viewer"] == 1
        reception.take_back(answer["id"])
        assert told(script, "control") == [{"event": "control", "key": None}]

    within_a_loop(scenario)


def test_owners_and_those_who_are_not_there_are_handed_nothing():
    def scenario():
        reception = Reception()
        enter(reception, is_owner=True)
        gone = enter(reception)
        reception.leave(gone)
        for number, status in ((1, 409), (2, 404), (99, 404)):
            with pytest.raises(Problem) as refused:
                reception.hand_out(number, "")
            assert refused.value.status == status
        assert reception.room.grants == {}

    within_a_loop(scenario)


def test_a_request_reaches_the_owner_only():
    def scenario():
        reception = Reception()
        owner, viewer, other = enter(reception, is_owner=True), enter(reception), enter(reception)
        token = told(viewer, "welcome")[0]["token"]
        reception.ask(token, "Ada")
        assert told(owner, "request") == [{"event": "request", "viewer": 2, "name": "Ada"}]
        assert told(other, "request") == told(viewer, "request") == []
        assert [each["asks"] for each in reception.document(Role.OWNER)["viewers"]] == [False, True, False]
        for stranger in (None, "else", Reception().room.token_of(viewer.member)):
            with pytest.raises(Problem) as refused:
                reception.ask(stranger, "")
            assert refused.value.status == 403

    within_a_loop(scenario)


def test_who_is_declined_is_told_and_nobody_else():
    def scenario():
        reception = Reception()
        owner, viewer, other = enter(reception, is_owner=True), enter(reception), enter(reception)
        reception.ask(told(viewer, "welcome")[0]["token"], "Ada")
        reception.decline(2)
        assert told(viewer, "declined") == [{"event": "declined"}]
        assert told(owner, "declined") == told(other, "declined") == []
        assert not any(each["asks"] for each in reception.document(Role.OWNER)["viewers"])
        for number, status in ((2, 409), (9, 404)):
            with pytest.raises(Problem) as refused:
                reception.decline(number)
            assert refused.value.status == status

    within_a_loop(scenario)


def test_who_controls_learns_who_is_in_and_who_watches_how_many():
    def scenario():
        reception = Reception(Room())
        enter(reception, is_owner=True)
        enter(reception)
        reception.hand_out(2, "Ada")
        document = reception.document(Role.CONTROLLER)
        assert [(each["number"], each["role"], each["name"]) for each in document["viewers"]] == [
            (1, "owner", ""),
            (2, "controller", "Ada"),
        ]
        assert [(each["viewer"], each["name"]) for each in document["grants"]] == [(2, "Ada")]
        assert all("key" not in each for each in document["grants"])
        assert reception.document(Role.VIEWER) == {"open": True, "role": "viewer", "viewer_count": 2}

    within_a_loop(scenario)


def test_presence_is_told_at_once_and_what_follows_together():
    async def scenario():
        reception = Reception()
        first = enter(reception)
        assert [each["viewers"] for each in told(first, "presence")] == [1]
        others = [enter(reception) for _ in range(50)]
        for each in others[1:]:
            reception.leave(each)
        reception.change(is_open=False)
        assert told(first, "presence") == []
        async with asyncio.timeout(10):
            while not (later := told(first, "presence")):
                await asyncio.sleep(0.01)
        assert later == [{"event": "presence", "viewers": 2, "open": False}]

    asyncio.run(scenario())


def test_what_is_calm_acts_at_once_and_then_only_after_its_pauses():
    wishes, acted, pauses = [], [], []
    calm = Calm(lambda: acted.append(len(wishes)), pauses.append)
    for _ in range(5):
        wishes.append(None)
        calm.ask()
    assert acted == [1]
    pauses.pop()()  # the pause is over: what came meanwhile is done once
    assert acted == [1, 5]
    pauses.pop()()  # nothing came meanwhile: nothing is done, and no pause follows
    assert (acted, pauses) == ([1, 5], [])
    calm.ask()
    assert acted == [1, 5, 5]
