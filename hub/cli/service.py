"""`aios service install`: a systemd unit that runs the hub on a Raspberry Pi."""

import argparse
import getpass
import os
import shutil
import subprocess
import sys
from pathlib import Path

from hub.contracts.errors import HubError

UNIT_PATH = Path("/etc/systemd/system/aios.service")
EXAMPLES = """examples:
  aios service install --print                     show the unit, write nothing
  sudo $(which aios) service install --user pi     write it and say how to enable it
"""

UNIT = """\
[Unit]
Description=AIOS Hub
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=simple
User={user}
ExecStart={program} up --data-dir /var/lib/aios
Environment=PYTHONUNBUFFERED=1
# Without docstrings and assertions: 5 MB less.
Environment=PYTHONOPTIMIZE=2
StateDirectory=aios
StateDirectoryMode=0700
Restart=on-failure
RestartSec=3
# A wrong setting does not mend itself.
RestartPreventExitStatus=78
TimeoutStopSec=10
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
LockPersonality=yes
MemoryMax=512M

[Install]
WantedBy=multi-user.target
"""


def run(arguments: list[str]) -> int:
    """Write or print the unit."""
    parser = argparse.ArgumentParser(
        prog="aios service",
        description="Install the hub as a systemd service.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("action", choices=("install",))
    parser.add_argument("--user", default=_caller(), help="who runs the hub (default: you, also under sudo)")
    parser.add_argument("--print", action="store_true", help="print the unit instead of writing it")
    parser.add_argument("--path", type=Path, default=UNIT_PATH, help=f"where to write it (default: {UNIT_PATH})")
    options = parser.parse_args(arguments)
    unit = unit_text(options.user)
    if options.print:
        sys.stdout.write(unit)
        return 0
    try:
        options.path.write_text(unit, encoding="utf-8")
    except OSError as error:
        raise HubError(
            f"{options.path} cannot be written ({error.strerror}).",
            hint="Run it with sudo, or write the output of `aios service install --print` there yourself.",
        ) from error
    _verify(options.path)
    sys.stdout.write(
        f"Wrote {options.path}. Next:\n"
        "  sudo systemctl daemon-reload\n"
        "  sudo systemctl enable --now aios\n"
        "  journalctl -u aios -f\n"
        f"As {options.user}, tell the other commands where it keeps its data:\n"
        "  export AIOS_DATA_DIR=/var/lib/aios\n"
    )
    return 0


def unit_text(user: str) -> str:
    """Return the unit for this installation; refuses a user name that could break out of its line."""
    if not user.replace("-", "").replace("_", "").isalnum():
        raise HubError(f"{user!r} is no user name.", hint="Name a user of this machine with --user.")
    return UNIT.format(user=user, program=_quoted(str(Path(sys.executable).parent / "aios")))


def _caller() -> str:
    """Return who typed the command: under sudo that is not root, as whom the hub should not run."""
    return os.environ.get("SUDO_USER") or getpass.getuser()


def _quoted(path: str) -> str:
    """Return a path as systemd.service(5) reads it back; refuses one that would end its line."""
    if not path.isprintable():
        raise HubError(f"{path!r} cannot stand in a unit.", hint="Install the hub in a folder with a plain name.")
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%")
    return f'"{escaped}"' if escaped != path or " " in path else path


def _verify(path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        return
    result = subprocess.run([program, "verify", str(path)], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise HubError(f"systemd does not accept {path}: {result.stderr.strip()}.", hint="Report this, please.")
