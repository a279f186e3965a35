"""The tables, held to what scikit-learn itself says of them."""

import subprocess
import sys

import numpy as np
import pytest
import sklearn.datasets
from numpy.testing import assert_allclose, assert_array_equal

from engine.data import Data, prepare
from engine.datasets import datasets
from engine.datasets.tables import Table, load
from engine.streams import stream

TABLES = [kind for kind in datasets if issubclass(kind, Table)]
tables = pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.kind)


def bunch(kind: type[Table]):
    measured = {"scaled": False} if kind.kind == "diabetes" else {}
    return getattr(sklearn.datasets, f"load_{kind.kind}")(**measured)


@tables
def test_columns_and_classes_have_the_names_of_scikit_learn(kind: type[Table]):
    original = bunch(kind)
    assert kind.input_names == tuple(original.feature_names)
    if kind.task != "regression":
        assert kind.class_names == tuple(str(name) for name in original.target_names)


@tables
def test_all_rows_are_there_once_with_their_targets(kind: type[Table]):
    original = bunch(kind)
    inputs, targets = kind().sample(stream(7, "data"))
    drawn, known = np.column_stack((inputs, targets)), np.column_stack((original.data, original.target))
    assert_array_equal(drawn[np.lexsort(drawn.T)], known[np.lexsort(known.T)])
    assert not np.array_equal(drawn, known)


@tables
def test_a_sample_may_be_written_to_without_harm(kind: type[Table]):
    kind().sample(stream(7, "data")).inputs[:] = 0
    assert load(kind.kind)[0].any()


@pytest.mark.parametrize("kind", ["iris", "wine", "breast_cancer", "diabetes"])
def test_a_table_is_standardized_unless_asked_otherwise(kind: str):
    matrix = prepare(Data(datasets[kind]()), 7).matrix("train")
    assert_allclose(matrix.mean(axis=1), 0, atol=1e-9)
    assert_allclose(matrix.std(axis=1), 1)


def test_pixels_are_divided_by_sixteen_all_alike():
    data = prepare(Data(datasets["digits"]()), 7)
    assert data.shape == (8, 8, 1)
    assert_allclose(data.matrix("test"), data.inputs[data.indices["test"]].T / 16)


def test_the_progression_is_learned_standardized_and_answered_in_its_unit():
    data = prepare(Data(datasets["diabetes"]()), 7)
    assert_allclose((data.labels("train").mean(), data.labels("train").std()), (0, 1), atol=1e-12)
    assert_allclose(data.in_units(data.labels("test")), data.targets[data.indices["test"]])
    assert (data.targets.min(), data.targets.max()) == (25, 346)


def test_only_the_files_of_the_library_are_used():
    kinds = [kind.kind for kind in TABLES]
    code = f"""import sys; from engine.datasets.tables import load; list(map(load, {kinds}))
sys.exit("sklearn" in sys.modules)"""
    subprocess.run([sys.executable, "-c", code], check=True)
