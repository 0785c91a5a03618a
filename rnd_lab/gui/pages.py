"""The tabs, each built when it is first shown, and what they ask of each other."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget, QWidget

from rnd_lab.gui.doing import Doing, Runs, Takes
from rnd_lab.gui.loading import LoadingPage
from rnd_lab.gui.places import Places
from rnd_lab.gui.toast import Toaster

if TYPE_CHECKING:
    from rnd_lab.defenses.catalog import AnyDefense
    from rnd_lab.evaluation.spec import EvaluationSpec
    from rnd_lab.experiments.run_spec import RunSpec
    from rnd_lab.gui.attack_tab import AttackTab
    from rnd_lab.gui.batch.batch_tab import BatchTab
    from rnd_lab.gui.calibrate.calibrate_tab import CalibrateTab
    from rnd_lab.gui.explore.explore_tab import ExploreTab
    from rnd_lab.gui.results.results_tab import ResultsTab
    from rnd_lab.gui.train.train_tab import TrainTab
    from rnd_lab.models.spec import ModelSpec

TITLES = ("Attack", "Batch", "Explore", "Results", "Train", "Calibrate")


class Pages(QTabWidget):
    """Pages that say "loading" until their tab can be built; ``attack`` is put in by the window.

    Signals: ``changed()`` when another tab is shown, or what the shown one does changes; ``import_wanted()`` when a
    tab is shown that cannot be built before ``take_imports``.
    """

    changed = Signal()
    import_wanted = Signal()

    def __init__(self, places: Places, toaster: Toaster, device: str) -> None:
        super().__init__()
        self.places, self.toaster, self.device = places, toaster, device
        self.attack: AttackTab | None = None
        self.batch: BatchTab | None = None
        self.explore: ExploreTab | None = None
        self.results: ResultsTab | None = None
        self.train: TrainTab | None = None
        self.calibrate: CalibrateTab | None = None
        self._torchvision: tuple[str, ...] = ()
        self._importable = False
        self._closed = False
        self.setDocumentMode(True)
        for title in TITLES:
            self.addTab(LoadingPage(), title)
        self.currentChanged.connect(self._show)

    @property
    def shown(self) -> str:
        """The title of the tab that is shown."""
        return self.tabText(self.currentIndex())

    @property
    def running(self) -> Runs | None:
        """The tab that is shown, where it runs something."""
        return self._running.get(self.shown)

    @property
    def taking(self) -> Takes | None:
        """The tab that is shown, where it takes files into a form of its own."""
        taking: dict[str, Takes | None] = {"Batch": self.batch, "Train": self.train, "Calibrate": self.calibrate}
        return taking.get(self.shown)

    @property
    def doing(self) -> Doing:
        """What the actions can do with the tab that is shown."""
        return self.running.doing if self.running else Doing()

    @property
    def _running(self) -> dict[str, Runs | None]:
        return {"Attack": self.attack, "Batch": self.batch, "Train": self.train, "Calibrate": self.calibrate}

    def show_page(self, title: str) -> None:
        """Change to a tab."""
        self.setCurrentIndex(TITLES.index(title))

    def show_batch(self) -> "BatchTab":
        """Change to the Batch tab, which is built at once where something is to be opened in it."""
        batch = self.batch or self._build_batch()
        self.show_page("Batch")
        return batch

    def put_attack(self, tab: "AttackTab") -> None:
        """Take in the Attack tab."""
        self.attack = tab
        tab.state_changed.connect(self.changed)
        tab.draft.stack.indexChanged.connect(self.changed)
        self._put("Attack", tab)

    def take_imports(self) -> None:
        """From now on every tab can be built."""
        self._importable = True
        self._show()

    def take_names(self, names: tuple[str, ...]) -> None:
        """Offer torchvision's models."""
        self._torchvision = names
        if self.attack:
            self.attack.panel.model.add_torchvision(names)
        if self.batch:
            self.batch.form.models.torchvision = names
        if self.calibrate:
            self.calibrate.add_torchvision(names)

    def set_device(self, name: str) -> None:
        """Choose where models are computed from now on."""
        self.device = name
        for tab in (self.batch, self.train, self.calibrate):
            if tab:
                tab.set_device(name)

    def finish(self) -> None:
        """End what the tabs do and their threads; they are not used again."""
        self._closed = True
        for tab in (self.batch, self.explore, self.results, self.train, self.calibrate, self.attack):
            if tab:
                tab.finish()

    def replay(self, run: "RunSpec") -> None:
        """Play a game of an evaluation again in the Attack tab."""
        if self.attack and self.attack.busy:
            self.toaster.info("A game is being played. Stop it first.")
        elif self.attack and self.attack.set_spec(run):
            self.show_page("Attack")
            self.attack.play()

    def open_results(self, path: Path) -> None:
        """Show another results file in the Results tab."""
        results = self.results or self._build_results()
        self.show_page("Results")
        results.open_file(path)

    def refine(self, spec: "EvaluationSpec") -> None:
        """Run an evaluation with more cells, after the one that is run now."""
        (self.batch or self._build_batch()).run_or_wait(spec)

    def _put(self, title: str, tab: QWidget) -> None:
        """Put a tab in the place of the page that says it is being loaded."""
        place, shown = TITLES.index(title), self.currentIndex()
        loading = self.widget(place)
        blocked = self.blockSignals(True)
        self.removeTab(place)
        self.insertTab(place, tab, title)
        self.setCurrentIndex(shown)
        self.blockSignals(blocked)
        if loading:
            loading.deleteLater()

    def _show(self) -> None:
        """Build the tab that is shown, where it is not there yet."""
        if self._closed:
            return
        if not self._importable:
            if self.shown != "Attack":
                self.import_wanted.emit()
        elif self.shown == "Batch" and not self.batch:
            self._build_batch()
        elif self.shown == "Explore" and not self.explore:
            self._build_explore()
        elif self.shown == "Results" and not self.results:
            self._build_results()
        elif self.shown == "Train" and not self.train:
            self._build_train()
        elif self.shown == "Calibrate" and not self.calibrate:
            self._build_calibrate()
        self.changed.emit()

    def _build_batch(self) -> "BatchTab":
        from rnd_lab.gui.batch.batch_tab import BatchTab

        self.batch = batch = BatchTab(self.places, self.toaster, self.device)
        batch.form.models.torchvision = self._torchvision
        batch.state_changed.connect(self.changed)
        batch.draft.stack.indexChanged.connect(self.changed)
        batch.changed.connect(self._read_results_again)
        self._put("Batch", batch)
        return batch

    def _build_explore(self) -> "ExploreTab":
        from rnd_lab.gui.explore.explore_tab import ExploreTab

        self.explore = explore = ExploreTab(self.places, self.toaster)
        explore.replay_wanted.connect(self.replay)
        explore.refine_wanted.connect(self.refine)
        explore.own_wanted.connect(self._open_own_results)
        if self.results and self.results.path != explore.path:
            explore.open_file(self.results.path)
        self._put("Explore", explore)
        explore.refresh()
        return explore

    def _build_results(self) -> "ResultsTab":
        from rnd_lab.gui.results.results_tab import ResultsTab

        self.results = results = ResultsTab(self.places, self.toaster)
        results.rerun_wanted.connect(self._load_evaluation)
        results.explore_wanted.connect(self._explore)
        results.file_changed.connect(self._open_results)
        results.changed.connect(self._read_results_again)
        self._put("Results", results)
        results.refresh()
        return results

    def _build_train(self) -> None:
        from rnd_lab.gui.train.train_tab import TrainTab

        self.train = train = TrainTab(self.places, self.toaster, self.device)
        train.state_changed.connect(self.changed)
        train.draft.stack.indexChanged.connect(self.changed)
        train.use_wanted.connect(self._use)
        self._put("Train", train)

    def _build_calibrate(self) -> None:
        from rnd_lab.gui.calibrate.calibrate_tab import CalibrateTab

        self.calibrate = calibrate = CalibrateTab(self.places, self.toaster, self.device)
        calibrate.add_torchvision(self._torchvision)
        calibrate.state_changed.connect(self.changed)
        calibrate.use_wanted.connect(self._use)
        self._put("Calibrate", calibrate)

    def _use(self, model: "ModelSpec", stack: "tuple[AnyDefense, ...]") -> None:
        """Attack a model behind a stack; an empty one leaves the defenses that are there."""
        if self.attack and self.attack.set_defended(model, stack or self.attack.draft.spec.defense):
            self.show_page("Attack")

    def _read_results_again(self) -> None:
        """Games came, or an evaluation was changed; a tab that is not shown reads when it is shown."""
        if self.explore and self.shown == "Explore":
            self.explore.refresh()
        if self.results and self.shown == "Results":
            self.results.refresh()

    def _load_evaluation(self, spec: "EvaluationSpec") -> None:
        self.show_batch().load(spec)

    def _explore(self, number: int) -> None:
        explore = self.explore or self._build_explore()
        self.show_page("Explore")
        explore.show_evaluation(number)

    def _open_own_results(self) -> None:
        if self.results:
            self.results.open_own()

    def _open_results(self) -> None:
        if self.explore and self.results:
            self.explore.open_file(self.results.path)
