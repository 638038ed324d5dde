"""Immutable values: classes whose fields are set once, and that compare by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_options: Any) -> Callable[[T], T]:
        """Read by type checkers only; does nothing at run time."""
        return lambda decorated: decorated


T = TypeVar("T")
V = TypeVar("V", bound="Value")
MISSING: Any = object()


class Field:
    """What `field` tells of one."""

    def __init__(self, **told: Any) -> None:
        self.default, self.default_factory = told["default"], told["default_factory"]
        self.compare, self.hash, self.repr = told["compare"], told["hash"], told["repr"]


def field(
    *,
    default: Any = MISSING,
    default_factory: Any = MISSING,
    hash: bool | None = None,
    repr: bool = True,
    compare: bool = True,
) -> Any:
    """Tell of a field what `dataclasses.field` would, whose module takes a hundredth of a verification to load."""
    return Field(default=default, default_factory=default_factory, hash=hash, repr=repr, compare=compare)


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
class Value:
    """Base of the immutable classes. Annotated names are fields, in order, as in a frozen dataclass:

    - the constructor takes them by place or by name; defaults and `field` work as there, and `dataclasses.field` is
      taken too;
    - instances of one class are equal, and hash alike, when their fields do (`compare=False`, `hash=False` leave one
      out), and no field can be set or deleted afterwards.

    `dataclasses` generates and compiles these methods for each class, which took a tenth of a verification; here all
    classes share them. `field_names`, `replace` and `as_dict` stand in for `fields`, `replace` and `asdict`.
    """

    _names: ClassVar[tuple[str, ...]] = ()
    _defaults: ClassVar[dict[str, Any]] = {}
    _factories: ClassVar[dict[str, Callable[[], Any]]] = {}
    _compared: ClassVar[tuple[str, ...]] = ()
    _hashed: ClassVar[tuple[str, ...]] = ()
    _shown: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        found = {name: kind for name, kind in cls.__annotations__.items() if "ClassVar" not in str(kind)}
        if not found:
            return
        # What a class inherits comes first; a field that it declares anew keeps its place.
        cls._names = tuple(dict.fromkeys((*cls._names, *found)))
        cls._defaults, cls._factories = {**cls._defaults}, {**cls._factories}
        left_out: dict[str, set[str]] = {"_compared": set(), "_hashed": set(), "_shown": set()}
        for name in found:
            cls._defaults.pop(name, None)
            cls._factories.pop(name, None)
            default = vars(cls).get(name, MISSING)
            if isinstance(default, Field) or type(default).__module__ == "dataclasses":
                default = cls._declared(name, default, left_out)
            if default is not MISSING:
                cls._defaults[name] = default
        for kept, without in left_out.items():
            before = getattr(cls, kept)
            own = tuple(name for name in cls._names if (name in before or name in found) and name not in without)
            setattr(cls, kept, own)

    @classmethod
    def _declared(cls, name: str, told: Field, left_out: dict[str, set[str]]) -> Any:
        """Reads what `field` says of a field, and returns its default or `MISSING`."""
        if _given(told.default_factory):
            cls._factories[name] = told.default_factory
        if not told.compare:
            left_out["_compared"].add(name)
        if not (told.compare if told.hash is None else told.hash):
            left_out["_hashed"].add(name)
        if not told.repr:
            left_out["_shown"].add(name)
        if not _given(told.default):
            delattr(cls, name)
            return MISSING
        setattr(cls, name, told.default)
        return told.default

    def __init__(self, *given: Any, **named: Any) -> None:
        names, values = self._names, vars(self)
        if len(given) > len(names):
            raise TypeError(f"{type(self).__name__} takes {len(names)} values, not {len(given)}")
        values.update(zip(names, given, strict=False))
        for name in names[len(given) :]:
            if name in named:
                values[name] = named.pop(name)
            elif name in self._defaults:
                values[name] = self._defaults[name]
            elif name in self._factories:
                values[name] = self._factories[name]()
            else:
                raise TypeError(f"{type(self).__name__} lacks a value for {name!r}")
        if named:
            name = next(iter(named))
            why = "has two values for" if name in names else "has no field"
            raise TypeError(f"{type(self).__name__} {why} {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot assign to {name!r}")

    def __delattr__(self, name: str) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot delete {name!r}")

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return NotImplemented
        mine, theirs = vars(self), vars(other)
        if len(self._compared) == len(self._names):
            return mine == theirs
        return all(mine[name] == theirs[name] for name in self._compared)

    def __hash__(self) -> int:
        mine = vars(self)
        return hash((type(self), *(mine[name] for name in self._hashed)))

    def __repr__(self) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={vars(self)[name]!r}' for name in self._shown)})"


def _given(value: Any) -> bool:
    return value is not MISSING and type(value).__name__ != "_MISSING_TYPE"


def field_names(value: Value | type[Value]) -> tuple[str, ...]:
    """The names of the fields, in order."""
    return value._names


def replace(value: V, **changes: Any) -> V:
    """The same value but for the fields that are named."""
    mine = vars(value)
    return type(value)(**{**{name: mine[name] for name in value._names}, **changes})


def as_dict(value: Value) -> dict[str, Any]:
    """The fields by name; values within, also in tuples, lists and mappings, as dictionaries of their own."""
    return {name: _plain(getattr(value, name)) for name in value._names}


def _plain(one: Any) -> Any:
    if isinstance(one, Value):
        return as_dict(one)
    if isinstance(one, list | tuple):
        return type(one)(_plain(each) for each in one)
    if isinstance(one, dict):
        return {key: _plain(each) for key, each in one.items()}
    return one
