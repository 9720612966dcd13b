"""Phrases of a skill: read with their slots filled, and every bad file named with its intent."""

from pathlib import Path

import pytest

from hub.contracts.errors import PluginError
from hub.plugins import Loaded, load_plugins
from hub.plugins.phrases import read_lessons, read_phrases

MANIFEST = 'id = "{id}"\nkind = "skill"\nentry = "skill:Made"\nversion = "1.0"\n'
SKILL = """
from hub.sdk import Answer, IntentSpec, SkillManifest


class Made:
    manifest = SkillManifest(
        id="{id}", name="Made", version="1.0", languages=("en",),
        intents=(IntentSpec(name="{id}.water", needs_target=False),),
    )

    def handle(self, frame, context):
        return Answer(text="done")
"""
GOOD = '["water"]\nexamples = ["water the plants"]\n'


def write(folder: Path, **files: str) -> Path:
    """Write phrase files by language."""
    (folder / "phrases").mkdir(parents=True)
    for language, text in files.items():
        (folder / "phrases" / f"{language}.toml").write_text(text, encoding="utf-8")
    return folder


def skill(folder: Path, **phrases: str) -> Path:
    """Write a skill of that name that declares "<name>.water"."""
    write(folder, **phrases)
    (folder / "manifest.toml").write_text(MANIFEST.format(id=folder.name), encoding="utf-8")
    (folder / "skill.py").write_text(SKILL.format(id=folder.name), encoding="utf-8")
    return folder


def test_a_folder_without_phrases_teaches_nothing(tmp_path: Path) -> None:
    assert read_phrases(tmp_path, "plants") == ()


def test_the_languages_of_an_intent_make_one_lesson(tmp_path: Path) -> None:
    chinese = '["water"]\nexamples = ["给植物浇水"]\ncounter = ["烧一壶水"]\n'
    (lesson,) = read_phrases(write(tmp_path, en=GOOD, zh=chinese), "plants")
    assert lesson.intent == "plants.water"
    assert lesson.examples == ("water the plants", "给植物浇水")
    assert lesson.counters == ("烧一壶水",)


def test_slots_become_words_of_the_language_and_not_always_the_same(tmp_path: Path) -> None:
    english = '["water"]\nexamples = ["water the {item}", "water the {item} in the {area}"]\n'
    chinese = '["water"]\nexamples = ["{when}给{item}浇水"]\n'
    (lesson,) = read_phrases(write(tmp_path, en=english, zh=chinese), "plants")
    first, second, third = lesson.examples
    assert not any("{" in example for example in lesson.examples)
    assert first.removeprefix("water the ") != second.split()[2]
    assert third.isascii() is False
    assert not any(letter.isascii() for letter in third)


def test_a_language_that_we_have_no_words_for_is_read_as_well(tmp_path: Path) -> None:
    (lesson,) = read_phrases(write(tmp_path, de='["water"]\nexamples = ["gieße {item}"]\n'), "plants")
    assert lesson.examples[0].startswith("gieße ")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('["water"\n', "not valid TOML"),
        ('["water"]\n', "no examples"),
        ('["water"]\nexamples = []\n', "no examples"),
        ('["water"]\nexamples = "water"\n', "list of strings"),
        ('["water"]\nexamples = ["water", 3]\n', "list of strings"),
        ('["water"]\nexamples = ["  "]\n', "list of strings"),
        ('["water"]\nexamples = ["water"]\ncounter = "x"\n', "counter has to be a list"),
        ('["water"]\nexamples = ["water"]\ncounters = ["x"]\n', "unknown key 'counters'"),
        ('["water"]\nexamples = ["water the {plant}"]\n', "unknown slot '{plant}'"),
        ('["water"]\nexamples = ["water the {item"]\n', "a brace that is no slot"),
        ('water = "water the plants"\n', "has to be a table"),
    ],
)
def test_bad_phrases_name_their_file_and_intent(tmp_path: Path, text: str, what: str) -> None:
    write(tmp_path, en=text)
    with pytest.raises(PluginError) as caught:
        read_phrases(tmp_path, "plants")
    assert caught.value.what.startswith(f"{tmp_path / 'phrases' / 'en.toml'}: ")
    assert what in caught.value.what
    assert "TOML" in what or "'water'" in caught.value.what


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "phrases" / "en.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PluginError, match="cannot be read as UTF-8"):
        read_phrases(tmp_path, "plants")


def test_the_phrases_of_the_built_in_skills_can_be_read() -> None:
    for plugin in load_plugins(kind="skill").skills:
        declared = {spec.name for spec in plugin.skill.manifest.intents}
        assert {lesson.intent for lesson in read_phrases(plugin.path, plugin.manifest.id)} <= declared


def loaded_from(folder: Path) -> Loaded:
    found = load_plugins([folder], "skill", has_builtin=False)
    assert found.failed == []
    return found


def test_bad_phrases_disable_only_themselves_and_are_reported(tmp_path: Path) -> None:
    skill(tmp_path / "plants", en=GOOD)
    skill(tmp_path / "ponds", en='["water"]\nexamples = 3\n')
    loaded = loaded_from(tmp_path)
    assert [lesson.intent for lesson in read_lessons(loaded, ())] == ["plants.water"]
    assert [failure.id for failure in loaded.failed] == ["ponds"]
    assert "ponds/phrases/en.toml: intent 'water'" in loaded.failed[0].reason
    assert len(loaded.skills) == 2


def test_phrases_for_an_intent_that_nobody_declared_are_reported(tmp_path: Path) -> None:
    skill(tmp_path / "plants", en='["watre"]\nexamples = ["water the plants"]\n')
    loaded = loaded_from(tmp_path)
    assert read_lessons(loaded, ()) == ()
    assert "does not declare the intent 'plants.watre'" in loaded.failed[0].reason


def test_no_file_is_read_where_the_model_knows_every_intent(tmp_path: Path) -> None:
    loaded = loaded_from(skill(tmp_path / "plants", en="not TOML"))
    assert read_lessons(loaded, ("plants.water",)) == ()
    assert loaded.failed == []
    read_lessons(loaded, ())
    assert loaded.failed != []
