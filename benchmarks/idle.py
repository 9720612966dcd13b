"""Start and idle: seconds to ready, resident memory after a settling time; `python -m benchmarks.idle`."""

import statistics
import time

from benchmarks.running_hub import running_hub

RUNS = 5
SETTLE_S = 8.0


def main() -> None:
    """Start the hub RUNS times without the demo and print the table."""
    ready: list[float] = []
    hub_mib: list[float] = []
    child_mib: list[float] = []
    for _ in range(RUNS):
        with running_hub() as hub:
            ready.append(hub.ready_s)
            time.sleep(SETTLE_S)  # the model is loaded after "ready"; it is part of what idles
            memory = hub.memory_mib()
            hub_mib.append(memory.pop("hub"))
            child_mib.append(sum(memory.values()))
    print("| measure | median | worst |\n|---|--:|--:|")
    for name, values in (
        ("process start to ready, s", ready),
        ("hub resident, MiB", hub_mib),
        ("broker resident, MiB", child_mib),
    ):
        print(f"| {name} | {statistics.median(values):.2f} | {max(values):.2f} |")


if __name__ == "__main__":
    main()
