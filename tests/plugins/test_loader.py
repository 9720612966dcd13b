"""Loading plug-ins: by path, each alone, and every failure with file, line and reason."""

import subprocess
import sys
from pathlib import Path

import pytest

from hub.contracts.errors import PluginError
from hub.plugins import PluginKind, load_plugins, read_manifest

MANIFEST = 'id = "{id}"\nkind = "{kind}"\nentry = "{entry}"\nversion = "1.0"\n'
SKILL = """
from hub.sdk import Answer, IntentSpec, SkillManifest

from .words import GREETING


class Plants:
    manifest = SkillManifest(
        id="{id}", name="Plants", version="1.0", languages=("en",), intents=(IntentSpec(name="{id}.water"),)
    )

    def handle(self, frame, context):
        return Answer(text=GREETING)
"""
DRIVER = """
class Dialect:
    dialect = "paper"

    def start(self):
        return ()

    def feed(self, inbound):
        return ()

    def encode(self, command):
        return ()

    def query(self, source):
        return ()
"""


def make(folder: Path, *, kind: str = "skill", entry: str = "skill:Plants", plugin_id: str = "", **files: str) -> Path:
    """Write a plug-in folder; its id is the folder's name unless given."""
    folder.mkdir(parents=True)
    plugin_id = plugin_id or folder.name
    (folder / "manifest.toml").write_text(MANIFEST.format(id=plugin_id, kind=kind, entry=entry), encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, encoding="utf-8")
    return folder


def make_skill(folder: Path, **more: str) -> Path:
    return make(folder, skill=SKILL.format(id=folder.name), words='GREETING = "wet"\n', **more)


def test_built_in_plugins_are_found_without_being_named() -> None:
    loaded = load_plugins(kind=PluginKind.SKILL)
    assert [plugin.manifest.id for plugin in loaded.skills if plugin.is_builtin]
    assert loaded.failed == []


def test_a_foreign_skill_loads_by_the_same_road_with_its_own_modules(tmp_path: Path) -> None:
    make_skill(tmp_path / "plants")
    loaded = load_plugins([tmp_path], "skill", has_builtin=False)
    assert loaded.failed == []
    assert type(loaded.skills[0].skill).__module__ == "aios_ext.plants.skill"
    assert "aios_ext.plants.words" in sys.modules


def test_a_folder_that_is_a_plugin_itself_may_be_given(tmp_path: Path) -> None:
    loaded = load_plugins([make_skill(tmp_path / "garden")], "skill", has_builtin=False)
    assert [plugin.manifest.id for plugin in loaded.skills] == ["garden"]


def test_a_driver_is_built_and_checked(tmp_path: Path) -> None:
    make(tmp_path / "paper", kind="driver", entry="driver:Dialect", driver=DRIVER)
    make(tmp_path / "torn", kind="driver", entry="driver:Dialect", driver="class Dialect:\n    dialect = 'torn'\n")
    loaded = load_plugins([tmp_path], "driver", has_builtin=False)
    assert [plugin.driver.dialect for plugin in loaded.drivers] == ["paper"]
    assert "lacks start, feed, encode, query" in loaded.failed[0].reason


def test_a_simulator_is_listed_and_not_imported(tmp_path: Path) -> None:
    make(tmp_path / "puppets", kind="simulator", entry="puppets.show", __init__="raise RuntimeError('imported')\n")
    loaded = load_plugins([tmp_path], has_builtin=False)
    assert [simulator.module for simulator in loaded.simulators] == ["puppets.show"]
    assert loaded.failed == []


def test_a_plugin_that_raises_is_reported_with_its_line_and_harms_no_other(tmp_path: Path) -> None:
    make_skill(tmp_path / "plants")
    make(tmp_path / "broken", skill="x = 1\n\nraise RuntimeError('no water')\n")
    loaded = load_plugins([tmp_path], "skill", has_builtin=False)
    assert [plugin.manifest.id for plugin in loaded.skills] == ["plants"]
    assert f"{tmp_path / 'broken' / 'skill.py'}:3: RuntimeError: no water." in loaded.failed[0].reason


