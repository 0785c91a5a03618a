"""What happens on the player's thread: loading, playing, saving. Imports torch when it is first asked for something."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, QTimer, Signal, Slot

from rnd_lab.gui.explaining import explain
from rnd_lab.gui.player_wishes import Progress, State, Wishes, image_set
from rnd_lab.primitives.cores import all_but_one
from rnd_lab.primitives.errors import Cancelled, LabError
from rnd_lab.primitives.files import version

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import Duel, Scene, SideName
    from rnd_lab.experiments.keep import Kept
    from rnd_lab.experiments.run_spec import RunSpec
    from rnd_lab.models.classifier import Classifier

TURN = 0.015
"""Seconds of playing between two looks at what else was asked for."""
FRAME = 1 / 30
"""Least seconds between two snapshots."""


class Worker(QObject):
    """Does what it is asked, one thing after the other; a game is played in short turns of the thread's event loop.

    The first value of most signals is the number of the request that they belong to.

    Signals: ``scene_set(wish, scene)``; ``shown(wish, snapshot)``; ``became(wish, state)``; ``download(wish, done,
    total)``; ``broke(wish, message, details)``; ``saved(sentence)``; ``not_saved(message, details)``.
    """

    scene_set = Signal(int, object)
    shown = Signal(int, object)
    became = Signal(int, object)
    download = Signal(int, object, object)
    broke = Signal(int, str, str)
    saved = Signal(str)
    not_saved = Signal(str, str)

    def __init__(self, wishes: Wishes) -> None:
        super().__init__()
        self._wishes = wishes
        self._wish = 0
        self._classifier: Classifier | None = None
        self._model: tuple[object, ...] = ()
        self._scene: Scene | None = None
        self._seen: tuple[object, ...] = ()
        self._duel: Duel | None = None
        self._kept: dict[SideName, Kept] = {}
        self._shown_at = 0.0
        self._playing = QTimer(self)
        self._playing.timeout.connect(self._turn)

    @Slot(int, object, str)
    def prepare(self, wish: int, spec: "RunSpec", device: str) -> None:
        """Load what a run needs and look at its image."""
        if not self._accept(wish, keep_scene=False):
            return
        with self._reporting():
            self._set_scene(spec, device)
            self.became.emit(wish, State.READY)

    @Slot(int, object, str, bool)
    def start(self, wish: int, spec: "RunSpec", device: str, paused: bool) -> None:
        """Begin a game; a paused one makes one step."""
        if not self._accept(wish, keep_scene=True):
            return
        with self._reporting():
            from rnd_lab.experiments.duel import Duel

            if not self._scene or self._seen != _needs(spec, device):
                self._duel = self._scene = None
                self.became.emit(wish, State.LOADING)
                self._set_scene(spec, device)
            else:  # perhaps by a request that was void before it could be told
                self.scene_set.emit(wish, self._scene)
            assert self._scene is not None
            self._duel, self._kept = Duel(spec, self._scene), {}
            if paused:
                self.step()
                return
            self._show(now=True)
            self.resume()

    @Slot()
    def pause(self) -> None:
        """Stop playing for now."""
        if self._playing.isActive():
            self._rest(State.PAUSED)

    @Slot()
    def resume(self) -> None:
        """Play, if there is a game that has not ended."""
        if self._duel and not self._duel.done:
            self._playing.start(0)
            self.became.emit(self._wish, State.PLAYING)
        else:
            self._rest(State.DONE)

    @Slot()
    def step(self) -> None:
        """One step, and pause."""
        with self._reporting():
            if self._duel:
                if not self._duel.done:  # else it ended before its first step
                    self._duel.step()
                self._rest(State.DONE if self._duel.done else State.PAUSED)

    @Slot()
    def stop(self) -> None:
        """End the game and keep it."""
        if self._duel:
            self._rest(State.DONE)

    @Slot(str, object, str)
    def save(self, kind: str, path: Path, side: "SideName") -> None:
        """Save an "image" or a "gif" of a side, or the "json"."""
        try:
            self.saved.emit(self._save(kind, path, side))
        except Exception as error:
            self.not_saved.emit(*explain(error))

    @Slot()
    def leave(self) -> None:
        """Stop and end the thread."""
        self._playing.stop()
        self._duel = self._scene = self._classifier = None
        QThread.currentThread().quit()

    def _accept(self, wish: int, *, keep_scene: bool) -> bool:
        """Whether a request is still wanted; it takes the place of the one before."""
        if wish < self._wishes.latest or self._wishes.closing.is_set():
            return False
        self._playing.stop()
        self._wish = wish
        if not keep_scene:
            self._duel = self._scene = None
        if wish <= self._wishes.given_up:
            self._duel = None  # that of the request before
            self._fall_back()
            return False
        return True

    def _set_scene(self, spec: "RunSpec", device: str) -> None:
        import torch

        from rnd_lab.experiments.duel import pick_device, see
        from rnd_lab.models.load import load

        torch.set_num_threads(all_but_one())
        model, seen = _model(spec, device), _needs(spec, device)
        if not self._classifier or self._model != model:
            self._classifier = None  # two large models need not fit the memory
            self._classifier = load(spec.model, pick_device(device), self._progress((spec.model, device)))
            self._model = model
        self._scene = see(self._classifier, spec, self._progress(image_set(spec)))
        self._seen = seen
        self.scene_set.emit(self._wish, self._scene)

    def _progress(self, need: object) -> Progress:
        return Progress(self._wishes, self._wish, need, self.download.emit)

    @Slot()
    def _turn(self) -> None:
        with self._reporting():
            duel = self._duel
            assert duel is not None
            end = monotonic() + TURN
            while not duel.done and not self._wishes.closing.is_set():
                duel.step()
                if monotonic() >= end:
                    break
            if duel.done:
                self._rest(State.DONE)
            else:
                self._show()

    def _rest(self, state: State) -> None:
        """Play no more, and show exactly where the game stands."""
        self._playing.stop()
        self._show(now=True)
        self.became.emit(self._wish, state)

    def _show(self, *, now: bool = False) -> None:
        moment = monotonic()
        if self._duel and (now or (self._wishes.taken.is_set() and moment - self._shown_at >= FRAME)):
            self._shown_at = moment
            self._wishes.taken.clear()
            self.shown.emit(self._wish, self._duel.snapshot())

    def _save(self, kind: str, path: Path, side: "SideName") -> str:
        from rnd_lab.experiments.keep import run_report, save_image, save_json

        if not self._duel or (side and side not in self._duel.sides):
            raise LabError("There is nothing to save yet. Start a game first.")
        if kind == "json":
            save_json(path, run_report(self._duel, self._kept))
            return f"{path.name} holds the parameters and the outcome."
        if kind == "gif":
            self._duel.sides[side].film.save_gif(path)
            return f"{path.name} holds the film of the attack."
        kept = save_image(path, self._duel, side)
        if self._duel.sides[side].outcome:
            self._kept[side] = kept
        return f"{path.name}: {kept.sentence}"

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Nothing that goes wrong ends the thread or passes in silence."""
        try:
            yield
        except Cancelled:
            self._fall_back()
        except Exception as error:
            self._fall_back()
            self.broke.emit(self._wish, *explain(error))

    def _fall_back(self) -> None:
        self._playing.stop()
        self.became.emit(self._wish, State.READY if self._scene else State.EMPTY)


def _model(spec: "RunSpec", device: str) -> tuple[object, ...]:
    """What a loaded model depends on."""
    return spec.model, device, version(spec.model.source)


def _needs(spec: "RunSpec", device: str) -> tuple[object, ...]:
    """What a scene depends on."""
    return *_model(spec, device), spec.image, version(spec.image), spec.label, spec.target
