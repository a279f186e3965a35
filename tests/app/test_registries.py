import importlib
import pkgutil

import engine
from app.registries import REGISTRIES
from engine.registry import Registry


def test_every_registry_of_the_engine_is_listed():
    modules = [importlib.import_module(found.name) for found in pkgutil.walk_packages(engine.__path__, "engine.")]
    defined = {value.name for module in modules for value in vars(module).values() if isinstance(value, Registry)}
    assert [registry.name for registry in REGISTRIES] == list(dict.fromkeys(registry.name for registry in REGISTRIES))
    assert {registry.name for registry in REGISTRIES} == defined
