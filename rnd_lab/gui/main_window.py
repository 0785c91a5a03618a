"""The window: tabs, menus, tool bar, status bar, and what is kept between sessions."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QMainWindow,
    QMenu,
    QSizePolicy,
    QTabWidget,
    QToolBar,
    QWidget,
)

from rnd_lab.gui import actions, close_question
from rnd_lab.gui.commands import Commands
from rnd_lab.gui.loading import LoadingPage
from rnd_lab.gui.places import Places
from rnd_lab.gui.settings import read_settings, save_settings
from rnd_lab.gui.status_bar import StatusBar
from rnd_lab.gui.theme import Theme
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.warmup import Warmup

if TYPE_CHECKING:
    from rnd_lab.evaluation.spec import EvaluationSpec
    from rnd_lab.experiments.run_spec import RunSpec
    from rnd_lab.gui.attack_tab import AttackTab
    from rnd_lab.gui.batch.batch_tab import BatchTab
    from rnd_lab.gui.explore.explore_tab import ExploreTab
    from rnd_lab.gui.player import State

KEEPS_SPACE = (QAbstractButton, QComboBox, QAbstractSlider)
"""Widgets that use the space bar themselves while they have the focus."""


TABS = ("Attack", "Batch", "Explore")
TITLE_BAR = 36
"""Pixels that the system draws above a window, about."""


class MainWindow(QMainWindow):
    """Shows itself at once; ``tab`` is there as soon as torch is imported, the other tabs when they are first shown."""

    def __init__(self, app: QApplication, places: Places) -> None:
        super().__init__()
        self.places = places
        self.settings, complaints = read_settings(places.settings)
        self.theme = Theme(app, self.settings.theme)
        self.tab: AttackTab | None = None
        self.batch: BatchTab | None = None
        self.explore: ExploreTab | None = None
        self._torchvision: tuple[str, ...] = ()
        self._importable = False
        self._closed = False
        self.toaster = Toaster(self)
        self.commands = Commands(self)
        self.setWindowTitle("RND Lab")
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)
        self.resize(QSize(1400, 900).boundedTo(room))
        self.restoreGeometry(QByteArray.fromHex(self.settings.geometry.encode()))
        self.actions_by_key = actions.build(self, self.commands)
        actions.recolour(self.actions_by_key, self.palette())
        self.recent = QMenu("Recent files", self)
        self.recent.aboutToShow.connect(self._fill_recent)
        self._build_menus()
        self._build_tool_bar()
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for title in TABS:
            self.tabs.addTab(LoadingPage(), title)
        self.tabs.currentChanged.connect(self._show_tab)
        self.setCentralWidget(self.tabs)
        app.focusChanged.connect(self._give_space)
        if complaints:
            self.toaster.warn("Some settings could not be read and were skipped.", "\n".join(complaints))
        self.warmup = Warmup(self)
        self.warmup.ready.connect(self._build_tab)
        self.warmup.tabs.connect(self._take_imports)
        self.warmup.names.connect(self._take_names)
        self.warmup.failed.connect(self.toaster.error)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "actions_by_key"):
            actions.recolour(self.actions_by_key, self.palette())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        data = event.mimeData()
        if self.tab and (data.hasImage() or any(url.isLocalFile() for url in data.urls())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        if self.commands.open_mime(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self._may_close():
            event.ignore()
            return
        self._closed = True
        self._keep()
        self.hide()  # joining can take a moment: nobody should have to watch
        self.warmup.give_up()
        if self.batch:
            self.batch.close_batch()
        if self.explore:
            self.explore.close_readers()
        if self.tab:
            self.tab.close_player()
        event.accept()

    @property
    def shown(self) -> str:
        """The title of the tab that is shown."""
        return self.tabs.tabText(self.tabs.currentIndex())

    def show_tab(self, title: str) -> None:
        """Change to a tab."""
        self.tabs.setCurrentIndex(TABS.index(title))

    def _may_close(self) -> bool:
        if self.batch and self.batch.busy and not close_question.ask_batch(self):
            return False
        if not self.tab or not self.tab.busy:
            return True
        answer = close_question.ask(self)
        if answer == "save":  # the window stays until the files are written
            self.tab.stop()
            self.commands.save()
        return answer == "close"

    def _keep(self) -> None:
        self.settings.geometry = bytes(self.saveGeometry().toHex().data()).decode()
        try:
            if self.tab:
                self.settings.splitter = tuple(self.tab.splitter.sizes())
                self._keep_session()
            save_settings(self.places.settings, self.settings)
        except OSError as error:
            self.toaster.warn("The settings could not be saved.", str(error))

    def _keep_session(self) -> None:
        from rnd_lab.gui.session import save_session

        if self.tab:
            save_session(self.places.session, self.tab.draft.spec)

    def _build_tab(self) -> None:
        if self._closed:
            return
        from rnd_lab.gui.attack_tab import AttackTab
        from rnd_lab.gui.session import read_session

        spec, complaint = read_session(self.places.session)
        if complaint:
            self.toaster.warn("The last parameters could not be read back.", complaint)
        self.tab = tab = AttackTab(spec, self.places, self.toaster, self.settings.device)
        if self.settings.splitter:
            tab.splitter.setSizes(self.settings.splitter)
        self._connect(tab)
        self._put("Attack", tab)
        self._show_state(tab.state)

    def _put(self, title: str, tab: QWidget) -> None:
        """Put a tab in the place of the page that says it is being loaded."""
        place, shown = TABS.index(title), self.tabs.currentIndex()
        loading = self.tabs.widget(place)
        blocked = self.tabs.blockSignals(True)
        self.tabs.removeTab(place)
        self.tabs.insertTab(place, tab, title)
        self.tabs.setCurrentIndex(shown)
        self.tabs.blockSignals(blocked)
        if loading:
            loading.deleteLater()

    def _take_imports(self) -> None:
        self._importable = True
        self._show_tab()

    def _take_names(self, names: tuple[str, ...]) -> None:
        self._torchvision = names
        if self.tab:
            self.tab.panel.model.add_torchvision(names)
        if self.batch:
            self.batch.form.models.torchvision = names

    def _show_tab(self) -> None:
        """Build the tab that is shown, where it is not there yet."""
        if self._closed:
            return
        if not self._importable:
            if self.shown != "Attack":
                self.warmup.go_on()
        elif self.shown == "Batch" and not self.batch:
            self._build_batch()
        elif self.shown == "Explore" and not self.explore:
            self._build_explore()
        if self.tab:
            self._show_state(self.tab.state)

    def _build_batch(self) -> "BatchTab":
        from rnd_lab.gui.batch.batch_tab import BatchTab

        self.batch = batch = BatchTab(self.places, self.toaster, self.settings.device)
        batch.form.models.torchvision = self._torchvision
        batch.state_changed.connect(self._show_batch)
        batch.changed.connect(self._results_changed)
        batch.draft.stack.indexChanged.connect(self._show_history)
        self._put("Batch", batch)
        return batch

    def _build_explore(self) -> None:
        from rnd_lab.gui.explore.explore_tab import ExploreTab

        self.explore = explore = ExploreTab(self.places, self.toaster)
        explore.replay_wanted.connect(self.replay)
        explore.refine_wanted.connect(self.refine)
        self._put("Explore", explore)
        explore.refresh()

    def replay(self, run: "RunSpec") -> None:
        """Play a game of an evaluation again in the Attack tab."""
        if self.tab and self.tab.busy:
            self.toaster.info("A game is being played. Stop it first.")
        elif self.tab and self.tab.set_spec(run):
            self.show_tab("Attack")
            self.tab.play()

    def refine(self, spec: "EvaluationSpec") -> None:
        """Run an evaluation with more cells, after the one that is run now."""
        (self.batch or self._build_batch()).run_or_wait(spec)

    def _results_changed(self) -> None:
        if self.explore and self.shown == "Explore":
            self.explore.refresh()

    def _show_batch(self) -> None:
        if self.tab:
            self._show_state(self.tab.state)

    def _connect(self, tab: "AttackTab") -> None:
        panel = tab.panel
        tab.state_changed.connect(self._show_state)
        tab.snapshot_shown.connect(self.status.show_snapshot)
        tab.device_changed.connect(self._set_device)
        tab.view.save_image_requested.connect(self.commands.save_image)
        tab.view.set_dark(self.theme.dark)
        queued = Qt.ConnectionType.QueuedConnection  # widgets take over the new palette only then
        self.theme.changed.connect(tab.view.set_dark, queued)
        panel.image.open_wanted.connect(self.commands.open_image)
        panel.image.paste_wanted.connect(self.commands.paste)
        panel.model.open_wanted.connect(self.commands.open_model)
        panel.presets.save_wanted.connect(self.commands.save_preset)
        tab.draft.stack.indexChanged.connect(self._show_history)

    def _show_state(self, state: "State") -> None:
        if not (tab := self.tab):
            return
        by_key, bar = self.actions_by_key, tab.panel.run_bar
        for action in by_key.values():
            action.setEnabled(True)
        by_key["start"].setText(bar.start.text())
        by_key["start"].setEnabled(bar.can_start and self.shown == "Attack")
        by_key["step"].setEnabled(bar.can_step and self.shown == "Attack")
        by_key["stop"].setEnabled(tab.busy and self.shown == "Attack")
        if self.batch and self.shown == "Batch":
            by_key["start"].setText(self.batch.form.run_bar.run.text())
            by_key["start"].setEnabled(self.batch.form.run_bar.can_run)
            by_key["stop"].setEnabled(self.batch.form.run_bar.stop.isEnabled())
            by_key["copy"].setEnabled(False)
            by_key["save"].setEnabled(False)
        by_key["copy"].setEnabled(bool(tab.sides))
        by_key["save"].setEnabled(bool(tab.sides))
        batch = self.batch if self.shown == "Batch" else None
        self.status.show_state(f"BATCH_{batch.state.name}" if batch else state.name)
        if state.name != "LOADING":
            self.warmup.go_on()
        self.status.show_device(tab.device_in_use)
        self._show_history()

    def _show_history(self) -> None:
        tab = self.batch if self.shown == "Batch" else self.tab
        undo, redo = self.actions_by_key["undo"], self.actions_by_key["redo"]
        if not tab or self.shown == "Explore":
            undo.setEnabled(False)
            redo.setEnabled(False)
            return
        stack = tab.draft.stack
        undo.setEnabled(stack.canUndo() and not tab.busy)
        redo.setEnabled(stack.canRedo() and not tab.busy)
        undo.setText(f"Undo {stack.undoText()}".strip())
        redo.setText(f"Redo {stack.redoText()}".strip())

    def _set_device(self, name: str) -> None:
        self.settings.device = name
        if self.batch:
            self.batch.set_device(name)

    def _give_space(self, _: QWidget | None, focus: QWidget | None) -> None:
        """The space bar starts and pauses, unless the widget that has the focus needs it."""
        keys = ("F5",) if isinstance(focus, KEEPS_SPACE) else ("Space", "F5")
        self.actions_by_key["start"].setShortcuts([QKeySequence(key) for key in keys])

    def _fill_recent(self) -> None:
        self.recent.clear()
        for name in self.settings.recent:
            action = self.recent.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, name=name: self.commands.open_path(Path(name)))
        if not self.settings.recent:
            self.recent.addAction("Nothing opened yet").setEnabled(False)

    def _build_menus(self) -> None:
        for title, keys in actions.MENUS.items():
            menu = self.menuBar().addMenu(title)
            for key in keys:
                if key == actions.SEPARATOR:
                    menu.addSeparator()
                elif key == "recent":
                    menu.addMenu(self.recent)
                else:
                    menu.addAction(self.actions_by_key[key])

    def _build_tool_bar(self) -> None:
        bar = QToolBar("Tools", self)
        bar.setObjectName("tools")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        for key in actions.TOOL_BAR:
            if key == actions.SEPARATOR:
                bar.addSeparator()
            else:
                bar.addAction(self.actions_by_key[key])
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        bar.addWidget(space)
        for key in actions.TOOL_BAR_END:
            bar.addAction(self.actions_by_key[key])
        self.addToolBar(bar)
