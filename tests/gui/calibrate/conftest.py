"""The Calibrate tab alone, on a few of the shipped images."""

from collections.abc import Callable

import pytest

from rnd_lab.gui.calibrate.calibrate_tab import CalibrateTab
from rnd_lab.gui.calibrate.spec import CalibrationSpec
from rnd_lab.gui.places import Places
from tests.gui.conftest import Host

Open = Callable[[], CalibrateTab]
TINY = CalibrationSpec.model_validate({"data": {"images": 10}, "nu": "0.05,0.2", "max_loss": 30})


@pytest.fixture
def open_tab(host: Host, places: Places) -> Open:
    return lambda: host(lambda toaster: CalibrateTab(places, toaster, "cpu"), CalibrateTab.finish)


@pytest.fixture
def tab(open_tab: Open) -> CalibrateTab:
    """With two models and three ν."""
    tab = open_tab()
    tab.form.show_spec(TINY)
    return tab
