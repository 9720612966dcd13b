"""The phrases in a skill's folder (`phrases/<language>.toml`), read into lessons for what the model does not know."""

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from hub.contracts.errors import PluginError
from hub.contracts.skill import Lesson, Skill
from hub.plugins.loader import Loaded, PluginFailure
from hub.runtime.logs import get_logger

PHRASES_FOLDER = "phrases"

_SLOT = re.compile(r"\{(\w*)\}")
_KEYS = ("examples", "counter")
_WORDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "device": ("lamp", "heater", "fan"),
        "area": ("kitchen", "bedroom", "office"),
        "value": ("twenty", "half", "5"),
        "color": ("red", "blue", "warm white"),
        "mode": ("auto", "quiet", "eco"),
        "media": ("jazz", "the news", "an audio book"),
        "when": ("at eight", "tomorrow", "in ten minutes"),
        "duration": ("ten minutes", "an hour", "half an hour"),
        "quantifier": ("all", "both", "every one of"),
        "except": ("except the lamp", "but not the fan"),
        "attribute": ("temperature", "battery", "level"),
        "state": ("on", "open", "off"),
        "item": ("milk", "the keys", "bread"),
        "person": ("Anna", "Tom", "grandma"),
    },
    "zh": {
        "device": ("台灯", "暖气", "风扇"),
        "area": ("厨房", "卧室", "书房"),
        "value": ("二十", "一半", "5"),
        "color": ("红色", "蓝色", "暖白"),
        "mode": ("自动", "静音", "节能"),
        "media": ("爵士乐", "新闻", "有声书"),
        "when": ("八点", "明天", "十分钟后"),
        "duration": ("十分钟", "一个小时", "半小时"),
        "quantifier": ("所有", "两个", "全部"),
        "except": ("除了台灯", "风扇除外"),
        "attribute": ("温度", "电量", "亮度"),
        "state": ("开着", "关着", "亮着"),
        "item": ("牛奶", "钥匙", "面包"),
        "person": ("安娜", "小王", "奶奶"),
    },
}
"""Everyday words for each tag; a language without words of its own takes the English ones."""
_log = get_logger(__name__)


def read_phrases(folder: Path, skill_id: str) -> tuple[Lesson, ...]:
    """Return one lesson for each intent in the phrases of a skill folder, () where it has none.

    Raises:
        PluginError: a file is no TOML, or an intent in it has no examples, no list of strings, or an unknown slot.
    """
    examples: dict[str, list[str]] = {}
    counters: dict[str, list[str]] = {}
    for path in sorted((folder / PHRASES_FOLDER).glob("*.toml")):
        for name, entry in _table(path).items():
            intent = f"{skill_id}.{name}"
            said, unlike = _phrases(path, name, entry)
            examples.setdefault(intent, []).extend(said)
            counters.setdefault(intent, []).extend(unlike)
    return tuple(
        Lesson(intent=intent, examples=tuple(said), counters=tuple(counters[intent]))
        for intent, said in examples.items()
    )


def read_lessons(loaded: Loaded, known: Collection[str]) -> tuple[Lesson, ...]:
    """Return the lessons of all installed skills; () where the model knows every intent, and no file is read then.

    A skill whose phrases are bad goes without them: it is added to `loaded.failed`.

    Args:
        known: the intents that the model was trained for.
    """
    if all(spec.name in known for plugin in loaded.skills for spec in plugin.skill.manifest.intents):
        return ()
    lessons: list[Lesson] = []
    for plugin in loaded.skills:
        try:
            found = read_phrases(plugin.path, plugin.manifest.id)
            _check_declared(found, plugin.skill, plugin.path)
        except PluginError as error:
            failure = PluginFailure(id=plugin.manifest.id, path=plugin.path, reason=error.what, hint=error.hint)
            loaded.failed.append(failure)
            _log.warning("phrases not loaded", plugin=failure.id, reason=failure.reason, hint=failure.hint)
        else:
            lessons += found
    return tuple(lessons)


def _check_declared(lessons: Iterable[Lesson], skill: Skill, folder: Path) -> None:
    declared = {spec.name for spec in skill.manifest.intents}
    for lesson in lessons:
        if lesson.intent not in declared:
            raise PluginError(
                f"{folder / PHRASES_FOLDER}: the skill does not declare the intent {lesson.intent!r}.",
                hint="Give them the name of an intent in its SkillManifest.",
            )


def _table(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise PluginError(f"{path}: not valid TOML: {error}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PluginError(f"{path}: cannot be read as UTF-8 text: {error}.") from error


def _phrases(path: Path, name: str, entry: object) -> tuple[list[str], list[str]]:
    if not isinstance(entry, dict):
        raise _error(path, name, f"has to be a table with `examples`, not {entry!r}")
    for key in entry:
        if key not in _KEYS:
            raise _error(path, name, f"unknown key {key!r}", f"Known are: {', '.join(_KEYS)}.")
    said, unlike = (_texts(path, name, key, entry.get(key, [])) for key in _KEYS)
    if not said:
        raise _error(path, name, "there are no examples", "A handful is enough: eight or more work well.")
    return said, unlike


def _texts(path: Path, name: str, key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise _error(path, name, f"{key} has to be a list of strings that are not empty, not {value!r}")
    return [_filled(path, name, text, position) for position, text in enumerate(value)]


def _filled(path: Path, name: str, text: str, position: int) -> str:
    """Return the phrase with a word in each slot; another one from phrase to phrase."""
    words = _WORDS.get(path.stem, _WORDS["en"])

    def word(found: re.Match[str]) -> str:
        choices = words.get(found[1])
        if choices is None:
            raise _error(path, name, f"unknown slot {found[0]!r} in {text!r}", f"Known are: {', '.join(words)}.")
        return choices[position % len(choices)]

    made = _SLOT.sub(word, text)
    if "{" in made or "}" in made:
        raise _error(path, name, f"a brace that is no slot in {text!r}", 'Example: "water the {item}".')
    return made


def _error(path: Path, name: str, what: str, hint: str = "") -> PluginError:
    return PluginError(f"{path}: intent {name!r}: {what}.", hint=hint)
