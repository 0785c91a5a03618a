"""Watch one attack: parameters on the left, the game on the right."""

from pathlib import Path

from pydantic import ValidationError
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from rnd_lab.data.gallery import gallery
from rnd_lab.defenses.catalog import AnyDefense
from rnd_lab.experiments.duel import Scene, SideName, Snapshot
from rnd_lab.experiments.keep import changes
from rnd_lab.experiments.run_spec import RunSpec, SavedRun
from rnd_lab.gui.doing import Doing
from rnd_lab.gui.draft import Draft
from rnd_lab.gui.panel.gallery_dialog import GalleryDialog
from rnd_lab.gui.panel.panel import WIDTH, Panel
from rnd_lab.gui.panel.run_bar import BUSY
from rnd_lab.gui.panel.world import needs
from rnd_lab.gui.places import Places
from rnd_lab.gui.player import Player, State
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.views.attack_view import AttackView
from rnd_lab.gui.views.pixels import picture
from rnd_lab.gui.words import sentence
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError

PAUSE_BEFORE_LOADING = 150
"""Milliseconds without another change before the model and the image are loaded."""
SAYS = {
    State.EMPTY: "Nothing is loaded: Space tries again",
    State.LOADING: "Loading the model…",
    State.READY: "Ready: Space starts",
    State.PLAYING: "Playing: Space pauses",
    State.PAUSED: "Paused: Space goes on, F10 makes one step",
    State.DONE: "Finished: Space plays again",
}
WRONG = "The parameters are no run yet: see what the panel says"


