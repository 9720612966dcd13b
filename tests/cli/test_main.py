"""The command line: help with examples for every command, errors in words, no hub needed for what is local."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from hub.cli.doctor import Level, examine
from hub.cli.explain import page
from hub.cli.main import COMMANDS
from hub.cli.service import unit_text
from hub.config import load_settings
from hub.contracts.errors import HubError

AIOS = Path(sys.executable).parent / "aios"


def aios(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [AIOS, *arguments], capture_output=True, text=True, check=False, timeout=60, env={**os.environ, **environment}
    )


def test_help_lists_every_command() -> None:
    shown = aios("--help").stdout
    assert all(name in shown for name in COMMANDS)


@pytest.mark.parametrize("name", sorted(set(COMMANDS) - {"understand"}))
def test_every_command_has_help_with_examples(name: str) -> None:
    result = aios(name, "--help")
    assert result.returncode == 0
    assert f"aios {name}" in result.stdout
    assert "examples:" in result.stdout


def test_an_unknown_command_is_named() -> None:
    result = aios("dance")
    assert result.returncode == 2
    assert "'dance'" in result.stderr


@pytest.mark.parametrize("arguments", [["ask", "hello"], ["devices"], ["status"], ["explain"], ["schedule"], ["mqtt"]])
def test_without_a_hub_every_client_says_how_to_start_one(tmp_path: Path, arguments: list[str]) -> None:
    result = aios(*arguments, "--data-dir", str(tmp_path))
    assert result.returncode == 1
    assert "aios up" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_typo_in_the_config_names_the_key(tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text("[http]\nprot = 1\n")
    result = aios("up", "--config", str(config), "--data-dir", str(tmp_path / "data"))
    assert result.returncode == 78
    assert "http.prot" in result.stderr
    assert "Known are: host, port" in result.stderr
    assert not (tmp_path / "data").exists()


def test_doctor_finds_this_machine_able(tmp_path: Path) -> None:
    findings = examine(load_settings(None, data_dir=tmp_path, environ={"AIOS_MDNS_INTERFACES": "127.0.0.1"}))
    assert {finding.check for finding in findings} >= {
        "python", "broker", "port", "multicast", "database", "model", "permissions", "clock", "memory",
    }  # fmt: skip
    assert all(finding.advice for finding in findings if finding.level is not Level.OK)
    assert next(f for f in findings if f.check == "model").level is Level.OK


def test_doctor_sees_a_broken_database_and_model(tmp_path: Path) -> None:
    (tmp_path / "aios.db").write_bytes(b"SQLite format 3\x00" + b"\xff" * 5000)
    environment = {"AIOS_MODEL_PATH": str(tmp_path / "no-model"), "AIOS_MDNS_ENABLED": "false"}
    found = {f.check: f for f in examine(load_settings(None, data_dir=tmp_path, environ=environment))}
    assert found["database"].level is Level.FAIL
    assert found["model"].level is Level.FAIL
    assert found["model"].advice


def test_doctor_sees_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        environment = {"AIOS_HTTP_PORT": port, "AIOS_MDNS_ENABLED": "false"}
        found = {f.check: f for f in examine(load_settings(None, data_dir=tmp_path, environ=environment))}
    assert found["port"].level is Level.FAIL
    assert port in found["port"].found
    assert "http.port" in found["port"].advice


def test_doctor_prints_json(tmp_path: Path) -> None:
    result = aios("doctor", "--json", "--data-dir", str(tmp_path), AIOS_MDNS_INTERFACES="127.0.0.1")
    assert {"check", "level", "found", "advice"} == set(json.loads(result.stdout)[0])


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    result = aios("service", "install", "--path", str(tmp_path / "aios.service"), "--user", "root")
    assert result.returncode == 0, result.stderr
    unit = (tmp_path / "aios.service").read_text()
    assert "User=root\n" in unit
    assert f"ExecStart={AIOS} up" in unit
    program = shutil.which("systemd-analyze")
    if program is not None:  # where there is no systemd, the command has left this out too
        subprocess.run([program, "verify", str(tmp_path / "aios.service")], check=True)


def test_under_sudo_the_hub_is_not_run_as_root() -> None:
    assert "User=pi\n" in aios("service", "install", "--print", SUDO_USER="pi").stdout


@pytest.mark.parametrize(
    ("folder", "shown"),
    [
        ("/opt/hub", "/opt/hub/aios up"),
        ("/home/a b", '"/home/a b/aios" up'),
        ("/x%n", '"/x%%n/aios" up'),
        ('/x"y', '"/x\\"y/aios" up'),
    ],
)
def test_any_folder_can_stand_in_the_unit(monkeypatch: pytest.MonkeyPatch, folder: str, shown: str) -> None:
    monkeypatch.setattr(sys, "executable", f"{folder}/python")
    assert f"ExecStart={shown} --data-dir" in unit_text("pi")


def test_a_folder_cannot_break_out_of_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/x\nExecStart=y/python")
    with pytest.raises(HubError, match="cannot stand in a unit"):
        unit_text("pi")


def test_a_user_name_cannot_break_out_of_its_line() -> None:
    with pytest.raises(HubError, match="user name"):
        unit_text("pi\nExecStart=/bin/sh")


def test_a_record_is_shown_as_an_indented_page_without_what_is_empty() -> None:
    assert page({"heard": "hi", "empty": [], "scores": {"a": 0.12345}, "list": [{"x": 1}, {"x": None}]}) == [
        "heard: hi", "scores:", "  a: 0.123", "list:", "  1:", "    x: 1",
    ]  # fmt: skip
