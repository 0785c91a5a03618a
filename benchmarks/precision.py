"""Seconds of a training step of a ResNet-20 in float32 and in bfloat16, measured in turn in one run.

    python -m benchmarks.precision [--rounds 5]

Training takes bfloat16 on a processor only where the processor computes in it; elsewhere this shows why.
"""

import argparse
import statistics
import time

import torch
from torch.nn import functional as F

from rnd_lab.models.resnet import resnet20

BATCH = 128


def step_seconds(network: torch.nn.Module, images: torch.Tensor, labels: torch.Tensor, *, half: bool) -> float:
    """Seconds of a forward and a backward pass."""
    started = time.perf_counter()
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        logits = network(images).float()
    torch.autograd.backward(F.cross_entropy(logits, labels))
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    torch.manual_seed(0)
    network = resnet20().train()
    images, labels = torch.rand(BATCH, 3, 32, 32), torch.randint(10, (BATCH,))
    for half in (False, True):
        step_seconds(network, images, labels, half=half)
    ratios = []
    for _ in range(rounds):
        single = step_seconds(network, images, labels, half=False)
        ratios.append(step_seconds(network, images, labels, half=True) / single)
    spread = f"min {min(ratios):.2f}  max {max(ratios):.2f}"
    print(f"{torch.backends.cpu.get_cpu_capability()}: bfloat16 / float32 {statistics.median(ratios):.2f}  {spread}")


if __name__ == "__main__":
    main()
