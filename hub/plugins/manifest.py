"""A plug-in's manifest.toml, validated where it enters; an error names the file, the line and what is allowed."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from hub.contracts.errors import PluginError

MANIFEST_NAME = "manifest.toml"
RESERVED_IDS = frozenset({"hub", "devices", "skills", "aios", "aios_ext"})

_ID = re.compile(r"[a-z][a-z0-9_]{0,31}")
_ENTRY = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*")
_MODULE = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)*")
_VERSION = re.compile(r"\d+(\.\d+){0,3}([-.+a-z0-9]*)")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_REQUIRED = ("id", "kind", "entry", "version")
_TEXTS = ("id", "kind", "entry", "version", "name", "summary")
_LISTS = ("languages", "requirements", "extras")
_LINE = re.compile(r"at line (\d+)")


class PluginKind(StrEnum):
    """What a plug-in is."""

    DRIVER = "driver"
    SKILL = "skill"
    SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginManifest:
    """What a plug-in says of itself before any of its code is read.

    Attributes:
        entry: "<module>:<class>" inside the folder; for a simulator the module that `python -m` runs.
        requirements: distributions that have to be installed for it ("name>=version").
        extras: extras of this distribution that bring them.
    """

    id: str
    kind: PluginKind
    entry: str
    version: str
    name: str
    summary: str = ""
    languages: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()


def read_manifest(folder: Path) -> PluginManifest:
    """Return the manifest of a plug-in folder.

    Raises:
        PluginError: the file is missing, no TOML, or a key is unknown, missing or of the wrong form.
    """
    path = folder / MANIFEST_NAME
    text = _read(path)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        raise PluginError(f"{path}:{found[1] if found else 1}: not valid TOML: {error}.") from error
    return _Checker(path, text, table).manifest()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise PluginError(f"{path}: there is no manifest.", hint="Every plug-in folder needs one.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"{path}:1: cannot be read as UTF-8 text: {error}.") from error


class _Checker:
    """Checks one table; every complaint names the line of its key."""

    def __init__(self, path: Path, text: str, table: dict[str, object]) -> None:
        self._path = path
        self._lines = text.splitlines()
        self._table = table

    def manifest(self) -> PluginManifest:
        for key in self._table:
            if key not in (*_TEXTS, *_LISTS):
                raise self._error(key, f"unknown key {key!r}", f"Known are: {', '.join((*_TEXTS, *_LISTS))}.")
        for key in _REQUIRED:
            if key not in self._table:
                raise self._error(key, f"the key {key!r} is missing", f'Example: {key} = "..."')
        plugin_id = self._matching("id", _ID, "lower-case letters, digits and _, 32 at most")
        if plugin_id in RESERVED_IDS:
            raise self._error("id", f"the name {plugin_id!r} is reserved", "Choose another id.")
        kind = self._kind()
        entry_form = _MODULE if kind is PluginKind.SIMULATOR else _ENTRY
        return PluginManifest(
            id=plugin_id,
            kind=kind,
            entry=self._matching("entry", entry_form, '"module:Class" (for a simulator: a module)'),
            version=self._matching("version", _VERSION, "numbers with dots"),
            name=self._text("name", plugin_id),
            summary=self._text("summary", ""),
            languages=self._languages(),
            requirements=self._list("requirements"),
            extras=self._list("extras"),
        )

    def _kind(self) -> PluginKind:
        try:
            return PluginKind(self._text("kind", ""))
        except ValueError as error:
            raise self._error(
                "kind", f"{self._table['kind']!r} is no kind of plug-in", f"Known are: {', '.join(PluginKind)}."
            ) from error

    def _languages(self) -> tuple[str, ...]:
        found = self._list("languages")
        for language in found:
            if _LANGUAGE.fullmatch(language) is None:
                raise self._error("languages", f"{language!r} is no language tag", 'Example: ["en", "zh"].')
        return found

    def _text(self, key: str, default: str) -> str:
        value = self._table.get(key, default)
        if not isinstance(value, str):
            raise self._error(key, f"{key} has to be a string, not {value!r}", "")
        return value

    def _matching(self, key: str, form: re.Pattern[str], allowed: str) -> str:
        value = self._text(key, "")
        if form.fullmatch(value) is None:
            raise self._error(key, f"{key} = {value!r} is not allowed", f"Allowed: {allowed}.")
        return value

    def _list(self, key: str) -> tuple[str, ...]:
        value = self._table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._error(key, f"{key} has to be a list of strings, not {value!r}", "")
        return tuple(value)

    def _error(self, key: str, what: str, hint: str) -> PluginError:
        starts = re.compile(rf"\s*\"?{re.escape(key)}\"?\s*=")
        line = next((number for number, text in enumerate(self._lines, 1) if starts.match(text)), 1)
        return PluginError(f"{self._path}:{line}: {what}.", hint=hint)
