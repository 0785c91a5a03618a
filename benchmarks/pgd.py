"""Accuracy of bundled models under PGD as PNI's authors run it (He et al., CVPR 2019; their published code).

    python -m benchmarks.pgd DATA [--models NAME …] [--epsilon 0.031] [--step 0.01] [--steps 7] [--images 10000]

DATA holds CIFAR-10's test images. What defends inside a model is on, in the attack's gradients and in the answers.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from rnd_lab.data.cifar10 import load_cifar10
from rnd_lab.models.bundled import bundled_folder, read_card
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.measure import measure_robustness


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--models", nargs="+", default=[f"cifar10-resnet20-{kind}" for kind in ("at", "pni", "fd")])
    parser.add_argument("--epsilon", type=float, default=0.031)
    parser.add_argument("--step", type=float, default=0.01)
    parser.add_argument("--steps", type=int, default=7)
    parser.add_argument("--images", type=int, default=10_000)
    options = parser.parse_args()
    whole = load_cifar10(options.data, train=False)
    data = replace(whole, images=whole.images[: options.images], labels=whole.labels[: options.images])
    for name in options.models:
        written = read_card(bundled_folder() / f"{name}.json").recipe
        recipe = RECIPES[str(written["kind"])].model_validate(written)
        lengths = {"epsilon": options.epsilon, "step": options.step, "steps": options.steps}
        found = measure_robustness(load(ModelSpec(source=name)).network, data, recipe, **lengths)
        right, low, high = (100 * it for it in (found.correct / found.images, found.low, found.high))
        print(f"| {name} | {right:.1f} % [{low:.1f}, {high:.1f}] |", flush=True)


if __name__ == "__main__":
    main()
