"""The command line's client: which hub it trusts with the owner's token, and what it says when there is none."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.cli.client import HubClient
from hub.cli.main import _run
from hub.contracts.errors import HubError


def gone() -> int:
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def folder_of(folder: Path, port: int, pid: object) -> Path:
    (folder / "token").write_text("the-owner-s-token")
    (folder / "run.json").write_text(json.dumps({"http": {"host": "127.0.0.1", "port": port}, "pid": pid}))
    return folder


@contextmanager
def listener(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Answer every connection with the same bytes; keep what was received."""
    received: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                received.append(connection.recv(65536))
                connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1], received
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()


def test_the_token_never_goes_to_whoever_has_the_port_of_a_dead_hub(tmp_path: Path) -> None:
    with listener(b"") as (port, received):
        with pytest.raises(HubError, match="No hub is running") as caught:
            HubClient(folder_of(tmp_path, port, gone())).get("/api/v1/status")
        assert "aios up" in caught.value.hint
        assert received == []


@pytest.mark.parametrize("pid", [0, -1, 2**70, None, "x"])
def test_a_run_file_that_names_no_process_is_no_hub(tmp_path: Path, pid: object) -> None:
    with pytest.raises(HubError, match="No hub is running"):
        HubClient(folder_of(tmp_path, 1, pid))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"http": 1}', '{"http": {"host": "h", "port": "p"}, "pid": 1}'])
def test_a_damaged_run_file_is_no_hub(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(HubError, match="No hub is running"):
        HubClient(tmp_path)


@pytest.mark.parametrize("answer", [b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n<html"])
def test_something_else_at_the_port_is_named(tmp_path: Path, answer: bytes) -> None:
    with listener(answer) as (port, _), pytest.raises(HubError, match="is not the hub"):
        HubClient(folder_of(tmp_path, port, os.getpid())).get("/api/v1/status")


def test_an_error_of_the_hub_cannot_write_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = json.dumps({"error": "No lamp \x1b]0;evil\x07 here.", "hint": "Say\x1b[2J it again."}).encode()
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
    with listener(answer) as (port, _):
        status = _run("status", ["--data-dir", str(folder_of(tmp_path, port, os.getpid()))])
    shown = capsys.readouterr().err
    assert status == 1
    assert "\\x1b]0;evil" in shown
    assert "\x1b" not in shown
