"""Frozen dataclasses that cost little to make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, overload

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_options: Any) -> Callable[[T], T]:
        """What type checkers read; nothing when it runs."""
        return lambda decorator: decorator


T = TypeVar("T")


def _set(self: Any, name: str, value: Any) -> None:
    if name in vars(self) or name not in self.__dataclass_fields__:
        raise FrozenInstanceError(f"cannot assign to field {name!r}")
    object.__setattr__(self, name, value)


def _delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


@overload
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, eq: bool = True, repr: bool = True) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: Any = None, /, *, eq: bool = True, repr: bool = True) -> Any:
    """`dataclass(frozen=True)`, hashable where it compares, whose fields are set once and for all.

    The standard one writes and compiles a guard for every class, and there are so many classes here that this was a
    tenth of the time of a verification; here it is one guard for all of them.
    """

    def made(cls: type[T]) -> type[T]:
        # A class that says itself what equals it says its hash too.
        own = "__hash__" in vars(cls)
        kept: type[T] = dataclass(eq=eq, repr=repr, unsafe_hash=eq and not own)(cls)
        kept.__setattr__ = _set  # type: ignore[method-assign]
        kept.__delattr__ = _delete  # type: ignore[method-assign]
        return kept

    return made if cls is None else made(cls)
