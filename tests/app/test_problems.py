import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.problems import LONGEST_NAME, LONGEST_TEXT, MOST_ERRORS, Problem, from_validation_error, invalid, shorten
from app.schemas import EXPERIMENT, parse
from engine.experiment import Experiment


def refusal(text: str) -> Problem:
    with pytest.raises(Problem) as refused:
        parse(EXPERIMENT, text.encode(), "experiment")
    return refused.value


@pytest.mark.parametrize(
    ("text", "field", "message"),
    [
        ('{"optimizer":{"kind":"adam","learning_rate":1e999}}', "optimizer.learning_rate", "finite"),
        ('{"optimizer":{"kind":"momentum","momentum":2}}', "optimizer.momentum", "less than 1"),
        ('{"layers":[{"kind":"dense","units":0}]}', "layers.0.units", "at least 1"),
        (
            '{"layers":[{"kind":"dense","activation":{"kind":"leaky_relu","slope":"x"}}]}',
            "layers.0.activation.slope",
            "number",
        ),
        ('{"layers":[{"kind":"activation","activation":{"kind":"nothing"}}]}', "layers.0.activation", "'relu'"),
        ('{"optimizer":{}}', "optimizer", "kind is missing"),
        ('{"data":{"dataset":{"kind":"xor","noise":true}}}', "data.dataset.noise", "number"),
        ('{"colour":1}', "colour", "no such field"),
        ('{"seed":1.5}', "seed", "whole number"),
        ('{"output":{"activation":{"kind":"step","kind_":1}}}', "output.activation.kind_", "no such field"),
    ],
)
def test_a_refusal_names_the_field_as_it_stands_in_the_document(text, field, message):
    problem = refusal(text)
    assert problem.status == 422
    assert [error["field"] for error in problem.errors] == [f"experiment.{field}"]
    assert message in problem.errors[0]["message"]


@pytest.mark.parametrize("secret", ["Zq7Zq7", "<script>", "\u202e"])
def test_values_are_not_repeated(secret):
    for text in (
        json.dumps({"optimizer": {"kind": secret}}),
        json.dumps({"seed": secret}),
        json.dumps({"dtype": secret}),
        json.dumps({"layers": [{"kind": "dense", "activation": {"kind": "elu", "alpha": secret}}]}),
        json.dumps({"data": {"dataset": {"kind": "inline", "task": secret}}}),
    ):
        assert secret not in refusal(text).json().decode()


def test_names_and_texts_are_cut_short_and_made_readable():
    problem = refusal(json.dumps({"q" * 1000 + "\n": 1}))
    assert len(problem.errors[0]["field"]) <= LONGEST_NAME + len("experiment.")
    assert len(Problem(404, "x" * 5000).detail) == LONGEST_TEXT
    assert shorten("a\nb\x00", 9) == "a\ufffdb\ufffd"


def test_not_all_of_very_many_errors_are_listed():
    problem = invalid([{"field": f"inputs.{number}", "message": "wrong"} for number in range(1000)])
    assert len(problem.errors) == MOST_ERRORS
    assert "999 more" in problem.detail


def test_the_document_is_that_of_the_standard():
    document = json.loads(Problem(409, "Not now.").json())
    assert document == {"type": "about:blank", "title": "Conflict", "status": 409, "detail": "Not now."}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
)
FIELDS = st.sampled_from(sorted(EXPERIMENT.dump_python(Experiment(), mode="json")))


@given(st.dictionaries(FIELDS, JSON | st.builds(lambda value: {"kind": value}, JSON), min_size=1))
def test_whatever_is_wrong_has_a_problem(document):
    try:
        EXPERIMENT.validate_json(json.dumps(document))
    except ValidationError as error:
        problem = from_validation_error(error, document)
        assert problem.errors
        assert all(entry["field"].split(".")[0] in document for entry in problem.errors if entry["field"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"layers":[{"kind":"dense","units":0}]}', "0 is too small; it must be at least 1"),
        ('{"layers":[{"kind":"dense","units":1000000000}]}', "1000000000 is too large; it must be at most 256"),
        ('{"optimizer":{"kind":"adam","learning_rate":-0.5}}', "-0.5 is too small; it must be greater than 0"),
        ('{"optimizer":{"kind":"adam","beta_1":1}}', "1 is too large; it must be less than 1"),
        ('{"batch_size":2.5}', "2.5 is no whole number"),
        ('{"batch_size":"2.5"}', "this is no whole number"),
        ('{"seed":1' + 90 * "0" + "}", "1" + 58 * "0" + "… is too large; it must be at most 4294967295"),
    ],
)
def test_a_number_is_named_with_what_is_allowed(text, message):
    assert refusal(text).errors[0]["message"] == message
