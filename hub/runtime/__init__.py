"""What every running part stands on: clock, bus, tasks, retry, logs."""
