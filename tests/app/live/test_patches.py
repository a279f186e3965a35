import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.live.patches import merge, patched
from app.problems import Problem
from app.schemas import EXPERIMENT
from engine.experiment import Experiment, complete

# The examples of RFC 7396, appendix A.
EXAMPLES = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]
WRITTEN = Experiment()
COMPLETE = complete(WRITTEN)


@pytest.mark.parametrize(("target", "patch", "result"), EXAMPLES)
def test_merging_is_that_of_the_standard(target, patch, result):
    assert merge(target, patch) == result


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.recursive(st.integers(), lambda s: st.dictionaries(st.sampled_from("ab"), s))
    )
)
def test_merging_into_nothing_gives_the_patch(patch):
    assert merge({}, patch) == patch


def test_another_kind_leaves_behind_what_it_has_not():
    adam = {"kind": "adam", "learning_rate": 0.1, "beta_1": 0.8}
    assert merge(adam, {"kind": "momentum"}) == {"kind": "momentum", "learning_rate": 0.1}
    assert merge(adam, {"kind": "momentum", "momentum": 0.5})["momentum"] == 0.5
    assert merge(adam, {"beta_1": 0.7})["beta_1"] == 0.7


def test_an_unknown_field_of_the_patch_is_still_refused():
    with pytest.raises(Problem) as refused:
        patched(WRITTEN, COMPLETE, {"optimizer": {"kind": "adam", "beta_3": 1}})
    assert refused.value.errors[0]["field"] == "experiment.optimizer.beta_3"


def test_what_was_left_to_the_task_stays_left_to_it():
    assert patched(WRITTEN, COMPLETE, {"batch_size": 20}) == Experiment(batch_size=20)


def test_what_a_patch_touches_is_chosen_from_then_on():
    after = patched(WRITTEN, COMPLETE, {"data": {"split": {"train": 0.6, "test": 0.4}}})
    assert after.data.split.validation == 0
    again = patched(after, complete(after), {"seed": 1})
    assert again.data.split == after.data.split


def test_null_gives_a_choice_back_to_the_task():
    chosen = EXPERIMENT.validate_json(json.dumps({"loss": {"kind": "hinge"}}))
    assert patched(chosen, complete(chosen), {"loss": None}).loss is None


def test_layers_are_replaced_as_a_whole():
    after = patched(WRITTEN, COMPLETE, {"layers": [{"kind": "dropout"}]})
    assert [layer.kind for layer in after.layers] == ["dropout"]


def test_what_was_left_to_a_dataset_follows_the_next_one():
    iris = EXPERIMENT.validate_json('{"data": {"dataset": {"kind": "iris"}}}')
    after = complete(patched(iris, complete(iris), {"data": {"dataset": {"kind": "reber_grammar"}}}))
    assert (after.data.features, after.data.scaling.kind) == (None, "none")
