"""``rnd-lab train``."""

from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

from rnd_lab.cli.commands import app
from rnd_lab.models.bundled import read_card


@pytest.fixture
def data(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        images = rng.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
        np.savez(tmp_path / f"cifar10_{split}.npz", images=images, labels=np.arange(12) % 10)
    return tmp_path


def train(data: Path, *words: object) -> Result:
    fixed = ("train", data, "--out", data / "run", "--name", "tiny", "--device", "cpu", "--batch-size", 6)
    return CliRunner().invoke(app, [str(word) for word in (*fixed, *words)])


def test_a_recipe_is_set_by_options_made_from_its_spec(data: Path) -> None:
    words = ("--recipe", "gf", "--start", "cifar10-resnet20", "--epochs", 1, "--sigma", 0.03, "--samples", 3)
    result = train(data, *words)
    assert result.exit_code == 0, result.output
    card = read_card(data / "run" / "tiny.json")
    chosen = {name: card.recipe[name] for name in ("kind", "epochs", "sigma", "samples", "rate", "batch_size")}
    assert chosen == {"kind": "gf", "epochs": 1, "sigma": 0.03, "samples": 3, "rate": 0.02, "batch_size": 6}
    assert (card.start, card.start_digest[:8]) == ("cifar10-resnet20", "ec21e431")
    assert "ν = 0.05: " in result.stdout


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (("--recipe", "gf"), "cifar10-resnet20"),
        (("--recipe", "gf", "--start", "random"), ""),
        (("--recipe", "gf", "--architecture", "wrn16-4"), ""),
        ((), ""),
    ],
)
def test_short_recipes_go_on_from_the_bundled_model_and_the_start_is_told(
    data: Path, words: tuple[object, ...], start: str
) -> None:
    result = train(data, *words, "--epochs", 1)
    assert result.exit_code == 0, result.output
    assert f", from {start or 'random weights'}\n" in result.stdout
    assert read_card(data / "run" / "tiny.json").start == start


def test_every_epoch_leaves_a_line_and_a_run_that_goes_on_tells_of_its_own(data: Path) -> None:
    assert "epoch 1 of 2: loss " in (output := train(data, "--epochs", 2).output)
    assert "epoch 2 of 2: loss " in output
    (data / "run" / "tiny.safetensors").unlink()
    assert "epoch 2 of 2: loss " not in train(data, "--epochs", 2).output


def test_adversarial_training_tells_what_holds_under_attack(data: Path) -> None:
    result = train(data, "--recipe", "at", "--epochs", 1, "--steps", 2, "--eps", 0.01, "--step", 0.01)
    assert result.exit_code == 0, result.output
    assert "PGD within 8/255, 20 steps of 2/255: " in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--recipe", "magic"), "no recipe 'magic'. Choose one of standard, gf"),
        (("--recipe", "gf", "--steps", 3, "--eps", 0.1), "The recipe gf has no --eps, --steps; it has --architecture"),
        (("--recipe", "gf-imagenet", "--start", "random"), "goes on from torchvision:resnet18"),
        (("--device", "cud"), "The device 'cud' cannot be used here"),
        (("--recipe", "rse", "--architecture", "resnet56"), "architecture"),
        (("--recipe", "gf", "--start", "nothing"), "nothing"),
        (("--recipe", "gf", "--start", "cifar10-resnet20", "--architecture", "resnet56"), "do not fit"),
    ],
)
def test_bad_input_is_explained(data: Path, words: tuple[object, ...], message: str) -> None:
    result = train(data, *words)
    assert result.exit_code == 1
    assert message in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


def test_a_message_is_printed_as_it_is(data: Path) -> None:
    np.savez(data / "cifar10_train.npz", images=np.zeros((12, 32, 32, 3), np.float32), labels=np.arange(12) % 10)
    assert "[n, h, w, 3]" in train(data).output
