"""The parameter panel: every setting of a run, on the left of the window."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from rnd_lab.experiments.duel import Scene
from rnd_lab.experiments.presets import Preset
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.gui.action_bar import stack_above
from rnd_lab.gui.draft import Draft
from rnd_lab.gui.panel.attack_section import AttackSection
from rnd_lab.gui.panel.defense_section import DefenseSection
from rnd_lab.gui.panel.game_section import ComputingSection, RefereeSection
from rnd_lab.gui.panel.image_section import ImageSection
from rnd_lab.gui.panel.model_section import ModelSection
from rnd_lab.gui.panel.presets_bar import PresetsBar
from rnd_lab.gui.panel.run_bar import RunBar
from rnd_lab.gui.panel.section import Section
from rnd_lab.gui.panel.threat_section import ThreatSection
from rnd_lab.gui.panel.world import World, needs
from rnd_lab.gui.player import State
from rnd_lab.gui.published import follow
from rnd_lab.gui.words import sentence
from rnd_lab.models.known import known_data_set, known_labels

WIDTH = 340


class Panel(QWidget):
    """Shows the draft and edits it; combinations that are no run are explained and left out of the draft.

    Signals: ``judged()`` after every edit, whether it made a run or not.
    """

    judged = Signal()

    def __init__(self, draft: Draft[RunSpec], presets: Path) -> None:
        super().__init__()
        self.draft = draft
        self.presets = PresetsBar(presets)
        self.image, self.model, self.defense = ImageSection(), ModelSection(), DefenseSection()
        self.attack, self.threat, self.referee = AttackSection(), ThreatSection(), RefereeSection()
        self.computing = ComputingSection()
        self.run_bar = RunBar()
        self._parts: tuple[Section, ...] = (
            self.image, self.model, self.defense, self.attack, self.threat, self.referee, self.computing,
        )  # fmt: skip
        self._scene: Scene | None = None
        self._labels: tuple[str, ...] = ()
        self._seen: tuple[object, ...] = ()
        self._data_sets: dict[str, str] = {}
        self.world = World()
        for part in self._parts:
            part.edited.connect(lambda title=part.title: self._edited(title))
        self.run_bar.duel_switched.connect(lambda: self._edited("Duel"))
        self.run_bar.reconsidered.connect(self.judged)
        self.presets.chosen.connect(self.use_preset)
        self._content = stack_above(self, (self.presets, *self._parts), self.run_bar)
        self.setMinimumWidth(WIDTH)
        draft.changed.connect(self._show)

    def load(self) -> None:
        """Read the presets and show the draft."""
        self.presets.load()
        self._show(self.draft.spec)

    def show_state(self, state: State, *, locked: bool) -> None:
        """Offer what makes sense in a state; the parameters are ``locked`` while a game is played."""
        self.run_bar.show_state(state, busy=locked)
        self._content.setEnabled(not locked)
        self._enable_duel()

    def show_scene(self, scene: Scene, spec: RunSpec) -> None:
        """Take over what the loaded model is made for and says."""
        before = self.world.data_set
        self._scene, self._seen, self._labels = scene, needs(spec), scene.classifier.labels
        self._data_sets[spec.model.source] = after = scene.classifier.data_set
        now = self.draft.spec
        if before != after and now.model == spec.model:
            self.draft.edit(RunSpec(**follow(now, dict(now), before, after)), "Model")
        # what is wrong stays on screen until the user has put it right
        self._show(self.draft.spec, unfinished=bool(self.run_bar.problem.text()))

    def leave_scene(self) -> None:
        """Let go of the model that is loaded, so that its memory is free for the next one."""
        self._scene, self.world = None, replace(self.world, scene=None)

    def use_preset(self, preset: Preset) -> None:
        """Take over the parameters of a preset."""
        self.draft.take(preset.spec, f"Preset {preset.title}")

    def adapted(self, values: dict[str, Any]) -> dict[str, Any]:
        """Edited ``values`` of a run, with what another norm or a model of another data set brings along."""
        return follow(self.draft.spec, values, self.world.data_set, self._data_set(values["model"].source))

    def commit(self) -> bool:
        """Take what is being typed; returns whether the parameters can be played."""
        return self.run_bar.commit(self)

    def _edited(self, title: str) -> None:
        values: dict[str, Any] = {"duel": self.run_bar.duel.isChecked()}
        try:
            for part in self._parts:
                values |= part.values()
            spec = RunSpec(**self.adapted(values))
        except ValidationError as error:
            self.run_bar.explain(sentence(error))
            self.judged.emit()
            return
        self.draft.edit(spec, title)
        self._show(spec)

    def _show(self, spec: RunSpec, unfinished: bool = False) -> None:
        known = self._seen[:1] == (spec.model,)
        labels = self._labels if known else known_labels(spec.model.source)
        scene = self._scene if self._seen == needs(spec) else None
        self.world = World(self._data_set(spec.model.source), labels, scene)
        if unfinished:
            self.image.show_spec(spec, self.world)
            return
        self.presets.show_spec(spec)
        for part in self._parts:
            part.show_spec(spec, self.world)
        self.run_bar.duel.setChecked(spec.duel)
        self.run_bar.explain("")
        self._enable_duel()
        self.judged.emit()

    def _data_set(self, source: str) -> str:
        return self._data_sets.get(source) or known_data_set(source) or self.world.data_set

    def _enable_duel(self) -> None:
        self.run_bar.duel.setEnabled(self._content.isEnabled() and bool(self.draft.spec.defense))
