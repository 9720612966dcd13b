"""Finds plug-in folders and loads each by path as `aios_ext.<id>`; one that fails is reported and harms no other."""

import importlib
import importlib.util
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import cast

import hub
from hub.contracts.driver import Driver
from hub.contracts.errors import PluginError
from hub.contracts.skill import Skill, SkillManifest
from hub.plugins.manifest import MANIFEST_NAME, RESERVED_IDS, PluginKind, PluginManifest, read_manifest
from hub.runtime.logs import get_logger

PACKAGE = "aios_ext"  # every plug-in lives under this name, so that none can shadow a module of ours
_BUILTIN_FOLDERS = ("devices", "skills")
_DRIVER_PARTS = ("dialect", "start", "feed", "encode", "query")
_log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverPlugin:
    """A loaded driver with its manifest."""

    manifest: PluginManifest
    path: Path
    driver: Driver
    is_builtin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillPlugin:
    """A loaded skill with its manifest."""

    manifest: PluginManifest
    path: Path
    skill: Skill
    is_builtin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """A program that plays devices; it is run as `python -m <module>`, never imported."""

    manifest: PluginManifest
    path: Path
    module: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginFailure:
    """Why a plug-in is not there: `reason` names file and line, `hint` what to do."""

    id: str
    path: Path
    reason: str
    hint: str = ""


@dataclass(slots=True, kw_only=True)
class Loaded:
    """What a call of `load_plugins` found."""

    drivers: list[DriverPlugin] = field(default_factory=list)
    skills: list[SkillPlugin] = field(default_factory=list)
    simulators: list[Simulator] = field(default_factory=list)
    failed: list[PluginFailure] = field(default_factory=list)
    disabled: list[str] = field(default_factory=list)


def load_plugins(
    folders: Sequence[Path | str] = (),
    kind: PluginKind | str | None = None,
    *,
    disabled: Sequence[str] = (),
    has_builtin: bool = True,
) -> Loaded:
    """Load the built-in plug-ins, then those in `folders` (a plug-in folder, or a folder of them).

    Args:
        kind: only plug-ins of this kind; None for all.
        disabled: ids that the owner switched off.
        has_builtin: False leaves the built-in ones out.
    """
    wanted = PluginKind(kind) if kind is not None else None
    loaded = Loaded()
    seen: dict[str, Path] = {}
    if has_builtin:
        _check_names()
    for path, is_builtin in _plugin_folders(folders, has_builtin, loaded):
        try:
            _load_one(path, is_builtin, wanted, frozenset(disabled), seen, loaded)
        except PluginError as error:
            _report(loaded, PluginFailure(id=path.name, path=path, reason=error.what, hint=error.hint))
    return loaded


def builtin_root() -> Path:
    """Return the folder in which the hub and its built-in plug-ins are installed side by side."""
    return Path(hub.__file__).resolve().parent.parent


def _check_names() -> None:
    """Refuse to start where another package of our name stands before ours in the import path."""
    for name in _BUILTIN_FOLDERS:
        module = sys.modules.get(name)
        where = getattr(module, "__file__", None)
        if where is not None and Path(where).resolve().parent.parent != builtin_root():
            raise PluginError(f"{where}: a foreign package is called {name!r}.", hint="Uninstall or rename it.")


def _plugin_folders(folders: Sequence[Path | str], has_builtin: bool, loaded: Loaded) -> Iterator[tuple[Path, bool]]:
    roots = [(builtin_root() / name, True) for name in _BUILTIN_FOLDERS] if has_builtin else []
    roots += [(Path(folder).expanduser().resolve(), False) for folder in folders]
    for root, is_builtin in roots:
        if (root / MANIFEST_NAME).is_file():
            yield root, is_builtin
        elif root.is_dir():
            for child in sorted(root.iterdir()):
                if (child / MANIFEST_NAME).is_file():
                    yield child, is_builtin
        elif not is_builtin:
            reason = f"{root}: there is no such folder."
            _report(loaded, PluginFailure(id=root.name, path=root, reason=reason, hint="Check plugins.folders."))


def _load_one(
    path: Path,
    is_builtin: bool,
    wanted: PluginKind | None,
    disabled: frozenset[str],
    seen: dict[str, Path],
    loaded: Loaded,
) -> None:
    if not is_builtin and path.name in RESERVED_IDS:
        raise PluginError(f"{path}: a foreign plug-in may not be called {path.name!r}.", hint="Rename the folder.")
    manifest = read_manifest(path)
    if wanted is not None and manifest.kind is not wanted:
        return
    if manifest.id in seen:
        raise PluginError(
            f"{path / MANIFEST_NAME}: the id {manifest.id!r} is taken by {seen[manifest.id]}.",
            hint="Give one of them another id.",
        )
    seen[manifest.id] = path
    if manifest.id in disabled:
        loaded.disabled.append(manifest.id)
    elif manifest.kind is PluginKind.SIMULATOR:
        loaded.simulators.append(Simulator(manifest=manifest, path=path, module=manifest.entry))
    elif manifest.kind is PluginKind.DRIVER:
        driver = _checked_driver(_build(path, manifest), path, manifest)
        loaded.drivers.append(DriverPlugin(manifest=manifest, path=path, driver=driver, is_builtin=is_builtin))
    else:
        skill = _checked_skill(_build(path, manifest), path, manifest)
        loaded.skills.append(SkillPlugin(manifest=manifest, path=path, skill=skill, is_builtin=is_builtin))


