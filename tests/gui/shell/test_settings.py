"""Settings outlive a session, and a bad file never blocks the start."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from rnd_lab.experiments.presets import presets
from rnd_lab.gui import close_question
from rnd_lab.gui.main_window import MainWindow
from rnd_lab.gui.places import Places
from rnd_lab.gui.settings import MOST_RECENT, Settings, read_settings, save_settings


def test_settings_come_back(tmp_path: Path) -> None:
    settings = Settings(theme="dark", device="cpu", geometry="01ff", splitter=(350, 900), recent=("/a.png",))
    save_settings(tmp_path / "deep" / "settings.json", settings)
    assert read_settings(tmp_path / "deep" / "settings.json") == (settings, ())


def test_bad_keys_are_skipped_and_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"theme": "pink", "device": "cpu", "colour": 3, "splitter": [99999999999, 900]}))
    settings, complaints = read_settings(path)
    assert (settings.theme, settings.device, settings.splitter) == ("system", "cpu", ())
    assert "'colour'" in complaints[1]
    assert '"pink"' in complaints[0]
    assert "splitter" in complaints[2]


def test_a_file_that_is_no_json_is_told(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    for content in (b"{", b"[1]", b"\xff\xfe\x00"):
        path.write_bytes(content)
        settings, complaints = read_settings(path)
        assert settings == Settings()
        assert len(complaints) == 1


def test_recent_files_are_few_and_newest_first() -> None:
    settings = Settings()
    for number in (*range(20), 3):
        settings.remember(Path(f"/pictures/{number}.png"))
    assert settings.recent[0] == str(Path("/pictures/3.png"))
    assert len(settings.recent) == len(set(settings.recent)) == MOST_RECENT


def test_the_window_opens_with_bad_settings(places: Places, open_window: Callable[[], MainWindow]) -> None:
    places.config.mkdir(parents=True)
    places.settings.write_text('{"theme": 7, "geometry": "zz"}')
    places.session.write_text('{"spec": {"attack": {"name": "magic"}}}')
    window = open_window()
    skipped, session = (toast.details for toast in window.toaster.toasts)
    assert "theme" in skipped
    assert "geometry" in skipped
    assert "magic" in session
    assert window.tab is not None
    assert window.tab.draft.spec == presets()[0].spec


def test_what_cannot_be_kept_on_closing_is_told_although_the_window_is_gone(
    open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    told: list[str] = []
    monkeypatch.setattr(close_question, "tell", told.append)
    window.places.settings.mkdir(parents=True)
    window.toaster.info("A message of before.")
    assert window.close()
    assert ["settings could not be saved" in text for text in told] == [True]
    assert "before" not in told[0]


def test_the_last_session_comes_back(open_window: Callable[[], MainWindow]) -> None:
    window = open_window()
    spec = window.tab.draft.spec.model_copy(update={"seed": 41})
    window.tab.draft.edit(spec, "Seed")
    window.commands.choose_theme("dark")
    window.close()
    again = open_window()
    assert again.tab.draft.spec == spec
    assert again.theme.dark
    again.commands.choose_theme("system")
