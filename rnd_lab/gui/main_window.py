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
    QToolBar,
    QWidget,
)

from rnd_lab.gui import actions, close_question
from rnd_lab.gui.commands import Commands
from rnd_lab.gui.opening import Opening
from rnd_lab.gui.pages import Pages
from rnd_lab.gui.places import Places
from rnd_lab.gui.settings import read_settings, save_settings
from rnd_lab.gui.spare_keys import SpareKeys
from rnd_lab.gui.status_bar import StatusBar
from rnd_lab.gui.theme import Theme
from rnd_lab.gui.toast import Toaster
from rnd_lab.gui.warmup import Warmup

if TYPE_CHECKING:
    from rnd_lab.gui.attack_tab import AttackTab

KEEPS_SPACE = (QAbstractButton, QComboBox, QAbstractSlider)
"""Widgets that use the space bar themselves while they have the focus."""

TITLE_BAR = 36
"""Pixels that the system draws above a window, about."""


class MainWindow(QMainWindow):
    """Shows itself at once; the Attack tab is there as soon as torch is imported, the others when they are shown."""

    def __init__(self, app: QApplication, places: Places) -> None:
        super().__init__()
        self.places = places
        self.settings, complaints = read_settings(places.settings)
        self.theme = Theme(app, self.settings.theme)
        self._closed = False
        self.toaster = Toaster(self)
        self.opening = Opening(self)
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
        self.recent.setEnabled(False)  # until there is a tab to open something in
        self._build_menus()
        self._build_tool_bar()
        self.status = StatusBar()
        self.setStatusBar(self.status)
        self.pages = Pages(places, self.toaster, self.settings.device)
        self.pages.changed.connect(self._show_doing)
        self.setCentralWidget(self.pages)
        app.focusChanged.connect(self._give_space)
        self._spare_keys = SpareKeys(app, self)
        if complaints:
            self.toaster.warn("Some settings could not be read and were skipped.", "\n".join(complaints))
        self.warmup = Warmup(self)
        self.warmup.ready.connect(self._build_tab)
        self.warmup.tabs.connect(self.pages.take_imports)
        self.warmup.names.connect(self.pages.take_names)
        self.pages.import_wanted.connect(self.warmup.go_on)
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
        if self.opening.open_mime(event.mimeData()):
            event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self._may_close():
            event.ignore()
            return
        self._closed = True
        self.toaster.clear()
        self._keep()
        self.hide()  # joining can take a moment: nobody should have to watch
        self.warmup.give_up()
        self.pages.finish()
        if self.toaster.toasts:  # nobody sees them any more
            close_question.tell("\n".join(" ".join((it.text, it.details)) for it in self.toaster.toasts))
        event.accept()

    @property
    def tab(self) -> "AttackTab | None":
        """The Attack tab; None until torch is imported."""
        return self.pages.attack

    def _may_close(self) -> bool:
        batch, train = self.pages.batch, self.pages.train
        waiting = [it.name for it in batch.waiting] if batch else []
        if batch and batch.busy and not close_question.ask_batch(self, waiting):
            return False
        if batch and not batch.busy and waiting and not close_question.ask_waiting(self, waiting):
            return False
        if train and train.busy and not close_question.ask_training(self):
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
            self.tab.panel.commit()
            save_session(self.places.session, self.tab.draft.spec)

    def _build_tab(self) -> None:
        if self._closed:
            return
        from rnd_lab.gui.attack_tab import AttackTab
        from rnd_lab.gui.panel.game_section import devices
        from rnd_lab.gui.session import read_session

        spec, complaint = read_session(self.places.session)
        if complaint:
            self.toaster.warn("The last parameters could not be read back.", complaint)
        if (device := self.settings.device) not in devices():
            self.toaster.warn(f"The device {device} is not here. The best that is here is used from now on.")
            self._set_device("auto")
        tab = AttackTab(spec, self.places, self.toaster, self.settings.device)
        if self.settings.splitter:
            tab.splitter.setSizes(self.settings.splitter)
        self._connect(tab)
        self.pages.put_attack(tab)
        self.recent.setEnabled(True)
        self._show_doing()

    def _connect(self, tab: "AttackTab") -> None:
        panel = tab.panel
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

    def _show_doing(self) -> None:
        """Enable the actions that make sense with the tab that is shown."""
        if not (attack := self.pages.attack):
            return
        by_key, doing = self.actions_by_key, self.pages.doing
        watching = self.pages.shown == "Attack"
        for action in by_key.values():
            action.setEnabled(True)
        by_key["start"].setText(doing.start)
        by_key["start"].setEnabled(doing.can_start)
        by_key["step"].setEnabled(doing.can_step)
        by_key["stop"].setEnabled(doing.can_stop)
        by_key["copy"].setEnabled(watching and bool(attack.sides))
        by_key["save"].setEnabled(watching and bool(attack.sides))
        by_key["save_preset"].setEnabled(watching)
        by_key["export_spec"].setEnabled(self.pages.shown in ("Attack", "Batch"))
        stack = doing.parameters
        by_key["undo"].setEnabled(stack is not None and stack.canUndo())
        by_key["redo"].setEnabled(stack is not None and stack.canRedo())
        by_key["undo"].setText(f"Undo {stack.undoText() if stack else ''}".strip())
        by_key["redo"].setText(f"Redo {stack.redoText() if stack else ''}".strip())
        if not attack.sides:
            self.status.clear_figures()
        self.status.watch(watching)
        self.status.say(doing.says)
        self.status.show_device(attack.device_in_use)
        if attack.state.name != "LOADING":
            self.warmup.go_on()

    def _set_device(self, name: str) -> None:
        self.settings.device = name
        self.pages.set_device(name)

    def _give_space(self, _: QWidget | None, focus: QWidget | None) -> None:
        """The space bar starts and pauses, unless the widget that has the focus needs it."""
        keys = ("F5",) if isinstance(focus, KEEPS_SPACE) else ("Space", "F5")
        self.actions_by_key["start"].setShortcuts([QKeySequence(key) for key in keys])

    def _fill_recent(self) -> None:
        self.recent.clear()
        for name in self.settings.recent:
            action = self.recent.addAction(Path(name).name)
            action.setToolTip(name)
            action.triggered.connect(lambda _=False, name=name: self.opening.open_path(Path(name)))
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
