import pytest

from app.live.phases import REASONS, TRANSITIONS, Phase, after
from app.problems import Problem

ACTIONS = sorted({action for actions in TRANSITIONS.values() for action in actions})


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_in_the_table_or_forbidden_with_a_reason(phase, action):
    if action in TRANSITIONS[phase]:
        assert after(phase, action) is TRANSITIONS[phase][action]
    else:
        with pytest.raises(Problem, match=r"\.$") as refused:
            after(phase, action)
        assert (refused.value.status, refused.value.detail) == (409, REASONS[phase])


def test_clients_see_four_phases():
    assert {phase.word for phase in Phase} == {"paused", "playing", "diverged", "finished"}


@pytest.mark.parametrize("phase", Phase)
def test_settings_may_always_be_changed_and_a_session_may_always_be_reset(phase):
    assert {"adopt", "restart", "reset", "pause"} <= TRANSITIONS[phase].keys()


def test_only_a_reset_a_rewind_or_a_new_setting_leads_out_of_a_divergence():
    leaving = {action for action, phase in TRANSITIONS[Phase.DIVERGED].items() if phase is not Phase.DIVERGED}
    assert leaving == {"rewind", "reset", "adopt", "restart"}


def test_only_a_reset_or_a_new_setting_leads_out_of_the_end():
    leaving = {action for action, phase in TRANSITIONS[Phase.FINISHED].items() if phase is not Phase.FINISHED}
    assert leaving == {"reset", "adopt", "restart"}


@pytest.mark.parametrize(("action", "end"), [("diverge", Phase.DIVERGED), ("stop", Phase.FINISHED)])
@pytest.mark.parametrize("phase", [phase for phase in Phase if phase.trains])
def test_only_what_trains_can_diverge_or_be_stopped(phase, action, end):
    assert TRANSITIONS[phase][action] is end
    assert not any(action in TRANSITIONS[other] for other in Phase if not other.trains)
