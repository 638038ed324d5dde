"""What a reader child hands back: plain values and `Value`s, of classes that are known here, and nothing that runs."""

from __future__ import annotations

import io
import pickle
import sys
from typing import Any

from wizard.base.values import Value


class Broken(Exception):
    """What came is not what may come."""


def pack(answer: Any) -> bytes:
    """Return an answer as bytes. Raises `Broken` for what may not be handed over."""
    memory = io.BytesIO()
    try:
        _Packer(memory, protocol=5).dump(answer)
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise Broken(str(error)) from None
    return memory.getvalue()


def unpack(data: bytes) -> Any:
    """Return the answer in these bytes. Raises `Broken` for bytes that hold anything else than `pack` puts there."""
    try:
        return _Unpacker(io.BytesIO(data)).load()
    except Exception as error:  # whatever a stream of bytes may bring about
        raise Broken(f"{type(error).__name__}: {error}") from None


class _Made:
    """Makes a `Value` anew from its class's name and its fields. Has no attributes that a stream could set."""

    __slots__ = ()

    def __call__(self, module: str, name: str, values: tuple[Any, ...]) -> Value:
        found: Any = sys.modules[module]
        for part in name.split("."):
            found = vars(found)[part]
        if not (isinstance(found, type) and issubclass(found, Value)):
            raise Broken(f"{module}.{name}")
        if type(values) is not tuple or len(values) != len(found._names):
            raise Broken(f"{module}.{name}: {len(found._names)} fields")
        # A class may have but one value, which people compare by `is`.
        value: Value = found.__new__(found)
        vars(value).update(zip(found._names, values, strict=True))
        return value

    def __reduce__(self) -> str:
        return "made"


made = _Made()


class _Packer(pickle.Pickler):
    def reducer_override(self, one: Any) -> Any:
        """How anything but a plain value is packed."""
        if isinstance(one, Value):
            kind, fields = type(one), vars(one)
            return made, (kind.__module__, kind.__qualname__, tuple(fields[name] for name in kind._names))
        if one is made:
            return "made"
        raise pickle.PicklingError(f"{type(one).__module__}.{type(one).__qualname__}")


class _Unpacker(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        """The only thing that a stream may name."""
        if (module, name) == (__name__, "made"):
            return made
        raise Broken(f"{module}.{name}")
