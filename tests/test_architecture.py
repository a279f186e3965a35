"""The rules of the house: who may import whom, that everything has its test and its words, and nothing from outside."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for folder in ("app", "engine") for path in (ROOT / folder).rglob("*.py"))
LONGEST = 350
HOSTS = re.compile(
    r"cdn\.|unpkg\.|jsdelivr|cdnjs|googleapis|gstatic|registry\.npmjs|registry\.yarnpkg|files\.pythonhosted|pypi\.org"
)
TEXTS = {".py", ".js", ".css", ".html", ".json", ".toml", ".md", ".svg", ""}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, also those only for types."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports say their whole name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def by_name(paths: list[Path]):
    return pytest.mark.parametrize("path", paths, ids=name_of)


@by_name([path for path in MODULES if is_within(name_of(path), "engine")])
def test_the_engine_stands_on_numpy_and_the_standard_library(path):
    known = {"engine", "numpy", "annotated_types"} | sys.stdlib_module_names
    for name in imports(path):
        assert name.split(".")[0] in known, name


@by_name([path for path in MODULES if is_within(name_of(path), "app")])
def test_nobody_imports_main(path):
    assert not any(is_within(name, "app.main") for name in imports(path))


@by_name([path for path in MODULES if is_within(name_of(path), "app.live", "app.wire")])
def test_live_and_wire_know_nothing_of_routes_and_pages(path):
    forbidden = ("fastapi", "jinja2", "app.api", "app.pages", "app.errors", "app.openapi")
    assert not any(is_within(name, *forbidden) for name in imports(path))


@by_name([path for path in MODULES if is_within(name_of(path), "app.store")])
def test_the_store_knows_nothing_of_what_it_keeps(path):
    allowed = {"app", "sqlalchemy", "alembic"} | sys.stdlib_module_names
    for name in imports(path):
        assert name.split(".")[0] in allowed, name
        assert not is_within(name, "app") or is_within(name, "app.store"), name


@by_name([path for path in MODULES if is_within(name_of(path), "app.wire")])
def test_the_wire_knows_nothing_of_sessions(path):
    assert not any(is_within(name, "app.live") for name in imports(path))


@by_name([path for path in MODULES if is_within(name_of(path), "app.api")])
def test_routes_know_the_hub_and_not_the_workers(path):
    allowed = [
        f"app.live.{name}" for name in ("entry", "homes", "hub", "keys", "overview", "reception", "room", "socket")
    ]
    for name in imports(path):
        assert not is_within(name, "engine"), name
        assert not is_within(name, "app.live") or is_within(name, *allowed), name


def test_a_worker_loads_no_web_framework():
    script = "import sys, app.live.worker; print([m for m in ('fastapi', 'starlette', 'uvicorn') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"


def test_the_engine_loads_without_pydantic():
    script = "import sys, engine.training, engine.probes; print('pydantic' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "False"


def does_something(path: Path) -> bool:
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) for node in ast.walk(ast.parse(path.read_text()))
    )


@by_name([path for path in MODULES if path.name != "__init__.py" and does_something(path)])
def test_every_module_has_its_mirror_among_the_tests(path):
    inside = path.relative_to(ROOT)
    assert (ROOT / "tests" / inside.parent / f"test_{path.name}").exists()


def public(node: ast.AST) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    """Public classes and functions of a module or class, and what is within these classes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


@by_name(MODULES)
def test_everything_public_is_documented(path):
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree)
    assert [node.name for node in public(tree) if not ast.get_docstring(node)] == []


@by_name(MODULES)
def test_modules_are_short(path):
    assert len(path.read_text().splitlines()) <= LONGEST


def own_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, cwd=ROOT, check=True)
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.suffix in TEXTS and path.is_file() and path != Path(__file__)]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="asks git which files are ours")
def test_no_file_names_a_registry_or_a_content_network():
    found = {path.name for path in own_files() if HOSTS.search(path.read_text(errors="ignore"))}
    assert found == set()
