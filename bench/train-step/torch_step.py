"""One training step at a time in PyTorch, driven over stdin and stdout (see ../torch_reference/process.py).

A step is the transform network forward, VGG-19 to relu4_1 on its output and on the photographs, the `balanced`
objective, the backward pass and Adam: the work of this project's training graph and optimiser graph.
"""

import argparse
import os
import sys
from pathlib import Path

import torch

BENCH = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCH))

from torch_reference import process  # noqa: E402
from torch_reference.model import BalancedObjective, LossNetwork, TransformNetwork  # noqa: E402


def main():
    shared = Path(os.environ.get("IMPASTO_SHARED", BENCH.parents[1] / "shared"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    process.add_arguments(parser)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--size", type=int, default=256, help="height and width of the photographs")
    parser.add_argument("--vgg19", type=Path, default=shared / "data" / "vgg19", help="folder of the tfjs layers-model")
    arguments = parser.parse_args()

    process.configure(arguments)
    placement = {"memory_format": process.MEMORY_FORMATS[arguments.memory_format], "device": arguments.device}
    size = arguments.size
    photographs = process.random_pictures(2, arguments.batch, 3, size, size)
    style = process.random_pictures(3, 1, 3, size, size).to(**placement)
    network = TransformNetwork(arguments.channels, arguments.normalisation).to(**placement)
    loss_network = LossNetwork(arguments.vgg19).to(**placement)
    objective = BalancedObjective(loss_network, style)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3, fused=True)

    def compute_loss():
        content = photographs.to(**placement)
        return objective(network(content), content)

    if arguments.compile:
        compute_loss = torch.compile(compute_loss)

    def step():
        optimizer.zero_grad()
        loss = compute_loss()
        loss.backward()
        optimizer.step()
        return {"loss": loss.item()}

    process.serve(step)


if __name__ == "__main__":
    main()
