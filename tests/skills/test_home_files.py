"""The files beside the home skill: phrases and responses are complete, in both languages."""

import re
import tomllib
from pathlib import Path

import pytest

from hub.plugins import load_plugins
from tests.skills.home import SKILL

FOLDER = next(one.path for one in load_plugins(kind="skill").skills if one.manifest.id == "home")
TAGS = frozenset(
    """device area value color mode media when duration quantifier except attribute state item person""".split()
)


def read(path: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_intent_has_examples_and_counter_examples(language: str) -> None:
    phrases = read(FOLDER / "phrases" / f"{language}.toml")
    intents = {spec.name.removeprefix("home.") for spec in SKILL.manifest.intents}
    assert set(phrases) == intents
    assert all(entry["examples"] and entry["counter"] for entry in phrases.values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_example_stands_for_two_intents(language: str) -> None:
    seen: dict[str, str] = {}
    for intent, entry in read(FOLDER / "phrases" / f"{language}.toml").items():
        for example in entry["examples"]:  # type: ignore[attr-defined]
            if "{value}" in example or "{mode}" in example or "{color}" in example:
                continue  # the device and the unit decide these
            assert seen.setdefault(example, intent) == intent, example


@pytest.mark.parametrize("language", ["en", "zh"])
def test_slots_in_phrases_are_known_tags(language: str) -> None:
    text = (FOLDER / "phrases" / f"{language}.toml").read_text(encoding="utf-8")
    assert set(re.findall(r"\{(\w+)\}", text)) <= TAGS


def test_both_languages_have_the_same_responses_with_the_same_placeholders() -> None:
    english, chinese = (read(FOLDER / "responses" / f"{language}.toml") for language in ("en", "zh"))
    for group in english.keys() - {"color"}:
        assert english[group].keys() == chinese[group].keys(), group
        for key, text in english[group].items():
            assert set(re.findall(r"\{(\w+)\}", str(text))) - {"n"} >= set(
                re.findall(r"\{(\w+)\}", str(chinese[group][key]))
            ) - {"n"}, (group, key)
