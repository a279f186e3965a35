"""How smoothly the page draws while an 8×6 network trains and 30 data frames a second arrive.

Starts the real server, opens the page in the machine's Chromium, lets it train, and asks the browser: how long scripts,
styles and layout took per screen frame, how evenly the screen frames came, how many were dropped. Run it on an
otherwise idle machine: ``python -m tests.benchmarks.page_frames [--seconds 10]``.
"""

import argparse
import itertools
import json
import os
import shutil
import statistics
from subprocess import DEVNULL
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from tests.command import running

EXPERIMENT = (
    "#activation=tanh&batchSize=10&dataset=spiral&learningRate=0.03&noise=0&problem=classification"
    "&networkShape=8,8,8,8,8,8&x=true&y=true&xSquared=true&ySquared=true&xTimesY=true&sinX=true&sinY=true"
)
BUDGET = 1000 / 60  # milliseconds of a screen frame
CLOCKS = ("ScriptDuration", "RecalcStyleDuration", "LayoutDuration", "TaskDuration")
COUNT_MESSAGES = """
window.received = 0;
window.WebSocket = class extends WebSocket {
  constructor(...settings) {
    super(...settings);
    this.addEventListener("message", ({ data }) => { if (typeof data !== "string") window.received++; });
  }
};
"""
COLLECT = """async (seconds) => {
  const before = window.received;
  const stamps = [];
  await new Promise((done) => {
    const next = (now) => {
      stamps.push(now);
      if (now - stamps[0] < 1000 * seconds) requestAnimationFrame(next); else done();
    };
    requestAnimationFrame(next);
  });
  return { stamps, received: window.received - before };
}"""


def browser_times(session: CDPSession) -> dict[str, float]:
    """Processor seconds of the page's main thread by the browser's own clocks: other programs do not count."""
    return {entry["name"]: entry["value"] for entry in session.send("Performance.getMetrics")["metrics"]}


def measure(page: Page, seconds: float) -> dict[str, Any]:
    """Figures of so many seconds of training."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = browser_times(session)
    collected = page.evaluate(COLLECT, seconds)
    after = browser_times(session)
    stamps = collected["stamps"]
    gaps = [later - earlier for earlier, later in itertools.pairwise(stamps)]
    spent = {clock: round(1000 * (after[clock] - before[clock]) / len(gaps), 2) for clock in CLOCKS}
    return {
        "screen_frames_per_second": round(1000 * len(gaps) / (stamps[-1] - stamps[0]), 1),
        "dropped_frames": sum(round(gap / BUDGET) - 1 for gap in gaps if gap > 1.5 * BUDGET),
        "longest_gap_ms": round(max(gaps), 1),
        "median_gap_ms": round(statistics.median(gaps), 1),
        "data_frames_per_second": round(collected["received"] / seconds, 1),
        "processor_ms_per_screen_frame": spent,
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Print the figures as JSON."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--seconds", type=float, default=10)
    seconds = arguments.parse_args().seconds
    with running(log=DEVNULL) as (_, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(COUNT_MESSAGES)
        page.goto(f"{address}/{EXPERIMENT}")
        page.locator("network-graph .neuron").nth(50).wait_for()
        page.get_by_role("button", name="Play").first.click()
        page.wait_for_timeout(2000)
        print(json.dumps(measure(page, seconds), indent=2))
        browser.close()


if __name__ == "__main__":
    main()
