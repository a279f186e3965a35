"""Registries: the learner's vocabulary, each word defined once.

A registered class is a frozen dataclass without arrays. Its docstring, class attributes and annotated fields carry all
that a menu, a form, the REST schema, the reference page and the contract tests need; nothing is written twice.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from inspect import Parameter, get_annotations, signature
from typing import Any, ClassVar, Generic, Literal, TypeVar, dataclass_transform


@dataclass(frozen=True)
class Slider:
    """What is worth trying (bounds say what is valid): a range for a slider and how it is spaced."""

    minimum: float
    maximum: float
    scale: Literal["linear", "log"] = "linear"
    step: float | None = None


@dataclass(frozen=True)
class Help:
    """A field's name on the screen, its sentence for a learner and its symbol in the notes' notation (KaTeX)."""

    title: str
    text: str
    symbol: str = ""


@dataclass(frozen=True)
class Suits:
    """To which datasets a field means anything; with others it does nothing or is refused, so forms leave it out."""

    tasks: tuple[str, ...] | None = None
    """What is to be predicted; None for anything."""
    families: tuple[str, ...] | None = None
    """What examples look like; None for anything."""


@dataclass(frozen=True)
class Entries:
    """What each entry of a list stands for, so that a form can name them."""

    of: Literal["classes"]


class Component:
    """Base of everything a learner can choose.

    Subclasses are made by :meth:`Registry.register`, which turns them into frozen dataclasses with a field ``kind``.
    The class docstring's first paragraph is the learner's sentence.
    """

    kind: str
    registry: ClassVar["Registry[Any]"]
    title: ClassVar[str] = ""
    """Name on the screen, the field's standard term."""
    formula: ClassVar[str] = ""
    """KaTeX, in the notation of the notes."""
    try_this: ClassVar[str] = ""
    """One experiment that shows what it does."""
    source: ClassVar[str] = ""
    """Author and year."""

    # Read by pydantic, which the engine does not import: unknown fields and infinities are refused.
    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid", "strict": True, "allow_inf_nan": False}

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """Stand for "any registered kind" where a field's type is the base: a union tagged by ``kind``."""
        registry = cls.__dict__.get("registry")
        if registry is None:
            return handler(source)
        choices = {made.kind: handler.generate_schema(made) for made in registry}
        return {"type": "tagged-union", "choices": choices, "discriminator": "kind"}


C = TypeVar("C", bound=Component)
_REQUIRED = Parameter.empty


class Registry(Generic[C]):
    """The kinds of one noun, in the order in which a menu shows them."""

    def __init__(self, name: str, base: type[C], title: str, text: str) -> None:
        """Start an empty registry of ``base`` whose JSON name is ``name`` (plural)."""
        self.name, self.base, self.title, self.text = name, base, title, text
        self._kinds: dict[str, type[C]] = {}
        base.registry = self

    @dataclass_transform(frozen_default=True)
    def register(self, kind: str) -> Callable[[type[C]], type[C]]:
        """Decorate a subclass of the base: make it a frozen dataclass whose ``kind`` is fixed, and list it."""

        def add(cls: type[C]) -> type[C]:
            if kind in self._kinds:
                raise ValueError(f"{self.name} has a {kind!r} already")
            cls.__annotations__ = {**get_annotations(cls), "kind": Literal[kind]}
            cls.kind = field(default=kind, kw_only=True)
            made = dataclass(frozen=True)(cls)
            missing = [name for name, parameter in signature(made).parameters.items() if parameter.default is _REQUIRED]
            if missing:
                raise TypeError(f"{kind}: a registered class can be built without arguments; no default for {missing}")
            self._kinds[kind] = made
            return made

        return add

    def __getitem__(self, kind: str) -> type[C]:
        """Return the class registered as ``kind``; KeyError with the known kinds otherwise."""
        if kind not in self._kinds:
            raise KeyError(f"{kind!r} is not one of {', '.join(self._kinds)}")
        return self._kinds[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._kinds

    def __iter__(self) -> Iterator[type[C]]:
        return iter(self._kinds.values())

    def __len__(self) -> int:
        return len(self._kinds)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The registered kinds, in order."""
        return tuple(self._kinds)
