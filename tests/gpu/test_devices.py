"""Everything that a GPU takes part in, on one that is pretended: nothing is on the wrong device."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.cli.commands import app
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.evaluation.run import evaluate
from rnd_lab.evaluation.spec import EvaluationSpec
from rnd_lab.experiments.duel import Duel, set_scene
from rnd_lab.experiments.keep import save_image
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.results.database import Database
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.run import TrainingRun
from tests.gpu.pretended import pretended_gpu

MODELS = {"rse": "cifar10-resnet20-rse", "pni": "cifar10-resnet20-pni"}


@pytest.fixture(autouse=True)
def gpu(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with pretended_gpu(monkeypatch) as pretended:
        yield
        assert pretended.used


def test_mixing_is_noticed() -> None:
    there = torch.zeros(3, device="cuda")
    assert there.is_cuda
    for mixed in (
        lambda: there + torch.zeros(3),
        lambda: torch.nn.Linear(3, 1)(there),
        lambda: torch.zeros(3)[there.long()],
        lambda: there.__setitem__(0, torch.zeros(1)),
        lambda: there[0] + torch.zeros(3),
        lambda: torch.stack([there[0], torch.tensor(0.0)]),
        lambda: torch.zeros(3).normal_(generator=torch.Generator("cuda")),
    ):
        with pytest.raises(RuntimeError):
            mixed()
    with pytest.raises(TypeError):
        there.numpy()
    assert (there + torch.tensor(1.0)).cpu().numpy().tolist() == [1, 1, 1]


def play(spec: RunSpec, steps: int = 3) -> Duel:
    duel = Duel(spec, set_scene(spec))
    assert duel.scene.classifier.device.type == "cuda"
    for _ in range(steps):
        duel.step()
        duel.snapshot()
    return duel


@pytest.mark.parametrize(("name", "norm"), [(name, norm) for name, kind in ATTACKS.items() for norm in kind.norms])
def test_attacks(name: str, norm: str) -> None:
    threat = {"norm": norm, "epsilon": 1.0 if norm == "l2" else 0.05, "budget": 100, "eight_bit": True}
    play(RunSpec(attack={"name": name}, threat=threat, referee={"votes": 3}))


@pytest.mark.parametrize("name", DEFENSES)
def test_defenses(name: str, tmp_path: Path) -> None:
    stack = ({"name": "rnd"}, {"name": name}) if name != "rnd" else ({"name": "rnd"},)
    model = {"source": MODELS.get(name, "cifar10-resnet20")}
    spec = RunSpec(defense=stack, model=model, threat={"budget": 6, "eot": 2}, referee={"votes": 3})
    save_image(tmp_path / "image.png", play(spec), "defended")


def test_evaluations(tmp_path: Path) -> None:
    spec = EvaluationSpec(
        data=DataSpec(images=3),
        models=({"defense": [{"name": "rnd"}]}, {"model": {"source": MODELS["pni"]}, "defense": [{"name": "pni"}]}),
        threat={"budget": 10},
        referee={"votes": 3},
    )
    evaluate(spec, tmp_path / "results.db", "cuda")
    with Database(tmp_path / "results.db") as database:
        games = [game for cell in database.cells(1) for game in database.games(cell.id)]
    assert [game.message for game in games] == [""] * 6


@pytest.mark.parametrize("words", [("calibrate",), ("cost", "--defense", "rnd"), ("cost", "--defense", "rfd")])
def test_measurements(words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*words, "samples:cifar10", "--images", "16"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("recipe", [name for name in RECIPES if name != "gf-imagenet"])
def test_training(recipe: str, tmp_path: Path) -> None:
    for seed, part in enumerate(("train", "test")):
        images = np.random.default_rng(seed).integers(0, 256, (16, 32, 32, 3), np.uint8)
        np.savez(tmp_path / f"cifar10_{part}.npz", images=images, labels=np.arange(16) % 10)
    kind = RECIPES[recipe].model_validate({"epochs": 1, "batch_size": 8})
    TrainingRun(recipe=kind, data=str(tmp_path), name="net", out=str(tmp_path / "run")).play("cuda")
    assert (tmp_path / "run" / "net.safetensors").exists()
