"""config.toml and the environment: defaults, overrides, and errors that name the key."""

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from hub.config import Settings, load_settings
from hub.contracts.errors import ConfigError

SAMPLE = Path(__file__).resolve().parent.parent / "config.toml"


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_sample_names_every_setting_with_its_default() -> None:
    sample = tomllib.loads(SAMPLE.read_text(encoding="utf-8"))
    settings = Settings()
    for section in fields(Settings):
        if section.name in ("data_dir", "is_demo"):
            continue
        defaults = getattr(settings, section.name)
        expected = {f.name: getattr(defaults, f.name) for f in fields(defaults)}
        found = {k: tuple(v) if isinstance(v, list) else v for k, v in sample[section.name].items()}
        assert found == expected
    assert set(sample) == {f.name for f in fields(Settings)} - {"data_dir", "is_demo"}


def test_file_then_environment_override_the_defaults(tmp_path: Path) -> None:
    path = write(tmp_path, '[http]\nport = 9000\n[home]\nlanguage = "zh"\n')
    settings = load_settings(path, environ={"AIOS_HTTP_PORT": "9001", "AIOS_MDNS_ENABLED": "false"})
    assert (settings.http.port, settings.home.language, settings.mdns.enabled) == (9001, "zh", False)


def test_lists_come_from_the_environment_by_commas(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, ""), environ={"AIOS_MDNS_INTERFACES": "127.0.0.1,192.168.1.2"})
    assert settings.mdns.interfaces == ("127.0.0.1", "192.168.1.2")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[htpp]\nport = 1\n", "[htpp]"),
        ("[http]\nprot = 1\n", "http.prot"),
        ('[http]\nport = "x"\n', "http.port"),
        ("[http]\nport = true\n", "http.port"),
        ("[http]\nport = 70000\n", "http.port"),
        ('[home]\nlanguage = "fr"\n', "home.language"),
        ('[home]\ntime_zone = "Mars/Base"\n', "home.time_zone"),
        ("[home]\nheat_limit_c = nan\n", "home.heat_limit_c"),
        ("[mdns]\ninterfaces = [1]\n", "mdns.interfaces"),
        ("home = 1\n", "home"),
        ("[http]\nport = 1\nport = 2\n", "TOML"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, names: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_settings(write(tmp_path, text), environ={})
    assert names in caught.value.what
    assert caught.value.hint


def test_a_wrong_value_in_the_environment_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"http\.port"):
        load_settings(write(tmp_path, ""), environ={"AIOS_HTTP_PORT": "many"})


def test_a_missing_or_binary_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no config file"):
        load_settings(tmp_path / "none.toml", environ={})
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="UTF-8"):
        load_settings(tmp_path / "bad.toml", environ={})
