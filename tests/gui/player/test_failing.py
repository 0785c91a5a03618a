from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from pytestqt.qtbot import QtBot
from torch import Tensor

from rnd_lab.data import sets
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.player import Player, State
from rnd_lab.models import load as loading
from rnd_lab.models.spec import ModelSpec
from tests.gui.waiting import WAIT


def test_unreadable_image(player: Player, spec: RunSpec, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(b"no picture")
    with qtbot.waitSignal(player.failed, timeout=WAIT) as signal:
        player.prepare(spec.model_copy(update={"image": str(path)}), "cpu")
    assert "broken.png" in (signal.args or [""])[0]
    assert player.state is State.EMPTY
    with qtbot.waitSignal(player.scene_ready, timeout=WAIT):
        player.prepare(spec, "cpu")


def test_network_that_raises(ready: Player, spec: RunSpec, qtbot: QtBot) -> None:
    def fail(module: object, inputs: tuple[Tensor, ...]) -> None:
        raise ValueError("a strange network")

    assert ready.scene is not None
    hook = ready.scene.classifier.network.register_forward_pre_hook(fail)
    with qtbot.waitSignal(ready.failed, timeout=WAIT) as signal:
        ready.start(spec)
    message, details = signal.args or ("", "")
    assert "a strange network" in message
    assert "Traceback" in details
    assert ready.state is State.READY
    hook.remove()
    ready.start(spec)
    qtbot.waitUntil(lambda: ready.state is State.PLAYING, timeout=WAIT)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyError("layer"), "Something went wrong: KeyError: 'layer'"),
        (torch.OutOfMemoryError("CUDA out of memory."), "There is not enough memory"),
    ],
)
def test_loading_that_raises(
    player: Player, spec: RunSpec, error: Exception, words: str, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(loading, "load", fail)
    with qtbot.waitSignal(player.failed, timeout=WAIT) as signal:
        player.prepare(spec, "cpu")
    message, details = signal.args or ("", "")
    assert message.startswith(words)
    assert "Traceback" in details


def test_newest_request_wins(player: Player, spec: RunSpec, qtbot: QtBot) -> None:
    scenes: list[object] = []
    player.scene_ready.connect(scenes.append)
    for image in ("cat-01", "dog-01", "ship-01"):
        player.prepare(spec.model_copy(update={"image": image}), "cpu")
    qtbot.waitUntil(lambda: player.state is State.READY, timeout=WAIT)
    assert len(scenes) == 1
    assert player.scene is not None
    assert player.scene.classifier.labels[player.scene.label] == "ship"


def test_download_can_be_given_up(ready: Player, spec: RunSpec, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    def endless(model: ModelSpec, device: str, progress: Callable[[int, int], None]) -> None:
        while True:
            progress(1, 3_000_000_000)

    monkeypatch.setattr(loading, "load", endless)
    other = spec.model_copy(update={"model": ModelSpec(source="elsewhere")})
    with qtbot.waitSignal(ready.download, timeout=WAIT) as signal:
        ready.prepare(other, "cpu")
    assert signal.args == [1, 3_000_000_000]
    with qtbot.assertNotEmitted(ready.failed):
        ready.cancel_download()
        qtbot.waitUntil(lambda: ready.state is State.EMPTY, timeout=WAIT)


def test_download_of_images_is_told_and_ends_when_another_image_is_wanted(
    ready: Player, spec: RunSpec, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    def endless(progress: Callable[[int, int], None]) -> Path:
        while True:
            progress(1, 170_000_000)

    monkeypatch.setattr(sets, "fetch_cifar10", endless)
    with qtbot.waitSignal(ready.download, timeout=WAIT) as signal:
        ready.prepare(spec.model_copy(update={"image": "cifar10#3"}), "cpu")
    assert signal.args == [1, 170_000_000]
    with qtbot.assertNotEmitted(ready.failed):
        ready.prepare(spec, "cpu")
        qtbot.waitUntil(lambda: ready.state is State.READY, timeout=WAIT)
