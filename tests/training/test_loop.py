"""Training that can be stopped and goes on as if it had not been."""

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.models.card import Accuracy
from rnd_lab.primitives.errors import Cancelled, LabError
from rnd_lab.training import images, loop
from rnd_lab.training.at import AtRecipe
from rnd_lab.training.augment import crop_and_flip
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.images import SmallImages
from rnd_lab.training.loop import Progress, train
from rnd_lab.training.pni import PniRecipe
from rnd_lab.training.recipe import Recipe
from rnd_lab.training.rse import RseRecipe
from rnd_lab.training.standard import StandardRecipe
from tests.training.conftest import tiny_data


class StopAt:
    """Cancels at a step, and remembers what was told."""

    def __init__(self, step: int = -1) -> None:
        self.step = step
        self.told: list[Progress] = []

    def __call__(self, progress: Progress) -> None:
        self.told.append(progress)
        if progress.done == self.step:
            raise Cancelled("stopped")


def state(network: nn.Module) -> dict[str, bytes]:
    return {name: tensor.contiguous().numpy().tobytes() for name, tensor in network.state_dict().items()}


def log(folder: Path) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = json.loads((folder / "log.json").read_text())
    for line in lines:
        assert line.pop("seconds") >= 0
    return lines


@pytest.mark.parametrize("kind", ["gf", "at", "rse", "pni", "fd"])
def test_a_resumed_run_of_every_recipe_equals_an_uninterrupted_one(
    tmp_path: Path, data: SmallImages, kind: str
) -> None:
    """Noise, attacks and what is watched between the epochs draw no numbers that the next epoch depends on."""
    recipe = RECIPES[kind].model_validate({"epochs": 3, "batch_size": 10})
    whole = train(recipe, data, tmp_path / "whole")
    with pytest.raises(Cancelled):
        train(recipe, data, tmp_path / "parts", StopAt(3), watch=tiny_data(20))
    torch.rand(7)
    parts = train(recipe, data, tmp_path / "parts", watch=tiny_data(20))
    assert state(parts) == state(whole)


def test_the_log_tells_the_accuracy_on_watched_images_clean_and_under_noise(
    tmp_path: Path, recipe: Recipe, data: SmallImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, float]] = []

    def measure(network: nn.Module, data: LabelledImages, nu: float, **settings: Any) -> Accuracy:
        assert not network.training
        asked.append((len(data), nu))
        return Accuracy(nu=nu, images=4, correct=len(asked) % 4, low=0, high=1)

    monkeypatch.setattr(loop, "measure_accuracy", measure)
    monkeypatch.setattr(loop, "WATCHED", 7)
    train(recipe, data, tmp_path, watch=tiny_data(20))
    assert asked == [(7, 0.0), (7, 0.05)] * 3
    assert [(line["clean"], line["noisy"]) for line in log(tmp_path)] == [(0.25, 0.5), (0.75, 0), (0.25, 0.5)]


