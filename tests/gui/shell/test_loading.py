"""What is loaded is what the form names, as it is on the disk now, and what is played is seen."""

import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from threading import current_thread, main_thread

import pytest
import torch
from PIL import Image
from pytestqt.qtbot import QtBot
from safetensors.torch import load_file, save_file

from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.attack_tab import AttackTab
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.player import State
from rnd_lab.gui.published import find_shipped
from rnd_lab.models import load as loading
from rnd_lab.models.bundled import bundled_folder
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from tests.gui.waiting import WAIT


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """The bundled ResNet-20 as a file of one's own."""
    path = tmp_path / "net.safetensors"
    path.write_bytes((bundled_folder() / "cifar10-resnet20.safetensors").read_bytes())
    return path


def reach(qtbot: QtBot, tab: AttackTab, state: State) -> None:
    qtbot.waitUntil(lambda: tab.state is state, timeout=WAIT)


def digest(tab: AttackTab) -> str:
    assert tab.player.scene
    return tab.player.scene.classifier.digest


def open_and_silence(qtbot: QtBot, window: MainWindow, path: Path) -> str:
    """Open weights, and put others of the same size in their place; returns the digest of those that were opened."""
    tab = window.tab
    assert tab
    window.opening.open_path(path)
    reach(qtbot, tab, State.READY)
    save_file({name: torch.zeros_like(it) for name, it in load_file(path).items()}, path)
    return digest(tab)


def short(tab: AttackTab, **changes: object) -> RunSpec:
    """Twenty queries of one side, on what is loaded."""
    threat = tab.draft.spec.threat.model_copy(update={"budget": 20})
    return tab.draft.spec.model_copy(update={"threat": threat, "defense": (), **changes})


@pytest.mark.parametrize("image", ["ship-01", "dog-01"])
def test_a_game_that_is_played_again_is_seen(qtbot: QtBot, window: MainWindow, image: str) -> None:
    tab = window.tab
    assert tab
    for seed in (1, 2):
        with qtbot.waitSignal(tab.snapshot_shown, timeout=WAIT, check_params_cb=lambda it, _: it.done):
            window.pages.replay(short(tab, image=image, seed=seed))
        reach(qtbot, tab, State.DONE)  # the player says so after its last snapshot
        assert tab.view.headline.isVisible()
        assert tab.view.scoreboard.cells["undefended", "queries"].text() == "20 / 20"


def test_what_could_not_be_loaded_is_loaded_again_by_the_big_button(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object) -> None:
        raise LabError("There is no network.")

    tab, start = window.tab, window.actions_by_key["start"]
    assert tab
    with monkeypatch.context() as patch:
        patch.setattr(loading, "load", offline)
        tab.set_model(ModelSpec(source="cifar10-resnet20-gf"))
        reach(qtbot, tab, State.EMPTY)
        assert window.status.state.text() == "Nothing is loaded: Space tries again"
        assert (start.text(), start.isEnabled()) == ("Load again", True)
        assert not tab.panel.run_bar.step.isEnabled()
    start.trigger()
    reach(qtbot, tab, State.READY)
    assert start.text() == "Start"
    assert tab.view.headline.isVisible()


def test_a_model_of_another_data_set_brings_an_image_of_it_along(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(*_: object) -> None:
        raise LabError("There is no network.")

    tab = window.tab
    assert tab
    monkeypatch.setattr(loading, "load", offline)
    stack = (RndSpec(nu=0.03),)
    tab.set_defended(ModelSpec(source="torchvision:resnet18"), stack)
    shipped = find_shipped(tab.draft.spec.image)
    assert shipped
    assert shipped.data_set == "imagenet"
    assert tab.draft.spec.defense == stack
    reach(qtbot, tab, State.EMPTY)


def test_the_model_before_has_left_the_memory_when_the_next_one_is_loaded(
    qtbot: QtBot, window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab = window.tab
    assert tab
    assert tab.player.scene
    before = weakref.ref(tab.player.scene.classifier.network)
    held: list[bool] = []
    plain = loading.load

    def load(spec: ModelSpec, device: str, progress: Callable[[int, int], None]) -> Classifier:
        gc.collect()
        held.append(before() is not None)
        return plain(spec, device, progress)

    monkeypatch.setattr(loading, "load", load)
    tab.set_model(ModelSpec(source="cifar10-resnet20-gf"))
    qtbot.waitUntil(lambda: bool(held) and tab.state is State.READY, timeout=WAIT)
    assert held == [False]


def test_a_model_that_was_written_anew_is_loaded_when_it_is_opened_again(
    qtbot: QtBot, window: MainWindow, weights: Path
) -> None:
    tab = window.tab
    assert tab
    before = open_and_silence(qtbot, window, weights)
    window.opening.open_path(weights)
    reach(qtbot, tab, State.READY)
    assert digest(tab) != before
    assert digest(tab) in tab.panel.model.about.toolTip()


def test_no_game_is_played_against_weights_that_are_not_there_any_more(
    qtbot: QtBot, window: MainWindow, weights: Path
) -> None:
    tab = window.tab
    assert tab
    before = open_and_silence(qtbot, window, weights)
    with qtbot.waitSignal(tab.snapshot_shown, timeout=WAIT, check_params_cb=lambda it, _: it.done):
        window.pages.replay(short(tab))
    assert digest(tab) != before


def test_an_image_that_was_painted_over_is_shown_when_it_is_opened_again(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    tab, path = window.tab, tmp_path / "mine.png"
    assert tab
    for colour in ("red", "blue"):
        Image.new("RGB", (32, 32), colour).save(path)
        window.opening.open_path(path)
        reach(qtbot, tab, State.READY)
        pixel = tab.panel.image.thumbnail.grab().toImage().pixelColor(40, 40)
        assert (pixel.name() == "#ff0000") is (colour == "red")
        assert tab.player.scene
        assert float(tab.player.scene.image[0].mean()) == (1 if colour == "red" else 0)


def test_a_photograph_is_decoded_once_for_the_window_and_kept_small(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab, path, threads = window.tab, tmp_path / "photo.jpg", []
    assert tab
    Image.new("RGB", (1200, 600), "teal").save(path)
    original = Image.open

    def decode(file: object, **settings: object) -> Image.Image:
        threads.append(current_thread())
        return original(file, **settings)

    monkeypatch.setattr(Image, "open", decode)
    window.opening.open_path(path)
    reach(qtbot, tab, State.READY)
    assert threads.count(main_thread()) == 1
    shown, ratio = tab.panel.image.read(str(path)), tab.panel.image.devicePixelRatioF()
    assert (shown.width(), shown.height()) == (round(92 * ratio), round(46 * ratio))
