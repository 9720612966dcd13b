"""A supervised child process with a TCP port: started, watched, restarted with back-off, never left behind."""

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from hub.contracts.errors import BrokerError
from hub.runtime.logs import get_logger
from hub.runtime.retry import backoff_delays

SIGNAL_AGAIN_S = 0.1  # Mosquitto forgets a signal that comes while it still works on the one before
START_WITHIN_S = 10.0
STOP_WITHIN_S = 2.0
STABLE_AFTER_S = 30.0
POLL_S = 0.01
LAST_LINES = 20  # of its log, for the error message

_LAUNCH = Path(__file__).with_name("launch.py")
_log = get_logger(__name__)


class Child:
    """One program on one port of this machine."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        port: int,
        pid_file: Path,
        on_failure: Callable[[BrokerError], None],
        death_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Prepare; `command` starts with an absolute path.

        Args:
            pid_file: remembers the child, to end it if a crash of the hub left it behind.
            death_signal: what it gets when the hub dies.
        """
        self._name = name
        self._command = tuple(command)
        self._port = port
        self._pid_file = pid_file
        self._on_failure = on_failure
        self._death_signal = death_signal
        self._process: asyncio.subprocess.Process | None = None
        self._lines: deque[str] = deque(maxlen=LAST_LINES)
        self._awaited: list[tuple[str, asyncio.Event]] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._reader: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Return the process id while it runs."""
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    async def start(self) -> None:
        """Start it and wait until its port answers.

        Raises:
            BrokerError: it ended or did not answer; with the last lines of its log.
        """
        await self._launch()
        self._tasks = [asyncio.create_task(self._supervise(), name=f"supervise {self._name}")]

    async def stop(self) -> None:
        """End it, gently first."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._end()
        self._pid_file.unlink(missing_ok=True)

    async def signal(self, number: signal.Signals, *, answer: str = "", within_s: float = 2.0) -> bool:
        """Send a signal and wait until its log says `answer`; return whether it did."""
        if self._process is None or self._process.returncode is not None:
            return False
        answered = asyncio.Event()
        self._awaited.append((answer, answered))
        try:
            async with asyncio.timeout(within_s):
                while not answered.is_set():
                    self._process.send_signal(number)
                    with suppress(TimeoutError):
                        await asyncio.wait_for(answered.wait(), SIGNAL_AGAIN_S)
            return True
        except (TimeoutError, ProcessLookupError):
            return False
        finally:
            self._awaited.remove((answer, answered))

    async def _launch(self) -> None:
        self._lines.clear()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", str(_LAUNCH), str(os.getpid()), str(int(self._death_signal))),
                *self._command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,  # Ctrl-C is for the hub, which ends it after its own goodbye
            )
        except OSError as error:
            raise BrokerError(f"{self._name} cannot be started: {error}.", hint="Check the program.") from error
        self._reader = asyncio.create_task(self._read(self._process), name=f"log of {self._name}")
        self._pid_file.write_text(str(self._process.pid), encoding="utf-8")
        try:
            await self._wait_until_ready(self._process)
        except BaseException:
            await self._end()
            raise

    async def _wait_until_ready(self, process: asyncio.subprocess.Process) -> None:
        try:
            async with asyncio.timeout(START_WITHIN_S):
                while process.returncode is None:
                    if await _answers(self._port):
                        return
                    await asyncio.sleep(POLL_S)
        except TimeoutError:
            pass
        if self._reader is not None and process.returncode is not None:
            await asyncio.wait([self._reader], timeout=1.0)
        said = " | ".join(self._lines) or "it said nothing"
        ended = "did not open its port" if process.returncode is None else f"ended with status {process.returncode}"
        raise BrokerError(f"{self._name} {ended} (port {self._port}): {said}.", hint="See its log above.")

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        if process.stderr is None:
            return
        while True:
            try:
                line = await process.stderr.readline()
            except ValueError:  # a line over the stream's limit
                continue
            if not line:
                return
            text = line.decode("utf-8", "replace").rstrip()
            self._lines.append(text)
            for answer, answered in self._awaited:
                if answer in text:
                    answered.set()
            _log.debug("broker log", broker=self._name, line=text)

    async def _supervise(self) -> None:
        delays = backoff_delays(first_s=0.5)
        loop = asyncio.get_running_loop()
        while True:
            started_s = loop.time()
            process = self._process
            status = await process.wait() if process is not None else None
            if loop.time() - started_s >= STABLE_AFTER_S:
                delays = backoff_delays(first_s=0.5)
            said = " | ".join(list(self._lines)[-3:])
            self._report(f"{self._name} ended with status {status}{f': {said}' if said else ''}.")
            while True:
                await asyncio.sleep(next(delays))
                try:
                    await self._launch()
                    _log.info("broker runs again", broker=self._name, port=self._port)
                    break
                except (BrokerError, OSError) as error:
                    self._report(str(error))

    def _report(self, what: str) -> None:
        _log.error("broker failed, restarting it", broker=self._name, reason=what)
        try:
            self._on_failure(BrokerError(what, hint="It is being restarted."))
        except Exception:  # noqa: BLE001  # border to the callback
            _log.exception("a callback on the broker failed")

    async def _end(self) -> None:
        process, reader = self._process, self._reader
        if process is not None and process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
            except TimeoutError:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        if reader is not None:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)


def is_port_free(port: int, host: str = "127.0.0.1") -> bool:
    """Tell whether a server could listen there."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str = "127.0.0.1") -> int:
    """Return a port on which nothing listens now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


async def end_stale(pid_file: Path, command: Sequence[str]) -> None:
    """End the child that an earlier hub left behind; only if that process runs the very same command."""
    pid = _remembered(pid_file)
    if pid is None or not _runs(pid, command):
        return
    _log.warning("ending a broker that an earlier run left behind", pid=pid)
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
    for _ in range(int(STOP_WITHIN_S / POLL_S)):
        if not _runs(pid, command):
            return
        await asyncio.sleep(POLL_S)


def _remembered(pid_file: Path) -> int | None:
    try:
        return int(pid_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _runs(pid: int, command: Sequence[str]) -> bool:
    try:
        running = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]
    except OSError:  # gone, or no Linux
        return False
    return running[: len(command)] == [part.encode() for part in command]


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True
