"""The tabs together: each opens, and what one finds is used in another."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.gui import close_question
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.pages import TITLES
from rnd_lab.models.spec import ModelSpec
from tests.gui.waiting import WAIT

GF = ModelSpec(source="cifar10-resnet20-gf")


def show(qtbot: QtBot, window: MainWindow, title: str) -> None:
    window.actions_by_key[f"show_{title.lower()}"].trigger()
    qtbot.waitUntil(lambda: getattr(window.pages, title.lower()) is not None, timeout=WAIT)


def test_every_tab_opens_by_its_key_and_offers_to_start_what_it_runs(qtbot: QtBot, window: MainWindow) -> None:
    starts = {}
    for title in TITLES:
        show(qtbot, window, title)
        assert window.pages.currentWidget() is getattr(window.pages, title.lower())
        action = window.actions_by_key["start"]
        starts[title] = action.text() if action.isEnabled() or title == "Train" else ""
    assert starts == {
        "Attack": "Start",
        "Batch": "Run",
        "Explore": "",
        "Results": "",
        "Train": "Train",
        "Calibrate": "Measure",
    }


def test_a_trained_model_is_attacked_with_the_defense_inside_it(qtbot: QtBot, window: MainWindow) -> None:
    show(qtbot, window, "Train")
    assert window.pages.train
    assert window.tab
    before = window.tab.draft.spec.defense
    window.pages.train.use_wanted.emit(GF, ())
    assert window.pages.shown == "Attack"
    assert (window.tab.draft.spec.model, window.tab.draft.spec.defense) == (GF, before)
    window.pages.train.use_wanted.emit(GF, (RseSpec(),))
    assert window.tab.draft.spec.defense == (RseSpec(),)


def test_the_noise_that_a_model_bears_is_used(qtbot: QtBot, window: MainWindow) -> None:
    show(qtbot, window, "Calibrate")
    assert window.pages.calibrate
    assert window.tab
    window.pages.calibrate.use_wanted.emit(GF, (RndSpec(nu=0.03), RseSpec()))
    assert window.pages.shown == "Attack"
    assert window.tab.draft.spec.model == GF
    assert window.tab.draft.spec.defense == (RndSpec(nu=0.03), RseSpec())


@pytest.mark.parametrize("title", ["Batch", "Train", "Calibrate"])
def test_a_file_is_taken_by_the_form_that_is_shown(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, title: str
) -> None:
    file = tmp_path / "images.npz"
    np.savez(file, images=np.zeros((2, 32, 32, 3), np.uint8), labels=np.zeros(2, np.int64))
    show(qtbot, window, title)
    window.opening.open_path(file)
    assert window.pages.shown == title
    assert str(file) in window.settings.recent
    window.opening.open_path(tmp_path / "notes.txt")
    assert "can be opened" in window.toaster.toasts[-1].text
    Image.new("RGB", (32, 32), "red").save(tmp_path / "red.PNG")
    window.opening.open_path(tmp_path / "red.PNG")
    assert window.pages.shown == "Attack"
    assert window.tab
    assert window.tab.draft.spec.image == str(tmp_path / "red.PNG")


@pytest.mark.parametrize("wanted", [False, True])
def test_closing_while_a_model_is_trained_asks(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        images = rng.integers(0, 256, (20, 32, 32, 3), dtype=np.uint8)
        np.savez(tmp_path / f"cifar10_{split}.npz", images=images, labels=np.arange(20) % 10)
    show(qtbot, window, "Train")
    train = window.pages.train
    assert train
    assert train.open_path(tmp_path)
    qtbot.waitUntil(lambda: train.can_start, timeout=WAIT)
    window.actions_by_key["start"].trigger()
    assert train.busy
    with monkeypatch.context() as patch:
        patch.setattr(close_question, "ask_training", lambda parent: wanted)
        assert window.close() is wanted
    if not wanted:
        assert train.busy
        monkeypatch.setattr(close_question, "ask_training", lambda parent: True)
