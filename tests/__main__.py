"""The gate: format, lint, types, import rules, wheels for the Raspberry Pi, tests; stops at the first that fails."""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PI_PYTHONS = ("3.11", "3.13")


def main() -> int:
    """Run every step; return the exit status of the first that fails."""
    for name, command in _steps():
        print(f"== {name}", flush=True)
        started = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, check=False).returncode
        print(
            f"== {name}: {'ok' if status == 0 else f'failed ({status})'}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
        if status != 0:
            return status
    return 0


def _steps() -> list[tuple[str, list[str]]]:
    steps = [
        ("format", [str(BIN / "ruff"), "format", "--check", "."]),
        ("lint", [str(BIN / "ruff"), "check", "."]),
        ("types", [str(BIN / "mypy")]),
        ("import rules", [str(BIN / "lint-imports")]),
    ]
    steps += [(f"aarch64 wheels, Python {version}", _resolve_for_pi(version)) for version in PI_PYTHONS]
    return [*steps, ("tests", [sys.executable, "-m", "pytest", *sys.argv[1:]])]


def _resolve_for_pi(version: str) -> list[str]:
    uv = shutil.which("uv", path=str(BIN)) or "uv"
    return [
        uv, "pip", "install", "--quiet", "--dry-run", "--require-hashes", "--only-binary", ":all:",
        "--python-platform", "aarch64-manylinux_2_28", "--python-version", version,
        "--target", tempfile.mkdtemp(prefix="aios-wheels-"), "--requirement", "requirements/run.txt",
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
