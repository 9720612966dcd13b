"""`aios doctor`: checks this machine and says of each finding what to do."""

import argparse
import asyncio
import contextlib
import json
import os
import platform
import shutil
import socket
import sqlite3
import stat
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from hub.cli.client import HubClient
from hub.config import Settings, load_settings
from hub.contracts.errors import HubError
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios doctor
  aios doctor --json --data-dir ./data
"""
BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # no clock is right that shows an earlier day
MEMORY_MB = 300  # hub, broker and a little air


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One check: what was found and, unless it is fine, what to do."""

    check: str
    level: Level
    found: str
    advice: str = ""


def run(arguments: list[str]) -> int:
    """Run all checks; exit status 1 when one failed."""
    parser = argparse.ArgumentParser(
        prog="aios doctor",
        description="Check this machine and say what to do. Exit status 1: something has to be done.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--config", type=Path, metavar="FILE", help="settings to check")
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="data folder to check")
    options = parser.parse_args(arguments)
    findings = examine(load_settings(options.config, data_dir=options.data_dir))
    if options.json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False) + "\n")
    else:
        for finding in findings:
            sys.stdout.write(escape(f"{finding.level.value:<5} {finding.check:<12} {finding.found}") + "\n")
            if finding.advice:
                sys.stdout.write(escape(f"{'':<18} -> {finding.advice}") + "\n")
    return 1 if any(finding.level is Level.FAIL for finding in findings) else 0


def examine(settings: Settings) -> list[Finding]:
    """Return a finding for each check; a check that itself fails is a finding too."""
    checks: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
        ("python", _python),
        ("broker", _broker),
        ("port", _port),
        ("multicast", _multicast),
        ("database", _database),
        ("model", _model),
        ("permissions", _permissions),
        ("clock", _clock),
        ("memory", _memory),
    )
    findings = []
    for name, check in checks:
        try:
            findings.append(check(settings))
        except (HubError, OSError) as error:
            hint = error.hint if isinstance(error, HubError) else ""
            findings.append(Finding(check=name, level=Level.FAIL, found=str(error), advice=hint or "See above."))
    return findings


def _python(_: Settings) -> Finding:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding(check="python", level=Level.OK, found=f"{version} on {platform.machine()}")
    return Finding(check="python", level=Level.FAIL, found=version, advice="Use Python 3.11, 3.12 or 3.13.")


def _broker(settings: Settings) -> Finding:
    from hub.transport.broker import find_mosquitto

    if settings.broker.url:
        return Finding(check="broker", level=Level.OK, found=f"external: {settings.broker.url}")
    program = find_mosquitto(settings.broker.mosquitto)
    if program is not None and settings.broker.embedded != "amqtt":
        return Finding(check="broker", level=Level.OK, found=f"Mosquitto at {program}")
    return Finding(
        check="broker",
        level=Level.WARN,
        found="no Mosquitto: the embedded broker will do, on loopback and for trying out only",
        advice="Debian, Raspberry Pi OS: sudo apt install mosquitto. macOS: brew install mosquitto.",
    )


def _port(settings: Settings) -> Finding:
    host, port = settings.http.host, settings.http.port
    with contextlib.suppress(HubError):
        running = HubClient(settings.data_dir)
        return Finding(check="port", level=Level.OK, found=f"the running hub has {running.host}:{running.port}")
    if port == 0:
        return Finding(check="port", level=Level.OK, found="any free one, chosen at each start")
    try:
        with socket.create_server((host, port)):
            return Finding(check="port", level=Level.OK, found=f"{host}:{port} is free")
    except OSError as error:
        found = f"{host}:{port} cannot be used ({os.strerror(error.errno) if error.errno else error})"
        advice = "Stop the program that uses it, or set another http.port (AIOS_HTTP_PORT=8090 aios up)."
        return Finding(check="port", level=Level.FAIL, found=found, advice=advice)


