"""Becomes another program that the kernel ends when the hub does, whatever kills the hub; run as a script.

Usage: launch.py PARENT_PID SIGNAL PROGRAM ARGUMENT...
A script of its own rather than a `preexec_fn`, which is not safe in a process with threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(arguments: list[str]) -> None:
    """Ask the kernel for the signal at the parent's death, then become the program."""
    parent, number, *command = arguments
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(number))
        if os.getppid() != int(parent):  # it died before we asked
            sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # the program and its arguments are the hub's own


if __name__ == "__main__":
    main(sys.argv[1:])
