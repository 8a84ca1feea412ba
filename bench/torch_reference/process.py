"""The benches' side of the conversation: one line in on stdin, one JSON object out on stdout.

Both systems stay alive in their own process and take turns, so that a machine whose speed changes slows both alike.
"""

import argparse
import ctypes
import json
import resource
import sys
import time

import torch

from .model import NORMALISATIONS

MEMORY_FORMATS = {"channels_last": torch.channels_last, "contiguous": torch.contiguous_format}


def add_arguments(parser):
    """Adds the options that every reference process has. The defaults are what was fastest on two CPU cores."""
    parser.add_argument("--threads", type=int, default=2, help="threads that PyTorch computes with")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    parser.add_argument("--channels", type=int, default=32, help="width C of the transform network")
    parser.add_argument("--memory-format", choices=sorted(MEMORY_FORMATS), default="channels_last")
    parser.add_argument("--normalisation", choices=sorted(NORMALISATIONS), default="group")
    parser.add_argument(
        "--keep-memory",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="keep freed memory in the process, as ONNX Runtime's arena does (glibc only)",
    )
    parser.add_argument("--compile", action="store_true", help="torch.compile the work (needs a C++ compiler)")


def configure(arguments):
    """Applies the options that concern the whole process; called before anything is computed."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)
    if arguments.keep_memory:
        keep_freed_memory()


def keep_freed_memory():
    """Lets glibc reuse large blocks instead of returning each to the system, which then has to clear it page by page.

    It does what PyTorch's tuning guide recommends jemalloc or tcmalloc for. Without it a third of the time goes there.
    """
    trim_threshold, mmap_maximum = -1, -4  # M_TRIM_THRESHOLD and M_MMAP_MAX of malloc.h
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(mmap_maximum, 0)
        mallopt(trim_threshold, -1)


def random_pictures(seed, *shape):
    """Pictures of uniform random float32 values 0..255, the same for the same seed."""
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed)) * 255


def peak_bytes():
    """The most memory that this process has held resident so far. Linux counts in KiB, macOS in bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def serve(step):
    """Says that it is ready, then runs `step` once for each line "step" until "quit" or the end of stdin.

    `step` takes nothing and returns a mapping, whose entries go into the reply beside the seconds and the peak memory.
    """

    def reply(message):
        print(json.dumps(message), flush=True)

    reply({"ready": True, "torch": torch.__version__, "threads": torch.get_num_threads()})
    for line in sys.stdin:
        command = line.strip()
        if command == "quit":
            break
        if command != "step":
            raise SystemExit(f'Expected "step" or "quit" but received "{command}"')
        start = time.perf_counter()
        result = step()
        seconds = time.perf_counter() - start
        reply({"seconds": seconds, "peakBytes": peak_bytes(), **result})