def _multicast(settings: Settings) -> Finding:
    from hub.runtime.clock import SystemClock
    from hub.transport.mdns import Mdns

    if not settings.mdns.enabled:
        return Finding(
            check="multicast", level=Level.WARN, found="mDNS is switched off", advice="Set mdns.enabled = true."
        )

    async def join() -> str:
        mdns = Mdns(settings.mdns, SystemClock())
        await mdns.start()
        problem = mdns.diagnose()
        await mdns.stop()
        return problem

    problem = asyncio.run(join())
    if not problem:
        return Finding(check="multicast", level=Level.OK, found="mDNS can be used")
    advice = "Check the network and its firewall (UDP 5353), or name interfaces under [mdns] interfaces."
    return Finding(check="multicast", level=Level.WARN, found=problem, advice=advice)


def _database(settings: Settings) -> Finding:
    if settings.database.url:
        return Finding(check="database", level=Level.OK, found="external; checked when the hub starts")
    path = settings.data_dir / "aios.db"
    if not path.exists():
        return Finding(check="database", level=Level.OK, found="none yet; the first start makes it")
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=2)
    try:
        result = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        result = str(error)
    finally:
        connection.close()
    if result == "ok":
        return Finding(check="database", level=Level.OK, found=f"{path.stat().st_size // 1024} kB, sound")
    advice = f"Stop the hub, move {path} away, and put the newest good backup in its place."
    return Finding(check="database", level=Level.FAIL, found=f"{path}: {result}", advice=advice)


def _model(settings: Settings) -> Finding:
    from hub.understanding.encoder import MODEL_FOLDER, load_model

    folder = Path(settings.model.path) if settings.model.path else MODEL_FOLDER
    model = load_model(folder)
    return Finding(check="model", level=Level.OK, found=f"version {model.manifest.version}, checksums match")


def _permissions(settings: Settings) -> Finding:
    folder = settings.data_dir
    if not folder.exists():
        return Finding(check="permissions", level=Level.OK, found=f"{folder} is made at the first start")
    if not os.access(folder, os.W_OK | os.X_OK):
        advice = f"sudo chown -R $USER {folder}"
        return Finding(check="permissions", level=Level.FAIL, found=f"{folder} cannot be written", advice=advice)
    token = folder / "token"
    open_ones = [p for p in (folder, token) if p.exists() and stat.S_IMODE(p.stat().st_mode) & 0o077]
    if open_ones:
        found = f"others may read {', '.join(map(str, open_ones))}"
        advice = f"chmod go-rwx {' '.join(map(str, open_ones))}"
        return Finding(check="permissions", level=Level.FAIL, found=found, advice=advice)
    return Finding(check="permissions", level=Level.OK, found=f"{folder} is private")


def _clock(_: Settings) -> Finding:
    now = datetime.now(UTC)
    if now < BUILT:
        advice = "Connect the network so that the clock can be set, or add a clock module (RTC)."
        return Finding(check="clock", level=Level.FAIL, found=f"the clock shows {now:%Y-%m-%d}", advice=advice)
    if Path("/run/systemd/timesync").exists() and not Path("/run/systemd/timesync/synchronized").exists():
        return Finding(
            check="clock", level=Level.WARN, found="not set by the network yet", advice="timedatectl set-ntp true"
        )
    return Finding(check="clock", level=Level.OK, found=f"{now.astimezone():%Y-%m-%d %H:%M %Z}")


def _memory(settings: Settings) -> Finding:
    available_mb = _available_mb()
    disk = settings.data_dir if settings.data_dir.exists() else Path.home()
    free_mb = shutil.disk_usage(disk).free // 2**20
    found = f"{available_mb} MB of memory and {free_mb} MB of disk are free"
    if free_mb < 100:
        return Finding(check="memory", level=Level.FAIL, found=found, advice="Free some disk space.")
    if available_mb < MEMORY_MB:
        return Finding(check="memory", level=Level.WARN, found=found, advice="Close other programs.")
    return Finding(check="memory", level=Level.OK, found=found)


def _available_mb() -> int:
    """Return what programs can still get: free memory and caches that give way (MemAvailable where it is told)."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            if name == "MemAvailable":
                return int(rest.split()[0]) // 1024
    return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2**20
