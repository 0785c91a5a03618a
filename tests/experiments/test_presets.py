"""Runs that come with the lab, and those that users keep."""

from pathlib import Path

import pytest

from rnd_lab.experiments.duel import Duel, set_scene
from rnd_lab.experiments.presets import place_for, presets, read_preset, save_preset
from rnd_lab.primitives.errors import LabError
from tests.experiments.conftest import run


def test_every_preset_that_ships_plays() -> None:
    shipped = presets()
    assert len(shipped) >= 5
    assert len({preset.title for preset in shipped}) == len(shipped)
    for preset in shipped:
        assert preset.about.endswith(".")
        duel = Duel(preset.spec, set_scene(preset.spec, "cpu"))
        duel.step()
        for side in duel.snapshot().sides.values():
            assert len(side.told) > 0
            assert side.outcome is None or side.outcome.status == "success"


def test_a_kept_preset_comes_back(tmp_path: Path) -> None:
    spec = run(seed=5)
    kept = save_preset(tmp_path / "mine" / "b.json", "Meins", "Sätze mit ε.", spec)
    assert read_preset(tmp_path / "mine" / "b.json") == kept
    assert kept.spec == spec


def test_a_saved_spec_is_a_preset_without_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "quick.json").write_text(run().model_dump_json())
    preset = read_preset(tmp_path / "quick.json")
    assert (preset.title, preset.about, preset.spec) == ("quick", "", run())


def test_a_file_that_is_no_preset_is_named(tmp_path: Path) -> None:
    for content in ("{", "[]", '{"spec": {"attack": {"name": "none"}}}'):
        (tmp_path / "b.json").write_text(content)
        with pytest.raises(LabError, match=r"b\.json"):
            read_preset(tmp_path / "b.json")


def test_each_title_has_a_file_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    first = place_for("RND-0.02", folder)
    assert first.name == "RND-0-02.json"
    save_preset(first, "RND-0.02", "", run())
    for title, name in (("RND 0.02", "RND-0-02-2.json"), ("rnd 0.02", "rnd-0-02-3.json")):
        path = place_for(title, folder)
        assert path.name == name
        save_preset(path, title, "", run())
    (folder / "RND-0-02-4.json").write_text("{")
    assert place_for("RND_0.02", folder).name == "RND-0-02-5.json"
    first.unlink()
    assert place_for("RND 0.02", folder).name == "RND-0-02-2.json"


def test_a_preset_that_cannot_be_written_leaves_the_one_before(tmp_path: Path) -> None:
    kept = save_preset(tmp_path / "a.json", "A", "", run())
    (tmp_path / "a.json.part").mkdir()
    with pytest.raises(LabError, match="cannot be saved"):
        save_preset(tmp_path / "a.json", "A", "", run(seed=5))
    assert read_preset(tmp_path / "a.json") == kept


def test_a_preset_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LabError, match="cannot be saved"):
        save_preset(tmp_path / "file" / "a.json", "A", "", run())
