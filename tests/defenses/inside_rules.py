"""What holds for every defense that is noise inside a network."""

from pathlib import Path

import torch
from torch import Tensor

from rnd_lab.defenses.defense import DefenseSpec, answer_stack
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.game.forward import Forward
from rnd_lab.models.architectures import build
from rnd_lab.models.bundled import bundled_folder, read_card, save_bundle
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.draws import Rows

IMAGES = torch.rand(24, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def rows(first: int = 0, count: int = 24, key: int = 9) -> Rows:
    return Rows([key] * count, range(first, first + count), "probe", torch.device("cpu"))


ROWS = rows()


def network(architecture: str) -> torch.nn.Module:
    """An untrained one whose answers differ between images."""
    torch.manual_seed(0)
    network = build(architecture, 10)
    network(torch.rand(16, 3, 32, 32))
    return network.eval()


def saved_pni(folder: Path) -> ModelSpec:
    """An untrained network with PNI inside, saved with a card that says so."""
    card = read_card(bundled_folder() / "cifar10-resnet20.json")
    card = card.model_copy(update={"name": "own", "architecture": "resnet20-pni", "defense": "pni"})
    save_bundle(folder, card, network(card.architecture))
    return ModelSpec(source=str(folder / "own.safetensors"))


def ask(forward: Forward, *stack: DefenseSpec, images: Tensor = IMAGES, rows: Rows = ROWS) -> Tensor:
    return answer_stack(stack, images, rows, forward)


def check_keys(forward: Forward, spec: DefenseSpec) -> None:
    """The same row gives the same answer in any company and micro-batch; another query or game gives another."""
    whole = ask(forward, spec)
    assert whole.shape == (24, 10)
    assert whole.dtype == torch.float32
    assert torch.isfinite(whole).all()
    parts = Forward(forward.network, 8)
    assert torch.equal(ask(parts, spec), whole)
    for first, count in ((0, 5), (3, 10), (23, 1)):
        some = ask(forward, spec, images=IMAGES[first : first + count], rows=rows(first, count))
        assert torch.equal(some, whole[first : first + count])
    assert not torch.isclose(ask(forward, spec, rows=rows(24)), whole).all(1).any()
    assert not torch.isclose(ask(forward, spec, rows=rows(key=10)), whole).all(1).any()


def check_stack(forward: Forward, spec: DefenseSpec) -> None:
    """It stacks under RND, and leaves the network as it was."""
    plain = forward(IMAGES)
    assert torch.equal(ask(forward, RndSpec(nu=0), spec), ask(forward, RndSpec(nu=0), spec))
    assert not torch.isclose(ask(forward, RndSpec(nu=0.05), spec), ask(forward, spec)).all(1).any()
    assert torch.equal(forward(IMAGES), plain)
    assert not torch.isclose(ask(forward, spec), plain).all(1).any()
