"""Plays runs on a thread of their own, so that the window never waits."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QThread, Signal, Slot

from rnd_lab.gui.player_wishes import State, Wishes
from rnd_lab.gui.player_worker import Worker

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import Scene, SideName, Snapshot
    from rnd_lab.experiments.run_spec import RunSpec

__all__ = ["Player", "State"]


class Player(QObject):
    """Loads models and plays games on one worker thread; lives on the window's thread.

    Every call returns at once. Each :meth:`prepare` and :meth:`start` makes what the worker still says of older
    requests void, so the newest wins. The state follows the worker: it is PLAYING when the game has begun.

    Signals: ``scene_ready(scene)`` when model and image are loaded and the clean image was looked at;
    ``snapshot_ready(snapshot)`` at most 30 times a second, the next one only after this was handled;
    ``state_changed(state)``; ``download(done, total)`` bytes of a model or of images; ``failed(message, details)``,
    after which the player can be used again; ``saved(sentence)``.
    """

    scene_ready = Signal(object)
    snapshot_ready = Signal(object)
    state_changed = Signal(object)
    download = Signal(object, object)  # Qt's int ends at 2 GiB
    failed = Signal(str, str)
    saved = Signal(str)

    _prepare = Signal(int, object, str)
    _start = Signal(int, object, str, bool)
    _pause = Signal()
    _resume = Signal()
    _step = Signal()
    _stop = Signal()
    _save = Signal(str, object, str)
    _leave = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = State.EMPTY
        self._scene: Scene | None = None
        self._snapshot: Snapshot | None = None
        self._spec: RunSpec | None = None
        self._device = "auto"
        self._starting = False
        self._wishes = Wishes()
        self._thread = QThread()
        self._thread.setObjectName("player")
        self._worker = Worker(self._wishes)
        self._worker.moveToThread(self._thread)
        self._connect()
        self._thread.start()
        if app := QCoreApplication.instance():
            app.aboutToQuit.connect(self.close)

    @property
    def state(self) -> State:
        """What the player is doing."""
        return self._state

    @property
    def starting(self) -> bool:
        """Whether a game was asked for that has not begun yet."""
        return self._starting

    @property
    def scene(self) -> "Scene | None":
        """The latest scene; None before the first, and while another one is loaded."""
        return self._scene

    @property
    def snapshot(self) -> "Snapshot | None":
        """The latest snapshot of the latest game on this scene; None until it has begun."""
        return self._snapshot

    def prepare(self, spec: "RunSpec", device: str = "auto") -> None:
        """Load the model, unless it is loaded already, and look at the image; ends a game in progress."""
        self._spec, self._device = spec, device
        self._scene = self._snapshot = None
        self._starting = False
        self._prepare.emit(self._wishes.renew(spec, device), spec, device)
        self._set_state(State.LOADING)

    def cancel_download(self) -> None:
        """Give up what is being downloaded, and the request that needs it."""
        self._wishes.give_up()

    def start(self, spec: "RunSpec") -> None:
        """Play a run from its beginning, after loading what it needs; ends a game in progress."""
        self._begin(spec, paused=False)

    def pause(self) -> None:
        """Stop after the step that is being made, until :meth:`resume`."""
        self._pause.emit()

    def resume(self) -> None:
        """Go on after a pause."""
        self._resume.emit()

    def step(self, spec: "RunSpec | None" = None) -> None:
        """Make exactly one step and pause; where no game is in progress, begin ``spec`` (or the latest run) paused."""
        if self._starting or self._state in (State.PLAYING, State.PAUSED):
            self._step.emit()
        elif spec := spec or self._spec:
            self._begin(spec, paused=True)

    def stop(self) -> None:
        """End the game within one step and keep what it has found; give up what is being loaded."""
        self._wishes.give_up()
        self._stop.emit()

    def save_image(self, path: Path, side: "SideName") -> None:
        """Save a side's image as PNG; it stays inside the ball and is judged anew."""
        self._save.emit("image", path, side)

    def save_json(self, path: Path) -> None:
        """Save the spec and the outcomes."""
        self._save.emit("json", path, "")

    def save_gif(self, path: Path, side: "SideName") -> None:
        """Save a side's film."""
        self._save.emit("gif", path, side)

    @Slot()
    def close(self) -> None:
        """Give up whatever is being done and join the thread; afterwards nothing is emitted. May be called again.

        What could not be saved is still told.
        """
        if not self._thread.isRunning():
            return
        self._wishes.closing.set()
        self._leave.emit()
        self._thread.wait()
        QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall)

    def _begin(self, spec: "RunSpec", *, paused: bool) -> None:
        self._spec, self._snapshot, self._starting = spec, None, True
        self._start.emit(self._wishes.renew(spec, self._device), spec, self._device, paused)

    def _connect(self) -> None:
        worker = self._worker
        self._prepare.connect(worker.prepare)
        self._start.connect(worker.start)
        self._pause.connect(worker.pause)
        self._resume.connect(worker.resume)
        self._step.connect(worker.step)
        self._stop.connect(worker.stop)
        self._save.connect(worker.save)
        self._leave.connect(worker.leave)
        worker.scene_set.connect(self._take_scene)
        worker.shown.connect(self._take_snapshot)
        worker.became.connect(self._take_state)
        worker.download.connect(self._take_download)
        worker.broke.connect(self._take_failure)
        worker.saved.connect(self._take_saved)
        worker.not_saved.connect(self._take_refusal)

    def _set_state(self, state: State) -> None:
        starting = self._starting and state is State.LOADING
        if (state, starting) != (self._state, self._starting):
            self._state, self._starting = state, starting
            self.state_changed.emit(state)

    @Slot(int, object)
    def _take_scene(self, wish: int, scene: "Scene") -> None:
        if self._wishes.current(wish) and scene is not self._scene:
            self._scene, self._snapshot = scene, None
            self.scene_ready.emit(scene)

    @Slot(int, object)
    def _take_snapshot(self, wish: int, snapshot: "Snapshot") -> None:
        if self._wishes.current(wish):
            self._snapshot = snapshot
            self.snapshot_ready.emit(snapshot)
        self._wishes.taken.set()

    @Slot(int, object)
    def _take_state(self, wish: int, state: State) -> None:
        if self._wishes.current(wish):
            self._set_state(state)

    @Slot(int, object, object)
    def _take_download(self, wish: int, done: int, total: int) -> None:
        if self._wishes.current(wish):
            self.download.emit(done, total)

    @Slot(int, str, str)
    def _take_failure(self, wish: int, message: str, details: str) -> None:
        if self._wishes.current(wish):
            self.failed.emit(message, details)

    @Slot(str)
    def _take_saved(self, sentence: str) -> None:
        if not self._wishes.closing.is_set():
            self.saved.emit(sentence)

    @Slot(str, str)
    def _take_refusal(self, message: str, details: str) -> None:
        self.failed.emit(message, details)
