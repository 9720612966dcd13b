"""`aios mqtt`: who may log in to the hub's broker."""

import argparse
import sys
from pathlib import Path

from hub.cli.client import HubClient
from hub.runtime.logs import escape

EXAMPLES = """examples:
  aios mqtt            where the broker is, and who asks for a login
"""


def run(arguments: list[str]) -> int:
    """Print where the broker is, and who waits to be let in."""
    parser = argparse.ArgumentParser(
        prog="aios mqtt",
        description="Show the broker and the devices that ask for a login.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--data-dir", type=Path, metavar="FOLDER", help="data folder of the hub")
    client = HubClient(parser.parse_args(arguments).data_dir)
    broker = client.get("/api/v1/status")["broker"]
    sys.stdout.write(f"{broker['kind']} at {broker['host']}:{broker['port']}\n")
    waiting = client.get("/api/v1/pairings")
    for one in waiting:
        sys.stdout.write(escape(f"waits: {one['id']} ({one['name']}), digits {one['code']}") + "\n")
    if not waiting:
        sys.stdout.write("No device asks for a login.\n")
    return 0