def test_a_plugin_that_exits_or_does_not_parse_does_not_end_the_hub(tmp_path: Path) -> None:
    make(tmp_path / "exits", skill="import sys\nsys.exit(3)\n")
    make(tmp_path / "typo", skill="def f(:\n    pass\n")
    reasons = {failure.id: failure.reason for failure in load_plugins([tmp_path], has_builtin=False).failed}
    assert "skill.py:2: SystemExit" in reasons["exits"]
    assert "skill.py:1: SyntaxError" in reasons["typo"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("id = \n", 1, "not valid TOML"),
        ('id = "x"\nkind = "wizard"\nentry = "a:B"\nversion = "1"\n', 2, "'wizard' is no kind"),
        ('id = "x"\nkind = "skill"\nversion = "1"\n', 1, "the key 'entry' is missing"),
        ('id = "X Y"\nkind = "skill"\nentry = "a:B"\nversion = "1"\n', 1, "is not allowed"),
        ('id = "x"\nkind = "skill"\nentry = "a"\nversion = "1"\n', 3, "is not allowed"),
        ('id = "x"\nkind = "skill"\nentry = "a:B"\nversion = "1"\ncolour = 3\n', 5, "unknown key 'colour'"),
        ('id = "x"\nkind = "skill"\nentry = "a:B"\nversion = "1"\nlanguages = "en"\n', 5, "list of strings"),
        ('id = "hub"\nkind = "skill"\nentry = "a:B"\nversion = "1"\n', 1, "reserved"),
    ],
)
def test_a_broken_manifest_names_file_and_line(tmp_path: Path, text: str, line: int, what: str) -> None:
    path = tmp_path / "manifest.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PluginError) as caught:
        read_manifest(tmp_path)
    assert caught.value.what.startswith(f"{path}:{line}: ")
    assert what in caught.value.what


def test_a_second_plugin_of_one_id_is_refused(tmp_path: Path) -> None:
    make_skill(tmp_path / "a" / "plants")
    make_skill(tmp_path / "b" / "plants")
    loaded = load_plugins([tmp_path / "a", tmp_path / "b"], "skill", has_builtin=False)
    assert len(loaded.skills) == 1
    assert "is taken by" in loaded.failed[0].reason


def test_a_folder_of_a_reserved_name_is_refused(tmp_path: Path) -> None:
    make(tmp_path / "devices", plugin_id="mine", skill=SKILL.format(id="mine"), words='GREETING = ""\n')
    loaded = load_plugins([tmp_path], "skill", has_builtin=False)
    assert loaded.skills == []
    assert "may not be called 'devices'" in loaded.failed[0].reason


def test_a_skill_may_not_claim_anothers_intents(tmp_path: Path) -> None:
    text = SKILL.format(id="thief").replace("thief.water", "home.turn_on")
    make(tmp_path / "thief", skill=text, words='GREETING = ""\n')
    loaded = load_plugins([tmp_path], "skill", has_builtin=False)
    assert "'home.turn_on' does not belong" in loaded.failed[0].reason


def test_a_disabled_plugin_is_not_loaded(tmp_path: Path) -> None:
    make(tmp_path / "loud", skill="raise RuntimeError\n")
    loaded = load_plugins([tmp_path], "skill", disabled=["loud"], has_builtin=False)
    assert (loaded.skills, loaded.failed, loaded.disabled) == ([], [], ["loud"])


def test_a_folder_that_is_not_there_is_reported(tmp_path: Path) -> None:
    loaded = load_plugins([tmp_path / "nowhere"], "skill", has_builtin=False)
    assert "there is no such folder" in loaded.failed[0].reason


def test_a_foreign_package_of_our_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "skills").mkdir()
    (tmp_path / "skills" / "__init__.py").write_text("", encoding="utf-8")
    root = str(Path(__file__).parents[2])
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {root!r}]; import skills; from hub.plugins import load_plugins"
        "\ntry:\n    load_plugins()\nexcept Exception as error:\n    print(error)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "a foreign package is called 'skills'" in ran.stdout