class AttackTab(QWidget):
    """Joins the panel, the player and the view.

    Signals: ``state_changed(state)``; ``snapshot_shown(snapshot, spec)``; ``device_changed(name)``.
    """

    state_changed = Signal(object)
    snapshot_shown = Signal(object, object)
    device_changed = Signal(str)

    def __init__(self, spec: RunSpec, places: Places, toaster: Toaster, device: str) -> None:
        super().__init__()
        self.toaster = toaster
        self.device = device
        self.player = Player()
        self.draft = Draft(spec, self)
        self.panel = Panel(self.draft, places.presets)
        self.view = AttackView()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(self.panel)
        self.splitter.addWidget(self.view)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(0, False)
        self.splitter.setSizes([WIDTH + 10, 900])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.playing = spec
        self._loaded: tuple[object, ...] = ()
        self._loading = spec
        self._saved: SavedRun | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_BEFORE_LOADING)
        self._timer.timeout.connect(self._prepare)
        self._connect_player()
        self._connect_panel()
        self.panel.load()
        self.panel.computing.show_device(device)
        self._prepare()

    @property
    def state(self) -> State:
        """What the player is doing."""
        return State.LOADING if self._timer.isActive() else self.player.state

    @property
    def busy(self) -> bool:
        """Whether a game is being played, or is about to be."""
        return self.player.state in BUSY or self.player.starting

    @property
    def doing(self) -> Doing:
        """What the actions can do here."""
        bar = self.panel.run_bar
        stack = None if self.busy else self.draft.stack
        says = WRONG if bar.blocked and not self.busy else SAYS[self.state]
        return Doing(says, bar.start.text(), bar.can_start, bar.can_step, self.busy, stack)

    @property
    def sides(self) -> tuple[SideName, ...]:
        """The sides of the last game, the defended one first; empty before the first game."""
        snapshot = self.player.snapshot
        return tuple(snapshot.sides) if snapshot else ()

    @property
    def device_in_use(self) -> str:
        """Where the model is, or else where it will be."""
        scene = self.player.scene
        return str(scene.classifier.device) if scene else self.device

    def adversarial_image(self) -> QImage | None:
        """The attacked image of the first side with its true pixels, as 8 bits."""
        snapshot = self.player.snapshot
        if not snapshot:
            return None
        return picture(next(iter(snapshot.sides.values())).image)

    def run_or_pause(self) -> None:
        """Start, pause or resume the game; load again what could not be loaded."""
        if self.state is State.PLAYING or self.player.starting:
            self.player.pause()
        elif self.state is State.PAUSED:
            self.player.resume()
        elif self.state in (State.READY, State.DONE):
            if self.panel.commit():
                self.play()
        elif self.state is State.EMPTY:
            self.panel.commit()
            if self.state is State.EMPTY:  # what was typed may be loaded by itself
                self._prepare()

    def play(self) -> None:
        """Play the run of the form from its beginning; model and image are loaded first where they are not there."""
        self._get_ready()
        self.player.start(self.playing)
        self._show_state()

    def _get_ready(self) -> None:
        """Take the run of the form as the one that is played next."""
        self._timer.stop()
        self.playing = self._loading = self.draft.spec
        self._loaded = needs(self.playing)
        if scene := self.panel.world.scene:  # the player tells of it only once
            self.view.show_scene(scene, self.playing)
        else:
            self.panel.leave_scene()
            self.view.clear()

    def step(self) -> None:
        """One step of the attack; begins a game, paused, where there is none."""
        if self.busy:
            self.player.step()
        elif self.state in (State.READY, State.DONE) and self.panel.commit():
            self._get_ready()
            self.player.step(self.playing)
            self._show_state()

    def stop(self) -> None:
        """End the game."""
        if self.busy:
            self.player.stop()

    def set_image(self, path: Path) -> bool:
        """Attack another image; one that cannot be opened is refused with a message."""
        try:
            self.panel.image.read(str(path))
        except LabError as error:
            self.toaster.error(str(error))
            return False
        return self._open({"image": str(path), "label": None}, "Image")

    def set_model(self, model: ModelSpec) -> bool:
        """Attack another model."""
        return self._open({"model": model, "label": None}, "Model")

    def set_defended(self, model: ModelSpec, stack: tuple[AnyDefense, ...]) -> bool:
        """Attack a model behind this stack of defenses, the outermost first."""
        return self._open({"model": model, "defense": stack, "label": None}, "Defended model")

    def set_spec(self, spec: RunSpec) -> bool:
        """Take over all parameters, which have nothing to do with the preset that was shown before."""
        if not self._change(dict(spec), "Parameters"):
            return False
        self.panel.presets.forget(spec)
        return True

    def set_saved(self, saved: SavedRun) -> bool:
        """Take over the parameters of a saved run; where it was played on something else, that is told once loaded."""
        if not self.set_spec(saved.spec):
            return False
        self._saved = saved
        self._load_soon()
        return True

    def choose_from_gallery(self) -> None:
        """Open the gallery."""
        wanted = self.panel.world.data_set
        images = [image for image in gallery() if image.data_set == wanted] or gallery()
        dialog = GalleryDialog(images, self.draft.spec.image, self.window())
        dialog.chosen.connect(lambda name: self._change({"image": name, "label": None}, "Image"))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def finish(self) -> None:
        """End the game and the worker."""
        self._timer.stop()
        self.player.close()

    def _change(self, update: dict[str, object], text: str) -> bool:
        if self.busy:
            self.toaster.warn("Parameters are locked while a game is played. Stop it first (Esc).")
            return False
        try:
            spec = RunSpec(**{**dict(self.draft.spec), **update})
        except ValidationError as error:
            self.toaster.error(sentence(error))
            return False
        self.draft.take(spec, text)
        return True

    def _open(self, update: dict[str, object], text: str) -> bool:
        """Change what a file may tell, and load it even where it has the same name as before."""
        if not self._change(self.panel.adapted({**dict(self.draft.spec), **update}), text):
            return False
        self._load_soon()
        return True

    def _connect_player(self) -> None:
        player = self.player
        player.scene_ready.connect(self._show_scene)
        player.snapshot_ready.connect(self._show_snapshot)
        player.state_changed.connect(self._show_state)
        player.download.connect(self.panel.model.show_download)
        player.failed.connect(self._failed)
        player.saved.connect(self.toaster.info)

    def _connect_panel(self) -> None:
        bar = self.panel.run_bar
        bar.start_wanted.connect(self.run_or_pause)
        bar.step_wanted.connect(self.step)
        bar.stop_wanted.connect(self.stop)
        self.view.plot.failed.connect(self.toaster.error)
        self.panel.model.cancel_wanted.connect(self.player.cancel_download)
        self.panel.image.gallery_wanted.connect(self.choose_from_gallery)
        self.panel.computing.device_changed.connect(self._set_device)
        self.panel.presets.failed.connect(self.toaster.error)
        self.panel.judged.connect(lambda: self.state_changed.emit(self.state))
        self.draft.changed.connect(self._spec_changed)

    def _set_device(self, name: str) -> None:
        self.device = name
        self.device_changed.emit(name)
        self._load_soon()

    def _load_soon(self) -> None:
        self._timer.start()
        self._show_state()

    def _spec_changed(self, spec: RunSpec) -> None:
        if needs(spec) != self._loaded:
            self._timer.start()
        elif self.state is State.READY and (scene := self.player.scene):
            self.view.show_scene(scene, spec)
        self._show_state()

    def _prepare(self) -> None:
        self._timer.stop()
        self._loading = self.draft.spec
        self._loaded = needs(self._loading)
        self.panel.leave_scene()
        self.view.clear()
        self.player.prepare(self._loading, self.device)
        self._show_state()

    def _show_state(self) -> None:
        state = self.state
        if state is not State.LOADING:
            self.panel.model.hide_download()
        self.panel.show_state(state, locked=self.busy)
        self.state_changed.emit(state)

    def _show_scene(self, scene: Scene) -> None:
        self.panel.show_scene(scene, self._loading)
        now = self.draft.spec  # more may have been changed while it was loaded
        self.view.show_scene(scene, now if needs(now) == needs(self._loading) else self._loading)
        saved, self._saved = self._saved, None
        if saved and self._loading == saved.spec:
            for what in changes(saved, scene):
                self.toaster.warn(f"The {what} is not the one that this result was played on, though it has its name.")

    def _show_snapshot(self, snapshot: Snapshot) -> None:
        self.view.show_snapshot(snapshot, self.playing)
        self.snapshot_shown.emit(snapshot, self.playing)

    def _failed(self, text: str, details: str) -> None:
        self.toaster.error(text, details)
        self._show_state()
