from engine.errors import ExperimentError


def test_an_experiment_error_names_the_field_and_says_why():
    error = ExperimentError("layers.2.units", "0 is too small; it must be at least 1")
    assert error.field == "layers.2.units"
    assert str(error) == "layers.2.units: 0 is too small; it must be at least 1"
