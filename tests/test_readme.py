"""The README is true: its programs run, its settings are those of the command, its files and folders exist."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.schemas import EXPERIMENT
from app.settings import Settings
from engine.choices import as_plain
from engine.stopping import stoppings
from engine.training import Training
from engine.weighting import class_weights

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
OWN_DEFAULTS = {"workers": "cores − 1, at least 2", "data": "the platform's folder for a user's data"}
"""What differs from machine to machine, in words."""
SCRIPT, REPLICAS, ACTIVATION = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def run(program: str) -> str:
    """What a program of its own prints; it must end well."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def settings_rows() -> list[str]:
    """The table of settings as it must be."""
    return [settings_row(name, field.default, field.description) for name, field in Settings.model_fields.items()]


def settings_row(name: str, default: object, meaning: str | None) -> str:
    option, variable = "--" + name.replace("_", "-"), f"LIVENET_{name.upper()}"
    return f"| `{option}` | `{variable}` | {shown(name, default)} | {meaning} |"


def shown(name: str, default: object) -> str:
    if name in OWN_DEFAULTS:
        return OWN_DEFAULTS[name]
    if isinstance(default, bool):
        return "yes (`--no-browser`: no)"
    return "none" if default in (None, ()) else str(default)


def test_the_script_trains_over_rest(base_url):
    printed = run(SCRIPT.replace("http://127.0.0.1:8000", base_url))
    assert re.search(r"'accuracy': (0\.9\d*|1\.0)", printed), printed


def test_the_networks_of_the_readme_train_together():
    median, least, largest = (float(loss) for loss in re.findall(r"\d\.\d{3}", run(REPLICAS)))
    assert least <= median <= largest < 1


def test_the_activation_reaches_catalogue_schema_and_training():
    use = """
from app.catalogue import catalogue
from app.schemas import EXPERIMENT
from engine.training import Training
kinds = [kind["kind"] for kind in catalogue()["registries"]["activations"]["kinds"]]
layer = '{"kind": "dense", "units": 4, "activation": {"kind": "absolute"}}'
training = Training(EXPERIMENT.validate_json('{"data": {"dataset": {"kind": "xor"}}, "layers": [' + layer + "]}"))
training.advance(2000)
print(kinds[-1], training.metrics()["train"]["accuracy"], Absolute().derivative([-2.0, 3.0]))
"""
    kind, accuracy, *slopes = run(ACTIVATION + use).split()
    assert kind == "absolute"
    assert float(accuracy) > 0.9
    assert "".join(slopes) == "[-1.1.]"


def test_the_experiment_stops_by_itself_and_weighs_its_examples():
    (document,) = re.findall(r"```json\n(.*?)```", README, re.DOTALL)
    training = Training(EXPERIMENT.validate_json(document))
    assert as_plain(training.experiment)["class_weight"] == {"kind": "balanced"}
    assert len(set(training.evaluation.training_part.weights.ravel())) == 2
    assert all(f"`{kind}`" in README for kind in {*stoppings.kinds, *class_weights.kinds} - {"none"})
    training.advance_epochs(1000)
    assert training.stopped.startswith("The validation loss was best at step")


@pytest.mark.parametrize("row", settings_rows())
def test_every_setting_has_its_row(row):
    assert row in README


def test_the_table_has_no_other_settings():
    assert len(re.findall(r"^\| `--", README, re.MULTILINE)) == len(Settings.model_fields)


@pytest.mark.parametrize("name", sorted(set(re.findall(r"(?:static|engine|app|templates|tests)/[\w/.]*", README))))
def test_every_file_and_folder_that_it_names_exists(name):
    assert (ROOT / name).exists()


def test_each_command_is_complete_on_a_fresh_machine():
    commands = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert [command.split(" && ")[-1] for command in commands] == [".venv/bin/livenet", ".venv/bin/pytest"]
