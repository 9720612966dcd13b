"""Keeps the process small with glibc's allocator; elsewhere (macOS, musl) it does nothing.

`python -m benchmarks.idle` shows what it is worth: 20 MB of an idle hub of 150.
"""

import ctypes
import gc
import sys

_M_ARENA_MAX = -8  # mallopt(3)


def use_one_arena() -> None:
    """Let all threads share one heap, since each further one keeps its own scraps; call it before the first starts."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_M_ARENA_MAX, 1)


def give_back() -> None:
    """Hand freed memory back to the system: after something large was built from something larger (a model)."""
    gc.collect()
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def do_without(package: str) -> None:
    """Let imports of an optional package fail, so that what could use it does without; before the first such import."""
    sys.modules.setdefault(package, None)  # type: ignore[arg-type]  # documented: None means "not found" (importlib)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