def _build(path: Path, manifest: PluginManifest) -> object:
    """Import the entry and call it without arguments; whatever it raises becomes a PluginError."""
    module_name, _, class_name = manifest.entry.partition(":")
    try:
        module = _import(path, manifest.id, module_name)
        factory = cast("Callable[[], object] | None", getattr(module, class_name, None))
        if factory is None:
            raise PluginError(f"{path / MANIFEST_NAME}: {module_name} has no {class_name!r}.", hint="Check `entry`.")
        return factory()
    except PluginError:
        raise
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # a plug-in border: SystemExit of a plug-in must not end the hub
        _log.warning("plug-in failed to load", plugin=manifest.id, exc_info=error)
        raise PluginError(f"{_where(error, path)}: {type(error).__name__}: {error}.", hint=_hint(manifest)) from error


def _import(path: Path, plugin_id: str, module_name: str) -> ModuleType:
    """Import `aios_ext.<id>.<module>` from the folder, with relative imports inside it working."""
    root = sys.modules.setdefault(PACKAGE, ModuleType(PACKAGE))
    root.__path__ = []
    name = f"{PACKAGE}.{plugin_id}"
    package = sys.modules.get(name)
    if package is not None and list(package.__path__) != [str(path)]:
        for key in [key for key in sys.modules if key == name or key.startswith(f"{name}.")]:
            del sys.modules[key]
        package = None
    if package is None:
        package = _new_package(name, path)
    return importlib.import_module(f"{name}.{module_name}")


def _new_package(name: str, path: Path) -> ModuleType:
    init = path / "__init__.py"
    if not init.is_file():
        package = ModuleType(name)
        package.__path__ = [str(path)]
        sys.modules[name] = package
        return package
    spec = importlib.util.spec_from_file_location(name, init, submodule_search_locations=[str(path)])
    if spec is None or spec.loader is None:
        raise PluginError(f"{init}: cannot be imported.")
    package = importlib.util.module_from_spec(spec)
    sys.modules[name] = package
    try:
        spec.loader.exec_module(package)
    except BaseException:
        del sys.modules[name]
        raise
    return package


def _where(error: BaseException, path: Path) -> str:
    """Return "file:line" of the deepest place inside the plug-in's own folder."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno or 1}"
    inside = [frame for frame in traceback.extract_tb(error.__traceback__) if Path(frame.filename).is_relative_to(path)]
    return f"{inside[-1].filename}:{inside[-1].lineno}" if inside else str(path / MANIFEST_NAME)


def _hint(manifest: PluginManifest) -> str:
    if manifest.requirements:
        return f"It needs: {', '.join(manifest.requirements)}."
    return f"Ask the author of {manifest.name!r}, or put its id into plugins.disabled."


def _checked_driver(built: object, path: Path, manifest: PluginManifest) -> Driver:
    missing = [part for part in _DRIVER_PARTS if not hasattr(built, part)]
    if missing:
        raise PluginError(
            f"{path / MANIFEST_NAME}: {manifest.entry} is no driver, it lacks {', '.join(missing)}.",
            hint="See the driver contract in hub.sdk.",
        )
    return cast(Driver, built)


def _checked_skill(built: object, path: Path, manifest: PluginManifest) -> Skill:
    declared = getattr(built, "manifest", None)
    if not callable(getattr(built, "handle", None)) or not isinstance(declared, SkillManifest):
        raise PluginError(
            f"{path / MANIFEST_NAME}: {manifest.entry} is no skill, it lacks a SkillManifest or handle().",
            hint="See the skill contract in hub.sdk.",
        )
    if declared.id != manifest.id:
        raise PluginError(f"{path / MANIFEST_NAME}: id {manifest.id!r}, but its class declares {declared.id!r}.")
    foreign = [intent.name for intent in declared.intents if not intent.name.startswith(f"{declared.id}.")]
    if foreign:
        raise PluginError(
            f"{path / MANIFEST_NAME}: the intent {foreign[0]!r} does not belong to {declared.id!r}.",
            hint=f"Its intents start with '{declared.id}.'.",
        )
    return cast(Skill, built)


def _report(loaded: Loaded, failure: PluginFailure) -> None:
    loaded.failed.append(failure)
    _log.warning("plug-in not loaded", plugin=failure.id, reason=failure.reason, hint=failure.hint)
