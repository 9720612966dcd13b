"""`aios up`: start the hub and keep it running."""

import argparse
from pathlib import Path

from hub.config import load_settings
from hub.runtime.logs import setup_logging

EXAMPLES = """examples:
  aios up --demo                     the hub and a virtual home, to try it out
  aios up                            the hub for your own devices
  aios up --config ./config.toml --data-dir ./data
"""


def run(arguments: list[str]) -> int:
    """Read the settings, start the hub, return when it has stopped."""
    parser = argparse.ArgumentParser(
        prog="aios up",
        description="Start the hub: broker, discovery, registry, model, requests. Ctrl-C stops it.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--demo", action="store_true", help="also start the virtual home (on loopback)")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings (default: config.toml in the XDG config folder)"
    )
    parser.add_argument(
        "--data-dir", type=Path, metavar="FOLDER", help="database, logins, token (default: the XDG data folder)"
    )
    parser.add_argument("--debug", action="store_true", help="show a traceback instead of a sentence")
    options = parser.parse_args(arguments)
    settings = load_settings(options.config, data_dir=options.data_dir, is_demo=options.demo)
    setup_logging(level=settings.log.level, as_json=settings.log.json)
    from hub.app import run_hub  # after the arguments: a wrong one is told at once

    return run_hub(settings)
