"""Runs simulators (programs that play devices) as processes of their own, for the length of the hub."""

import asyncio
import contextlib
import sys
from collections.abc import Sequence

from hub.plugins.loader import Simulator
from hub.runtime.logs import get_logger

STOP_LIMIT_S = 2.0

log = get_logger(__name__)


class SimulatorProcesses:
    """The simulators that were started, and their end."""

    def __init__(self) -> None:
        self._processes: list[asyncio.subprocess.Process] = []

    async def start(self, simulators: Sequence[Simulator], *arguments: str) -> None:
        """Start each as `python -m <module> <arguments>`; each ends when its standard input closes."""
        for simulator in simulators:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", simulator.module, *arguments, stdin=asyncio.subprocess.PIPE
            )
            self._processes.append(process)
            log.info("simulator started", simulator=simulator.manifest.id, pid=process.pid)

    async def stop(self) -> None:
        """End them; one that does not go in time is killed."""
        for process in self._processes:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
        for process in self._processes:
            try:
                await asyncio.wait_for(process.wait(), STOP_LIMIT_S)
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
        self._processes.clear()
