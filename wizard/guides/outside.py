"""Loading a guide from outside this repository: only code that we may trust, and nothing it does wrong gets further
than its name, its reason and what to do."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wizard.answers.questions import BadAnswers, Question
from wizard.base.errors import Refused, Unusable
from wizard.base.language import _
from wizard.base.patterns import pattern
from wizard.base.values import Value, replace
from wizard.base.visible import one_line
from wizard.guide import Checkpoint, Guide
from wizard.guides.patience import Endless, patience
from wizard.guides.trust import Untrusted, untrusted, untrusted_way

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

NAME = "GUIDE"
# Guides in folders are modules of a package that no folder is searched for: none can stand in for another module.
PARENT = "jalon_guides"
# Seconds in which a guide is loaded, and its title said; what takes longer never ends.
PATIENCE = 20.0
NAMED = pattern(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class Broken(Value):
    """A guide that cannot be used: its name, where it comes from, why in words, and what to do."""

    name: str
    place: str
    why: str
    remedy: str = ""


class BrokenGuide(Unusable):
    """What a command asked of a broken guide."""

    def __init__(self, broken: Broken) -> None:
        text = _("the guide `{name}` ({place}) cannot be used: {why}")
        lines = [text.format(name=broken.name, place=broken.place, why=broken.why), *filter(None, [broken.remedy])]
        super().__init__(*lines)
        self.broken = broken


class Source(Value):
    """Where a guide comes from: its name there, the place in words, and the folder or the entry point."""

    name: str
    place: str
    folder: Path | None = None
    entry: EntryPoint | None = None

    def broken(self, why: str, remedy: str = "") -> BrokenGuide:
        """What says that this guide cannot be used."""
        remedy = remedy or _("mend it, or remove the guide; the other guides work")
        return BrokenGuide(Broken(*map(one_line, (self.name, self.place, why, remedy))))


def load(source: Source) -> Guide:
    """The guide of a source. Raises `BrokenGuide` with the reason where it is not trusted or does not load. Its
    checkpoints are not tried here: that takes facts of the machine, and most commands use another guide."""
    if not NAMED.fullmatch(source.name):
        raise source.broken(
            _("a guide's name consists of small letters, digits, and single hyphens between them"), _("rename it")
        )
    try:
        if problem := _untrusted(source):
            raise source.broken(problem.why, problem.remedy)
        with patience(PATIENCE):
            found = getattr(*_module(source))
            guide = _checked(found, source)
        return _guarded(guide, source)
    except (Refused, KeyboardInterrupt):
        raise
    except BaseException as error:
        raise told(error, source) from error


def _untrusted(source: Source) -> Untrusted | None:
    if source.folder:
        return untrusted(source.folder)
    if source.entry and not source.entry.pattern.match(source.entry.value):
        raise source.broken(_("its entry point names no module: {value}").format(value=source.entry.value))
    # An ordinary user's Python has run what is in that user's environment already.
    if source.entry is None or os.geteuid() != 0:
        return None
    from importlib.util import find_spec

    top = find_spec(source.entry.module.partition(".")[0])
    if top is None:
        raise ModuleNotFoundError(_("there is no module `{name}`").format(name=source.entry.module))
    metadata = Path(str(source.entry.dist.locate_file(""))) if source.entry.dist else Path("/")
    places = map(Path, top.submodule_search_locations or [top.origin or "/"])
    return untrusted_way(metadata) or next(filter(None, map(untrusted, places)), None)


def _module(source: Source) -> tuple[ModuleType, str]:
    """The module of a source, loaded, and the name of the guide in it."""
    if source.entry is not None:
        return import_module(source.entry.module), source.entry.attr or NAME
    from importlib.util import module_from_spec, spec_from_file_location

    assert source.folder is not None
    file = source.folder / "__init__.py"
    if not file.is_file():
        text = _("its folder has no file __init__.py, which makes it a Python package")
        raise source.broken(text, _("`jalon guide new NAME` writes a guide to start from"))
    if sys.pycache_prefix is None:
        sys.dont_write_bytecode = True  # The folder is the administrator's; nothing appears in it.
    name = f"{PARENT}.{source.name.replace('-', '_')}"
    sys.modules.setdefault(PARENT, _parent())
    spec = spec_from_file_location(name, file, submodule_search_locations=[str(source.folder)])
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module, NAME


def _parent() -> ModuleType:
    made = ModuleType(PARENT)
    made.__path__ = []
    return made


def _checked(found: Any, source: Source) -> Guide:
    from wizard.api import VERSION

    if not isinstance(found, Guide):
        raise source.broken(_("its {name} is not a `Guide` of wizard.api").format(name=NAME))
    if found.api != VERSION:
        text = _("it is written for version {written} of wizard.api, and this Jalon has version {version}")
        remedy = _("get the guide and the Jalon that fit each other; CHANGELOG.md says what changed")
        raise source.broken(text.format(written=found.api or "?", version=VERSION), remedy)
    if found.id != source.name:
        text = _("the guide calls itself `{id}`, and is found under the name `{name}`")
        remedy = _("give its folder, its entry point and its GUIDE the same name")
        raise source.broken(text.format(id=found.id, name=source.name), remedy)
    for text in (found.title(), found.summary()):
        if not isinstance(text, str) or not text.strip():
            raise source.broken(_("its title and its summary must be functions that return a text"))
    asked = found.questions()
    if not all(isinstance(one, Question) for one in asked):
        raise source.broken(_("its questions must be a function that returns a list of `Question`"))
    if found.instance_key and found.instance_key not in {one.key for one in asked}:
        text = _("its instance_key is `{key}`, and no question has that key")
        raise source.broken(text.format(key=found.instance_key))
    return found


def _guarded(guide: Guide, source: Source) -> Guide:
    """The guide, in whose functions what goes wrong is said in words."""

    def guarded(function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any) -> Any:
            try:
                return function(*given)
            except (Refused, BadAnswers, KeyboardInterrupt):
                raise
            except BaseException as error:
                raise told(error, source) from error

        return called

    def said(function: Callable[[], str]) -> Callable[[], str]:
        """The title or the summary, in every list of guides: one that fails later must not take the others along."""

        def called() -> str:
            try:
                with patience(PATIENCE):
                    return one_line(str(function()))
            except KeyboardInterrupt:
                raise
            except BaseException:
                return source.name

        return called

    names = ("questions", "arrival", "discover")
    functions = {name: guarded(one) for name in names if (one := getattr(guide, name)) is not None}
    functions["checkpoints"] = guarded(_checkpoints(guide, source))
    return replace(guide, title=said(guide.title), summary=said(guide.summary), **functions)


def _checkpoints(guide: Guide, source: Source) -> Callable[..., tuple[Checkpoint, ...]]:
    """The guide's checkpoints, refused where they are something else."""

    def called(*given: Any) -> tuple[Checkpoint, ...]:
        found = tuple(guide.checkpoints(*given))
        if not all(isinstance(one, Checkpoint) for one in found):
            raise source.broken(_("its checkpoints must be a function that returns a list of `Checkpoint`"))
        return found

    return called


def told(error: BaseException, source: Source) -> BrokenGuide:
    """What a guide did wrong, with the last line of its own that led there."""
    if isinstance(error, Endless):
        text = _("it does not end")
    else:
        text = f"{type(error).__name__}: {_text(error)}".removesuffix(": ")
    if isinstance(error, SyntaxError) and error.filename:
        text = f"{error.filename}:{error.lineno}: {error.msg}"
    elif lines := _lines(error, source):
        text = f"{lines[-1]}: {text}"
    return source.broken(text)


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return ""


def goes_through(error: BaseException, source: Source) -> bool:
    """Whether an error went through the code of a guide."""
    return bool(_lines(error, source))


def _lines(error: BaseException, source: Source) -> list[str]:
    """The lines of a guide that an error went through, the innermost last."""
    import traceback

    folder = source.folder
    if source.entry is not None:
        module = sys.modules.get(source.entry.value.partition(":")[0].partition(".")[0])
        folder = next(map(Path, getattr(module, "__path__", [])), None)
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{one.filename}:{one.lineno}" for one in frames if folder in Path(one.filename).parents]
