"""The data folder is private, and its token is made once."""

import json
import os
import stat
from pathlib import Path

import pytest

from hub.contracts.errors import ConfigError
from hub.runtime.data_dir import DataDir


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_token_and_run_file_are_private(tmp_path: Path) -> None:
    folder = DataDir(tmp_path / "a" / "b")
    folder.prepare()
    token = folder.token()
    folder.write_run_file({"pid": 1})
    assert mode(folder.path) == 0o700
    assert mode(folder.path / "token") == mode(folder.path / "run.json") == 0o600
    assert len(token) >= 43
    assert folder.token() == token
    assert json.loads((folder.path / "run.json").read_text()) == {"pid": 1}
    folder.remove_run_file()
    folder.remove_run_file()
    assert not (folder.path / "run.json").exists()


def test_an_empty_token_file_is_no_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("")
    assert len(DataDir(tmp_path).token()) >= 43


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(ConfigError, match="cannot be written"):
        DataDir(tmp_path).prepare()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(ConfigError, match="data"):
        DataDir(tmp_path / "data").prepare()
