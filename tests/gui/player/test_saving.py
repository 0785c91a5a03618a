import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from rnd_lab.experiments.run_spec import RunSpec, read_spec
from rnd_lab.gui.player import Player, State
from tests.gui.waiting import WAIT


@pytest.fixture
def playing(ready: Player, spec: RunSpec, qtbot: QtBot) -> Player:
    ready.start(spec)
    qtbot.waitUntil(lambda: ready.state is State.PLAYING, timeout=WAIT)
    return ready


def test_saved_image_reopens_inside_the_ball(playing: Player, spec: RunSpec, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "attacked.png"
    with qtbot.waitSignal(playing.saved, timeout=WAIT) as signal:
        playing.save_image(path, "defended")
    assert "attacked.png" in (signal.args or [""])[0]
    assert playing.scene is not None
    pixels = np.asarray(Image.open(path), np.float32).transpose(2, 0, 1) / 255
    assert pixels.shape == (3, 32, 32)
    assert np.abs(pixels - playing.scene.image.numpy()).max() <= spec.threat.epsilon + 1e-6
    assert playing.state is State.PLAYING


def test_saved_json_replays(playing: Player, spec: RunSpec, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "result.json"
    with qtbot.waitSignal(playing.saved, timeout=WAIT):
        playing.save_json(path)
    assert read_spec(path) == spec
    assert json.loads(path.read_text())["true_class"] == "ship"


def test_saved_film_moves(playing: Player, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "film.gif"
    with qtbot.waitSignal(playing.saved, timeout=WAIT):
        playing.save_gif(path, "undefended")
    with Image.open(path) as film:
        assert film.format == "GIF"


def test_nothing_to_save(ready: Player, tmp_path: Path, qtbot: QtBot) -> None:
    with qtbot.waitSignal(ready.failed, timeout=WAIT) as signal:
        ready.save_image(tmp_path / "x.png", "defended")
    assert "Start a game first" in (signal.args or [""])[0]
    assert ready.state is State.READY


def test_a_save_that_fails_while_the_player_is_closed_is_told(playing: Player, tmp_path: Path) -> None:
    told: list[tuple[str, str]] = []
    playing.failed.connect(lambda *what: told.append(what))
    playing.snapshot_ready.connect(lambda snapshot: pytest.fail("it is closed"))
    (tmp_path / "missing").touch()
    playing.save_json(tmp_path / "missing" / "result.json")
    playing.close()
    assert len(told) == 1
    assert "cannot be saved" in told[0][0]


def test_place_that_cannot_be_written(playing: Player, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "missing").touch()
    with qtbot.waitSignal(playing.failed, timeout=WAIT):
        playing.save_json(tmp_path / "missing" / "result.json")
    assert playing.state is State.PLAYING
