"""Make the README's picture from the running page: ``python -m tests.browser.picture``."""

import json
import shutil
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import sync_playwright

from app.settings import Settings
from tests.browser.playground import wait_until
from tests.conftest import serving

PICTURE = Path(__file__).parents[2] / "static/pictures/playground.png"
TANH = {"kind": "dense", "units": 8, "activation": {"kind": "tanh"}}
TRAINED = "document.querySelector('transport-bar').frame?.epoch > 300"
EXPERIMENT = {
    "data": {
        "dataset": {"kind": "spiral", "noise": 0.1},
        "features": ["x1", "x2", "sin_x1", "sin_x2"],
        "split": {"train": 0.6, "validation": 0.2, "test": 0.2},
    },
    "layers": [TANH, {**TANH, "units": 6}, {**TANH, "units": 4}],
    "optimizer": {"kind": "adam", "learning_rate": 0.01},
}


def main() -> None:
    """Train the spiral until most of it is right, and take the picture while it goes on."""
    with serving(Settings(workers=1)) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), chromium_sandbox=False)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
        page.goto(f"{address}/?experiment={quote(json.dumps(EXPERIMENT))}")
        page.get_by_role("button", name="Play").first.click()
        wait_until(page, TRAINED, seconds=60)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
