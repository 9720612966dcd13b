"""Which port our broker listens on: the configured one, else the one of the last run, else a free one."""

from pathlib import Path

from hub.contracts.errors import BrokerError
from hub.transport.broker.child import free_port, is_port_free
from hub.transport.broker.files import replace_file


def choose_port(folder: Path, configured: int, host: str) -> int:
    """Return the port; devices remember it, so a free one is kept for the next run.

    Raises:
        BrokerError: the configured port is taken.
    """
    if configured:
        if not is_port_free(configured, host):
            raise BrokerError(
                f"Port {configured} (broker.port) is already in use.",
                hint="Set another port, or 0 for a free one; to use the broker that runs there, set broker.url.",
            )
        return configured
    remembered = folder / "port"
    try:
        port = int(remembered.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        port = 0
    if not (1024 <= port <= 65535 and is_port_free(port, host)):
        port = free_port(host)
        replace_file(remembered, str(port))
    return port
