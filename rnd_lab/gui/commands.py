"""What the actions do: dialogs and the clipboard, around the attack tab."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QMessageBox

import rnd_lab
from rnd_lab.gui.kinds import IMAGES, JSON, MODELS
from rnd_lab.gui.save_question import ask_where, may_replace
from rnd_lab.gui.shortcuts_dialog import ShortcutsDialog
from rnd_lab.gui.theme import ThemeChoice
from rnd_lab.primitives.errors import LabError

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import SideName
    from rnd_lab.gui.attack_tab import AttackTab
    from rnd_lab.gui.batch.batch_tab import BatchTab
    from rnd_lab.gui.main_window import MainWindow


class Commands:
    """Carries out the actions of a window; those about runs need its tab."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    @property
    def _tab(self) -> "AttackTab":
        assert self._window.tab is not None, "actions about runs are off until the tab is there"
        return self._window.tab

    @property
    def _batch(self) -> "BatchTab | None":
        """The Batch tab where it is shown: there the actions are about evaluations."""
        return self._window.pages.batch if self._window.pages.shown == "Batch" else None

    def show_attack(self) -> None:
        """Change to the Attack tab."""
        self._window.pages.show_page("Attack")

    def show_batch(self) -> None:
        """Change to the Batch tab."""
        self._window.pages.show_page("Batch")

    def show_explore(self) -> None:
        """Change to the Explore tab."""
        self._window.pages.show_page("Explore")

    def show_results(self) -> None:
        """Change to the Results tab."""
        self._window.pages.show_page("Results")

    def show_train(self) -> None:
        """Change to the Train tab."""
        self._window.pages.show_page("Train")

    def show_calibrate(self) -> None:
        """Change to the Calibrate tab."""
        self._window.pages.show_page("Calibrate")

    def start(self) -> None:
        """Start, pause or resume."""
        if running := self._window.pages.running:
            running.run_or_pause()

    def step(self) -> None:
        """One step."""
        self._tab.step()

    def stop(self) -> None:
        """End the game or the evaluation."""
        if running := self._window.pages.running:
            running.stop()

    def undo(self) -> None:
        """Take back the last change of the parameters."""
        if stack := self._window.pages.doing.parameters:
            stack.undo()

    def redo(self) -> None:
        """Make it again."""
        if stack := self._window.pages.doing.parameters:
            stack.redo()

    def gallery(self) -> None:
        """Choose an image that comes with the lab."""
        self.show_attack()
        self._tab.choose_from_gallery()

    def open_image(self) -> None:
        """Ask for an image file."""
        self._ask_and_open("Open image", IMAGES)

    def open_model(self) -> None:
        """Ask for a model file."""
        self._ask_and_open("Open model", MODELS)

    def open_spec(self) -> None:
        """Ask for a file of parameters."""
        self._ask_and_open("Open parameters", JSON)

    def paste(self) -> None:
        """Take the image, or the file, on the clipboard."""
        if not self._window.opening.open_mime(QGuiApplication.clipboard().mimeData()):
            self._window.toaster.info("There is no image on the clipboard.")

    def copy(self) -> None:
        """Put the attacked image on the clipboard, pixel by pixel."""
        image = self._tab.adversarial_image()
        if image is None:
            self._window.toaster.info("There is no attacked image yet. Start a game first.")
            return
        QGuiApplication.clipboard().setImage(image)
        self._window.toaster.info(f"Copied: {image.width()} × {image.height()} pixels.")

    def save(self) -> None:
        """Ask what to keep of the game, and keep it."""
        from rnd_lab.gui.save_dialog import SaveDialog

        if not self._tab.sides:
            self._window.toaster.info("There is no result yet. Start a game first.")
            return
        spec = self._tab.playing
        name = f"{Path(spec.image).stem}-{spec.attack.name}-seed{spec.seed}"
        dialog = SaveDialog(Path(self._folder()), name, self._tab.sides, self._window)
        if not dialog.exec():
            return
        wanted = dialog.wanted
        self._window.settings.folder = dialog.folder.text()
        player = self._tab.player
        for kind, path in wanted.paths.items():
            match kind:
                case "image":
                    player.save_image(path, wanted.side)
                case "gif":
                    player.save_gif(path, wanted.side)
                case _:
                    player.save_json(path)

    def save_image(self, side: "SideName") -> None:
        """Ask where to save the attacked image of one side."""
        name = f"{Path(self._tab.playing.image).stem}-{side}.png"
        if path := self._ask_to_save("Save image", name, "PNG (*.png)"):
            self._tab.player.save_image(path, side)

    def export_spec(self) -> None:
        """Ask where to save the parameters."""
        if self._batch:
            self._batch.ask_to_save()
        elif self._is_run() and (path := self._ask_to_save("Export parameters", "parameters.json", JSON)):
            self._save_preset(path, path.stem)

    def save_preset(self) -> None:
        """Ask for a title and keep the parameters as a preset."""
        from rnd_lab.experiments.presets import place_for

        if not self._is_run():
            return
        title, ok = QInputDialog.getText(self._window, "Save as preset", "Title of the preset")
        if not ok or not (title := title.strip()):
            return
        path = place_for(title, self._window.places.presets)
        if not path.exists() or may_replace(self._window, f"“{title}”"):
            self._save_preset(path, title)
            self._tab.panel.load()

    def choose_theme(self, choice: ThemeChoice) -> None:
        """Change the theme."""
        self._window.theme.choose(choice)
        self._window.settings.theme = choice

    def theme_system(self) -> None:
        """Light or dark as the system is."""
        self.choose_theme("system")

    def theme_light(self) -> None:
        """Dark on light."""
        self.choose_theme("light")

    def theme_dark(self) -> None:
        """Light on dark."""
        self.choose_theme("dark")

    def toggle_theme(self) -> None:
        """Change between light and dark."""
        self.choose_theme("light" if self._window.theme.dark else "dark")

    def show_shortcuts(self) -> None:
        """List the keys."""
        dialog = ShortcutsDialog(self._window)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def show_about(self) -> None:
        """Tell what this is."""
        text = (
            f"<h3>RND Lab {rnd_lab.__version__}</h3><p>Watch, measure and understand query-based black-box attacks on "
            "image classifiers, and the Random Noise Defense (Qin, Fan, Zha, Wu; NeurIPS 2021).</p><p>MIT licence.</p>"
        )
        QMessageBox.about(self._window, "About RND Lab", text)

    def quit(self) -> None:
        """Close the window."""
        self._window.close()

    def _is_run(self) -> bool:
        """Take what is being typed; tells the user where the parameters make no run."""
        panel = self._tab.panel
        if panel.commit():
            return True
        self._window.toaster.warn("This is no run yet.", panel.run_bar.problem.text())
        return False

    def _save_preset(self, path: Path, title: str) -> None:
        from rnd_lab.experiments.presets import save_preset

        try:
            save_preset(path, title, "", self._tab.draft.spec)
        except LabError as error:
            self._window.toaster.error(str(error))
            return
        self._window.toaster.info(f"Saved: {path}")

    def _folder(self) -> str:
        return self._window.settings.folder or str(Path.home())

    def _ask_and_open(self, title: str, kinds: str) -> None:
        name, _ = QFileDialog.getOpenFileName(self._window, title, self._folder(), f"{kinds};;All files (*)")
        if name:
            self._window.opening.open_path(Path(name))

    def _ask_to_save(self, title: str, name: str, kinds: str) -> Path | None:
        path, _ = ask_where(self._window, title, Path(self._folder()) / name, kinds)
        if path:
            self._window.settings.folder = str(path.parent)
        return path
