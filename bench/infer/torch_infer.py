"""One picture at a time through the transform network in PyTorch, driven over stdin and stdout.

See ../torch_reference/process.py for the conversation. The weights are random: only the time counts.
"""

import argparse
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from torch_reference import process  # noqa: E402
from torch_reference.model import TransformNetwork  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    process.add_arguments(parser)
    parser.add_argument("--height", type=int, default=512, help="a multiple of 4")
    parser.add_argument("--width", type=int, default=512, help="a multiple of 4")
    arguments = parser.parse_args()

    process.configure(arguments)
    placement = {"memory_format": process.MEMORY_FORMATS[arguments.memory_format], "device": arguments.device}
    image = process.random_pictures(2, 1, 3, arguments.height, arguments.width)
    network = TransformNetwork(arguments.channels, arguments.normalisation).eval().to(**placement)
    if arguments.compile:
        network = torch.compile(network)

    @torch.inference_mode()
    def step():
        network(image.to(**placement)).cpu()
        return {}

    process.serve(step)


if __name__ == "__main__":
    main()
