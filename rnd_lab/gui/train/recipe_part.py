"""The recipe: a list of all of them, and the settings of the chosen one."""

from typing import TypedDict

from PySide6.QtWidgets import QComboBox

from rnd_lab.gui.forms import SpecForm
from rnd_lab.gui.panel.section import Titled
from rnd_lab.gui.widgets import Combo, Muted
from rnd_lab.models.architectures import TITLES as NETWORKS
from rnd_lab.training.catalog import RECIPES, AnyRecipe


class About(TypedDict):
    """What is said of a recipe."""

    title: str
    summary: str


ABOUT: dict[str, About] = {
    "standard": {
        "title": "Standard training",
        "summary": "Learns from clean images. The most accurate on them, and easily fooled.",
    },
    "gf": {
        "title": "GF: fine-tuning on noise",
        "summary": "A short fine-tuning on noisy images, so that RND's noise costs the model less accuracy.",
    },
    "gf-imagenet": {
        "title": "GF on ImageNet",
        "summary": "Fine-tunes one of torchvision's ImageNet classifiers on noise, with your folders of pictures.",
    },
    "at": {
        "title": "AT: adversarial training",
        "summary": "Learns from images that a gradient attack has just changed. Harder to fool, less accurate.",
    },
    "rse": {
        "title": "RSE: noise between the layers",
        "summary": "Adds noise before every convolution. Use the model with the defense RSE.",
    },
    "pni": {
        "title": "PNI: noise on the weights",
        "summary": "Learns how much noise its own weights should have. Use the model with the defense PNI.",
    },
    "fd": {
        "title": "FD: feature denoising",
        "summary": "Adversarial training of a network with denoising blocks between its layers.",
    },
}


class RecipePart(Titled):
    """A form for each recipe, of which one is shown; what was set in the others is kept."""

    def __init__(self) -> None:
        super().__init__("Recipe")
        self.combo = Combo()
        self.combo.setAccessibleName("Recipe")
        self.combo.setToolTip("<p>How the network is trained.</p>")
        for kind in RECIPES:
            self.combo.addItem(ABOUT[kind]["title"], kind)
        self.combo.activated.connect(self._chosen)
        self.about = Muted()
        self.body.addWidget(self.combo)
        self.body.addWidget(self.about)
        self.forms: dict[str, SpecForm] = {}
        self._kind = ""

    @property
    def form(self) -> SpecForm:
        """The settings of the chosen recipe."""
        return self.forms[self._kind]

    def value(self) -> AnyRecipe:
        """The recipe that is shown. Raises ValidationError, after saying what is wrong."""
        recipe: AnyRecipe = self.form.value()
        return recipe

    def show_recipe(self, recipe: AnyRecipe) -> None:
        """Show a recipe; says nothing."""
        self._turn_to(recipe.kind)
        self.form.set_value(recipe)

    def take(self, recipe: AnyRecipe) -> None:
        """Let the user have a recipe, as if it had been chosen and set."""
        self.show_recipe(recipe)
        self.edited.emit()

    def _chosen(self) -> None:
        if self.combo.currentData() != self._kind:
            self._turn_to(self.combo.currentData())
            self.edited.emit()

    def _turn_to(self, kind: str) -> None:
        self._kind = kind
        self.combo.setCurrentIndex(self.combo.findData(kind))
        self.about.setText(ABOUT[kind]["summary"])
        if kind not in self.forms:
            self.forms[kind] = self._make_form(kind)
        for name, form in self.forms.items():
            form.setVisible(name == kind)

    def _make_form(self, kind: str) -> SpecForm:
        form = SpecForm(RECIPES[kind])
        form.set_value(RECIPES[kind].model_validate({}))
        form.changed.connect(self.edited)
        network = form.rows["architecture"].editor.widget if "architecture" in form.rows else None
        if isinstance(network, QComboBox):
            for place in range(network.count()):
                network.setItemText(place, NETWORKS[network.itemData(place)])
        self.body.addWidget(form)
        return form
