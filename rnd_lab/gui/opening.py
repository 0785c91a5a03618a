"""Opening any file that the lab knows, and what is pasted or dropped, in the tab where it belongs."""

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData
from PySide6.QtGui import QImage, QImageWriter

from rnd_lab.gui.kinds import IMAGE_SUFFIXES
from rnd_lab.models.spec import MODEL_SUFFIXES, ModelSpec
from rnd_lab.primitives.errors import LabError

if TYPE_CHECKING:
    from rnd_lab.gui.attack_tab import AttackTab
    from rnd_lab.gui.main_window import MainWindow


class Opening:
    """Opens files in a window whose Attack tab is there."""

    def __init__(self, window: "MainWindow") -> None:
        self._window = window

    def open_path(self, path: Path) -> None:
        """Open any file that the lab knows: in the tab that is shown where it belongs there, else in the Attack tab."""
        suffix = path.suffix.lower()
        page = _page_of(path) if suffix == ".json" else None
        if page == "Batch":
            self._window.pages.show_batch()
        elif page:
            self._window.pages.show_page(page)
        taking = self._window.pages.taking
        if suffix == ".db":
            self._window.pages.open_results(path)
            opened = True
        elif taking and taking.open_path(path):
            opened = True
        elif taking and suffix not in (".json", *MODEL_SUFFIXES, *IMAGE_SUFFIXES):
            self._window.toaster.info(f"Here {taking.takes} can be opened.")
            opened = False
        else:
            opened = self._open_to_attack(path)
        if opened:
            self._window.settings.remember(path)

    def open_mime(self, data: QMimeData) -> bool:
        """Open what was pasted or dropped; returns whether there was anything to open."""
        if files := [url.toLocalFile() for url in data.urls() if url.isLocalFile()]:
            self.open_path(Path(files[0]))
            return True
        image = data.imageData() if data.hasImage() else None
        if not isinstance(image, QImage) or image.isNull():
            return False
        tab = self._attack()
        try:
            tab.set_image(self._keep(image))
        except OSError as error:
            self._window.toaster.error("The pasted image cannot be kept.", str(error))
        return True

    def _attack(self) -> "AttackTab":
        """Change to the Attack tab."""
        self._window.pages.show_page("Attack")
        assert self._window.tab is not None, "actions about runs are off until the tab is there"
        return self._window.tab

    def _open_to_attack(self, path: Path) -> bool:
        tab = self._attack()
        if path.suffix.lower() == ".json":
            return self._open_json(path, tab)
        if path.suffix.lower() in MODEL_SUFFIXES:
            return tab.set_model(ModelSpec(source=str(path)))
        return tab.set_image(path)

    def _open_json(self, path: Path, tab: "AttackTab") -> bool:
        from rnd_lab.experiments.run_spec import read_saved

        try:
            return tab.set_saved(read_saved(path))
        except LabError as error:
            self._window.toaster.error("These parameters cannot be opened.", str(error))
            return False

    def _keep(self, image: QImage) -> Path:
        """Save a pasted image under a name made from its content."""
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, b"PNG").write(image)
        content = data.data()
        path = self._window.places.pasted / f"pasted-{sha256(content).hexdigest()[:12]}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


def _page_of(path: Path) -> str | None:
    """The tab that the parameters in a file belong to; None where the file does not tell."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    names = content.keys() if isinstance(content, dict) else set()
    if names & {"models", "attacks"}:
        return "Batch"
    return "Attack" if names & {"spec", "image", "attack"} else None