def test_what_is_inside_the_network_is_on_when_it_is_watched(
    tmp_path: Path, data: SmallImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[DefenseSpec | None] = []

    def measure(network: nn.Module, data: LabelledImages, nu: float, **settings: Any) -> Accuracy:
        asked.append(settings["defense"])
        return Accuracy(nu=nu, images=1, correct=1, low=0, high=1)

    monkeypatch.setattr(loop, "measure_accuracy", measure)
    train(RseRecipe(epochs=1, batch_size=20), data, tmp_path, watch=tiny_data(4))
    assert asked == [RseSpec()] * 2


def test_the_log_is_a_table_too(tmp_path: Path, recipe: Recipe, data: SmallImages) -> None:
    train(recipe, data, tmp_path)
    with (tmp_path / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    lines = json.loads((tmp_path / "log.json").read_text())
    assert [float(row["loss"]) for row in rows] == [line["loss"] for line in lines]
    assert [row["clean"] for row in rows] == [""] * 3


@pytest.mark.parametrize("stops", [(2,), (6, 8)], ids=str)
def test_a_resumed_run_equals_an_uninterrupted_one(
    tmp_path: Path, recipe: Recipe, data: SmallImages, stops: tuple[int, ...]
) -> None:
    """20 images in batches of 8 are 3 steps an epoch; stops fall within epochs and on their last step."""
    whole = train(recipe, data, tmp_path / "whole")
    for step in stops:
        with pytest.raises(Cancelled):
            train(recipe, data, tmp_path / "parts", StopAt(step))
        torch.rand(7)
    resumed = StopAt()
    parts = train(recipe, data, tmp_path / "parts", resumed)
    assert state(parts) == state(whole)
    assert log(tmp_path / "parts") == log(tmp_path / "whole")
    assert resumed.told[0].done == (stops[-1] - 1) // 3 * 3 + 1


@pytest.mark.parametrize("kind", ["standard", "pni"])
def test_a_long_epoch_is_kept_on_its_way_too(
    tmp_path: Path, data: SmallImages, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = RECIPES[kind].model_validate({"epochs": 2, "batch_size": 8})
    whole = train(recipe, data, tmp_path / "whole")
    monkeypatch.setattr(loop, "KEPT_EVERY", 0)
    for step in (1, 2, 5):
        with pytest.raises(Cancelled):
            train(recipe, data, tmp_path / "parts", StopAt(step))
        torch.rand(7)
    resumed = StopAt()
    parts = train(recipe, data, tmp_path / "parts", resumed)
    assert resumed.told[0].done == 6
    assert state(parts) == state(whole)
    assert log(tmp_path / "parts") == log(tmp_path / "whole")


@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_an_epoch_that_was_kept_on_another_kind_of_device_goes_on(
    tmp_path: Path, recipe: Recipe, data: SmallImages, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Its generators have states of another size and number; the steps that are left are made all the same."""
    recipe = recipe.model_copy(update={"seed": seed})
    monkeypatch.setattr(loop, "KEPT_EVERY", 0)
    with pytest.raises(Cancelled):
        train(recipe, data, tmp_path, StopAt(2))
    kept = torch.load(tmp_path / "checkpoint.pt")
    kept["part"] |= {"device": "cuda", "draws": (torch.zeros(16, dtype=torch.uint8),) * 4}
    torch.save(kept, tmp_path / "checkpoint.pt")
    resumed = StopAt()
    train(recipe, data, tmp_path, resumed)
    assert (resumed.told[0].done, resumed.told[-1].done) == (3, 9)


def test_a_run_of_a_version_that_kept_whole_epochs_alone_goes_on(
    tmp_path: Path, recipe: Recipe, data: SmallImages
) -> None:
    whole = train(recipe, data, tmp_path / "whole")
    with pytest.raises(Cancelled):
        train(recipe, data, tmp_path / "parts", StopAt(4))
    kept = torch.load(tmp_path / "parts" / "checkpoint.pt")
    del kept["part"]
    torch.save(kept, tmp_path / "parts" / "checkpoint.pt")
    assert state(train(recipe, data, tmp_path / "parts")) == state(whole)


def test_dropout_goes_on_within_an_epoch_too(
    tmp_path: Path, data: SmallImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dropping(StandardRecipe):
        def network(self) -> nn.Module:
            return nn.Sequential(nn.Dropout(0.5), super().network())

    recipe = Dropping(epochs=1, batch_size=8)
    whole = train(recipe, data, tmp_path / "whole")
    monkeypatch.setattr(loop, "KEPT_EVERY", 0)
    with pytest.raises(Cancelled):
        train(recipe, data, tmp_path / "parts", StopAt(2))
    torch.rand(7)
    assert state(train(recipe, data, tmp_path / "parts")) == state(whole)


def test_the_rate_rises_and_then_falls_along_a_cosine() -> None:
    recipe = StandardRecipe(rate=0.4, warmup=0.2)
    assert [recipe.rate_at(it) for it in (0, 0.1, 0.2)] == pytest.approx([0, 0.2, 0.4])
    assert [recipe.rate_at(it) for it in (0.4, 0.6, 1)] == pytest.approx([0.2 + 0.2 * 0.5**0.5, 0.2, 0])
    assert recipe.model_copy(update={"warmup": 0}).rate_at(0) == 0.4
    assert recipe.model_copy(update={"warmup": 1}).rate_at(0.75) == pytest.approx(0.3)


def test_training_takes_the_rate_of_each_step(
    tmp_path: Path, data: SmallImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates: list[float] = []

    def step(self: torch.optim.SGD, closure: None = None) -> None:
        rates.append(self.param_groups[0]["lr"])

    monkeypatch.setattr(torch.optim.SGD, "step", step)
    recipe = StandardRecipe(epochs=2, batch_size=8, rate=0.4)
    train(recipe, data, tmp_path)
    assert rates == [recipe.rate_at(at / 6) for at in range(6)]


def test_a_finished_run_is_not_trained_again(tmp_path: Path, recipe: Recipe, data: SmallImages) -> None:
    first = train(recipe, data, tmp_path)
    again = StopAt()
    second = train(recipe, data, tmp_path, again)
    assert again.told == []
    assert state(second) == state(first)
    assert not second.training


def test_progress_and_log_tell_how_it_goes(tmp_path: Path, recipe: Recipe, data: SmallImages) -> None:
    told = StopAt()
    train(recipe, data, tmp_path, told)
    steps = [progress for place, progress in enumerate(told.told) if place % 4 < 3]
    assert [(progress.done, progress.total) for progress in steps] == [(step, 9) for step in range(1, 10)]
    assert [len(progress.log) for progress in steps] == [0] * 3 + [1] * 3 + [2] * 3
    epochs = told.told[3::4]
    assert [(progress.done, len(progress.log)) for progress in epochs] == [(3, 1), (6, 2), (9, 3)]
    assert all(progress.loss == progress.log[-1].loss for progress in epochs)
    lines = log(tmp_path)
    assert [line["epoch"] for line in lines] == [1, 2, 3]
    losses = [progress.loss for progress in steps]
    for epoch, line in enumerate(lines):
        first, second, rest = losses[3 * epoch : 3 * epoch + 3]
        assert line["loss"] == pytest.approx((8 * first + 8 * second + 4 * rest) / 20)
        assert line["accuracy"] * 20 == pytest.approx(round(line["accuracy"] * 20))


def test_every_epoch_sees_every_image_once_in_an_order_of_its_own(
    tmp_path: Path, recipe: Recipe, data: SmallImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def crop(padded: Tensor, rows: Tensor, generator: torch.Generator) -> Tensor:
        asked.extend(rows.tolist())
        return crop_and_flip(padded, rows, generator)

    monkeypatch.setattr(images, "crop_and_flip", crop)
    train(recipe, data, tmp_path)
    epochs = [tuple(asked[at : at + 20]) for at in (0, 20, 40)]
    assert [sorted(epoch) for epoch in epochs] == [list(range(20))] * 3
    assert len(set(epochs)) == 3


def test_training_learns(tmp_path: Path) -> None:
    lines_of = StandardRecipe(epochs=6, batch_size=10, rate=0.05)
    train(lines_of, SmallImages(tiny_data(40)), tmp_path)
    lines = log(tmp_path)
    assert lines[-1]["loss"] < 0.7 * lines[0]["loss"]
    assert lines[-1]["accuracy"] > 0.3 > lines[0]["accuracy"]


def test_the_seed_decides_the_result(tmp_path: Path, data: SmallImages) -> None:
    short = StandardRecipe(epochs=1, batch_size=20, rate=0.05, warmup=0)
    states = [
        state(train(short.model_copy(update={"seed": seed}), data, tmp_path / str(at)))
        for at, seed in enumerate((1, 1, 2))
    ]
    assert states[0] == states[1]
    assert states[0] != states[2]


def test_first_weights_do_not_depend_on_what_others_draw(tmp_path: Path, data: SmallImages) -> None:
    class Disturbed(StandardRecipe):
        def network(self) -> nn.Module:
            torch.rand(7)
            return super().network()

    settings = {"epochs": 1, "batch_size": 20}
    plain = train(StandardRecipe.model_validate(settings), data, tmp_path / "plain")
    assert state(train(Disturbed.model_validate(settings), data, tmp_path / "disturbed")) == state(plain)


def test_weight_decay_leaves_the_scales_of_noise_alone(tmp_path: Path, data: SmallImages) -> None:
    """One step: its gradients are the same with and without decay."""

    def after(decay: float) -> dict[str, Tensor]:
        recipe = PniRecipe(epochs=1, batch_size=20, rate=0.01, warmup=0, weight_decay=decay)
        return dict(train(recipe, data, tmp_path / str(decay)).named_parameters())

    without, decayed = after(0), after(0.5)
    scales = {name for name in without if name.endswith("alpha")}
    assert scales
    same = {name for name in without if torch.equal(without[name], decayed[name])}
    assert {name for name in same if not name.endswith("bias")} == scales  # a bias is 0 at first


def test_a_folder_of_another_run_is_refused(tmp_path: Path, recipe: Recipe, data: SmallImages) -> None:
    with pytest.raises(Cancelled):
        train(recipe, data, tmp_path, StopAt(4))
    before = (tmp_path / "checkpoint.pt").read_bytes()
    for other, others in (
        (recipe.model_copy(update={"rate": 0.01}), data),
        (recipe, SmallImages(tiny_data(20, seed=1))),
        (recipe, SmallImages(replace(tiny_data(20), digest="0"))),
        (AtRecipe(epochs=3, batch_size=8, rate=0.05), data),
    ):
        with pytest.raises(LabError, match="another recipe or other images"):
            train(other, others, tmp_path)
    assert (tmp_path / "checkpoint.pt").read_bytes() == before


def test_divergence_is_told_and_leaves_no_checkpoint(tmp_path: Path, data: SmallImages) -> None:
    with pytest.raises(LabError, match=r"diverged.*Lower the learning rate"):
        train(StandardRecipe(epochs=3, batch_size=8, rate=1e30, warmup=0), data, tmp_path)
    assert not list(tmp_path.glob("*.pt"))


def test_watched_images_are_spread_over_a_set_that_is_sorted_by_class(
    tmp_path: Path, recipe: Recipe, data: SmallImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: set[int] = set()

    def measure(network: nn.Module, data: LabelledImages, nu: float, **settings: Any) -> Accuracy:
        seen.update(data.labels.tolist())
        return Accuracy(nu=nu, images=1, correct=1, low=0, high=1)

    monkeypatch.setattr(loop, "measure_accuracy", measure)
    monkeypatch.setattr(loop, "WATCHED", 10)
    whole = tiny_data(20)
    train(recipe, data, tmp_path, watch=replace(whole, labels=torch.arange(20) // 2))
    assert seen == set(range(10))
