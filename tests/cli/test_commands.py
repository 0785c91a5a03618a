"""The terminal's front door, driven as a user would."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console
from safetensors.torch import save_file
from typer.testing import CliRunner, Result

import rnd_lab
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.cli.commands import app
from rnd_lab.cli.options import run_options
from rnd_lab.cli.playing import load_model, look
from rnd_lab.data import sets
from rnd_lab.data.gallery import gallery
from rnd_lab.experiments.duel import Duel, set_scene
from rnd_lab.experiments.run_spec import RunSpec, read_spec
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import Cancelled


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200", "TERM": "dumb"})


def report(*words: object) -> dict[str, Any]:
    result = run("attack", *words, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_version_is_the_packages() -> None:
    assert run("--version").stdout.strip() == f"rnd-lab {rnd_lab.__version__}"


def test_list_names_every_attack_with_its_parameters_and_the_bundled_model() -> None:
    shown = run("list").stdout
    for name, spec in ATTACKS.items():
        assert name in shown
        assert all(field in shown for field in spec.model_fields)
    assert "cifar10-resnet20" in shown
    assert "ship-01" in shown


def test_list_draws_a_probe_of_every_attack_and_tells_how_long_noise_is_beside_it() -> None:
    shown = run("list").stdout
    drawn = [next(line for line in shown.splitlines() if name in line) for name in ATTACKS]
    assert all(any(bar in line for bar in "▁▇") for line in drawn)
    assert shown.count("noise 2.0×") == 4
    assert "noise 111×" in shown


def test_list_as_json_holds_units_and_defaults() -> None:
    listed = json.loads(run("list", "--json").stdout)
    epsilon = listed["threat"]["properties"]["epsilon"]
    assert (epsilon["unit"], epsilon["default"]) == ("pixel", 0.05)


def test_attack_reports_the_same_numbers_as_the_python_interface() -> None:
    words = ("ship-01", "--budget", 40, "--nu", 0.02, "--seed", 3)
    found = report(*words)
    spec = RunSpec.model_validate(found["spec"])
    duel = Duel(spec, set_scene(spec, "cpu"))
    while not duel.done:
        duel.step()
    outcome = duel.sides["defended"].outcome
    assert outcome is not None
    told = found["outcome"]["defended"]
    assert told["queries"]["paid"] == outcome.account.paid
    assert told["true_margin"] == outcome.margin
    assert told["verdicts"] == outcome.verdicts


def test_a_setting_that_means_something_else_to_another_attack_is_explained_for_both() -> None:
    (samples,) = (option for option in run_options() if option.field == "samples")
    assert "asks one query more than that" in samples.help
    assert "half as many antithetic pairs" in samples.help.split("nes: ")[1]


def test_fractions_are_understood() -> None:
    words = ("--eps", "8/255", "--defense", "rnd:nu=4/255", "--budget", 1, "--json")
    spec = json.loads(run("attack", "ship-01", *words).stdout)["spec"]
    assert (spec["threat"]["epsilon"], spec["defense"][0]["nu"]) == (8 / 255, 4 / 255)
    spec = json.loads(run("attack", "ship-01", "--nu", "4/255", "--budget", 1, "--json").stdout)["spec"]
    assert spec["defense"][0]["nu"] == 4 / 255
    told = run("attack", "ship-01", "--eps", "8 by 255").stderr
    assert "no number" in told
    assert "Value error" not in told


def test_every_option_lands_in_the_spec() -> None:
    words = ("ship-01", "--attack", "nes", "--mu", 0.03, "--samples", 10, "--eps", 0.1, "--norm", "l2", "--budget", 20)
    more = (
        "--eot",
        2,
        "--account",
        "adaptive",
        "--feedback",
        "probabilities",
        "--nu",
        0.07,
        "--ends",
        "vote",
        "--votes",
        3,
    )
    spec = report(*words, *more, "--seed", 9, "--eight-bit")["spec"]
    assert (spec["attack"]["mu"], spec["attack"]["samples"]) == (0.03, 10)
    threat = {
        key: spec["threat"][key] for key in ("epsilon", "norm", "budget", "eot", "account", "feedback", "eight_bit")
    }
    assert threat == {
        "epsilon": 0.1,
        "norm": "l2",
        "budget": 20,
        "eot": 2,
        "account": "adaptive",
        "feedback": "probabilities",
        "eight_bit": True,
    }
    assert spec["defense"] == [{"name": "rnd", "nu": 0.07}]
    assert (spec["referee"], spec["seed"]) == ({"ends": "vote", "votes": 3}, 9)


def test_what_was_found_before_ctrl_c_is_kept_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a duel whose undefended side has ended."""
    step = Duel.step

    def interrupted(duel: Duel) -> None:
        if duel.sides["undefended"].outcome:
            raise KeyboardInterrupt
        step(duel)

    monkeypatch.setattr(Duel, "step", interrupted)
    result = run("attack", "ship-01", "--duel", "--budget", 2000, "--device", "cpu", "--save", tmp_path)
    assert result.exit_code == 130
    saved = json.loads((tmp_path / "result.json").read_text())["outcome"]
    assert (saved["undefended"]["status"], saved["defended"]["status"]) == ("success", "unfinished")
    paid = saved["defended"]["queries"]["paid"]
    assert 0 < paid < 2000
    for name in ("defended", "undefended"):
        assert saved[name]["saved_image"]["votes"] == 25
        assert all((tmp_path / f"{name}.{kind}").stat().st_size for kind in ("png", "gif"))
    rows = {cells[0]: cells[1:] for line in result.stdout.splitlines() if len(cells := line.strip("│").split("│")) > 2}
    told = {title.strip(): [cell.strip() for cell in cells] for title, cells in rows.items()}
    assert told["result"] == ["stopped", "success"]
    assert told["queries paid"][0] == f"{paid:,} of 2,000"
    assert told["fools: first noisy hit"] == ["–", "yes"]


def test_flagged_queries_are_told_where_a_defense_looks_for_them() -> None:
    def told(*words: object) -> str:
        return run("attack", "ship-01", "--budget", 4, "--duel", *words).stdout

    assert re.search(r"queries flagged +│ \d of \d +│ – ", told("--defense", "rnd", "--defense", "blacklight"))
    assert "flagged" not in told("--defense", "rnd")


def test_a_download_of_images_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(progress: Callable[[int, int], None]) -> Path:
        progress(3_000_000, 9_000_000)
        raise Cancelled("stopped")

    monkeypatch.setattr(sets, "fetch_cifar10", fetch)
    terminal = Console(file=StringIO(), force_terminal=True, width=100)
    with pytest.raises(Cancelled):
        look(load_model(ModelSpec(), "cpu", terminal), RunSpec(image="cifar10#12"), terminal)
    shown = terminal.file.getvalue()
    assert "Downloading images" in shown
    assert "3.0/9.0 MB" in shown
    assert "SOURCE#INDEX" in run("attack", "--help").stdout


def test_published_settings_fill_what_is_not_said() -> None:
    spec = report("ship-01", "--norm", "l2", "--budget", 3)["spec"]
    assert spec["threat"]["epsilon"] == 1.0
    assert spec["attack"] == ATTACKS["square"].for_data("cifar10", "l2").model_dump()


def test_the_authors_settings_can_be_the_start(tmp_path: Path) -> None:
    words = ("--attack", "simba", "--norm", "l2", "--budget", 3)
    authors = ATTACKS["simba"].presets("cifar10", "l2")["authors"].model_dump()
    found = report("ship-01", *words, "--settings", "authors", "--step", 0.1)
    assert found["spec"]["attack"] == authors | {"step": 0.1}
    saved = tmp_path / "saved.json"
    saved.write_text(json.dumps(found["spec"]))
    again = report("--spec", saved, "--settings", "paper")["spec"]
    assert again["attack"] == ATTACKS["simba"].for_data("cifar10", "l2").model_dump()
    assert again["threat"] == found["spec"]["threat"]


def test_no_noise_means_no_defense() -> None:
    found = report("ship-01", "--nu", 0, "--budget", 5)
    assert found["spec"]["defense"] == []
    assert list(found["outcome"]) == ["undefended"]


def test_a_saved_result_is_replayed_to_the_same_outcome(tmp_path: Path) -> None:
    assert run("attack", "dog-01", "--budget", 30, "--save", tmp_path).exit_code == 0
    saved = json.loads((tmp_path / "result.json").read_text())
    again = report("--spec", tmp_path / "result.json")
    for outcome in (saved["outcome"]["defended"], again["outcome"]["defended"]):
        outcome.pop("seconds")
        outcome.pop("saved_image", None)
    assert again["outcome"] == saved["outcome"]
    with Image.open(tmp_path / "defended.png") as picture, Image.open(tmp_path / "defended.gif") as film:
        assert picture.size == (32, 32)
        assert getattr(film, "n_frames", 1) > 1
    assert read_spec(tmp_path / "result.json").image == "dog-01"


def test_a_result_is_not_replayed_on_another_image_of_the_same_name(tmp_path: Path) -> None:
    mine, saved = tmp_path / "mine.png", tmp_path / "result.json"
    mine.write_bytes(gallery()[2].path.read_bytes())
    assert run("attack", mine, "--budget", 5, "--save", tmp_path).exit_code == 0
    mine.write_bytes(gallery()[33].path.read_bytes())
    refused = run("attack", "--spec", saved)
    assert refused.exit_code == 1
    assert "The image is not the one that this result was played on" in refused.stderr
    assert run("attack", mine, "--spec", saved).exit_code == 0


def test_a_result_is_not_replayed_on_another_model_of_the_same_name(tmp_path: Path) -> None:
    assert run("attack", "dog-01", "--budget", 5, "--save", tmp_path).exit_code == 0
    saved = tmp_path / "result.json"
    saved.write_text(saved.read_text().replace('"model_digest": "', '"model_digest": "0'))
    assert "The model is not the one" in run("attack", "--spec", saved).stderr
    assert run("attack", "--spec", saved, "--model", "cifar10-resnet20").exit_code == 0


def test_another_model_may_see_the_image_in_another_size(tmp_path: Path) -> None:
    assert run("attack", "dog-01", "--budget", 5, "--save", tmp_path).exit_code == 0
    weights = tmp_path / "w.safetensors"
    save_file(load(ModelSpec()).network.state_dict(), weights)
    words = ("--model", weights, "--architecture", "resnet20", "--input-size", 40)
    assert run("attack", "--spec", tmp_path / "result.json", *words).exit_code == 0


def test_another_image_does_not_inherit_the_true_class(tmp_path: Path) -> None:
    assert run("attack", "ship-01", "--label", 8, "--budget", 5, "--save", tmp_path).exit_code == 0
    again = report("dog-01", "--spec", tmp_path / "result.json")
    assert (again["true_class"], again["spec"]["label"]) == ("dog", None)
    assert report("--spec", tmp_path / "result.json")["spec"]["label"] == 8


def test_the_outcome_is_told_though_it_cannot_be_saved(tmp_path: Path) -> None:
    (tmp_path / "undefended.png").mkdir()
    result = run("attack", "ship-01", "--nu", 0, "--budget", 5, "--save", tmp_path, "--json")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert json.loads(result.stdout)["outcome"]["undefended"]["status"] == "failure"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("ship-01", "--eps", -1), "greater than 0"),
        (("ship-01", "--nu", -1), "greater than or equal to 0"),
        (("nothing.png",), "nothing.png"),
        (("ship-01", "--attack", "nes", "--p", 0.1), "NES has no --p; it has --mu"),
        (("ship-01", "--attack", "nothing"), "Choose one of"),
        (("ship-01", "--settings", "authors"), "choose from: paper"),
        (("ship-01", "--norm", "l1"), "l1"),
        (("ship-01", "--target", 8), "already the true class"),
        (("ship-01", "--target", 10), "0 … 9"),
        (("ship-01", "--model", "nothing"), "nothing"),
        (("ship-01", "--save", __file__), "Choose another one"),
        ((), "Name an image"),
    ],
)
def test_bad_input_is_explained_in_one_message(words: tuple[object, ...], message: str) -> None:
    result = run("attack", *words)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_training_makes_a_model_that_can_be_attacked(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    for split in ("train", "test"):
        images = rng.integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
        np.savez(tmp_path / f"cifar10_{split}.npz", images=images, labels=np.arange(12) % 10)
    words = ("train", tmp_path, "--out", tmp_path / "run", "--name", "tiny", "--epochs", 1, "--batch-size", 4)
    result = run(*words)
    assert result.exit_code == 0, result.output
    assert "of 12 test images" in result.stdout
    found = report("ship-01", "--model", tmp_path / "run" / "tiny.safetensors", "--label", 0, "--budget", 3)
    assert found["spec"]["model"]["source"].endswith("tiny.safetensors")


def test_without_a_display_the_demo_plays_in_the_terminal(tmp_path: Path) -> None:
    hidden = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {key: value for key, value in os.environ.items() if key not in hidden}
    code = (
        "import sys; sys.argv = ['rnd-lab']\n"
        "import rnd_lab.cli.demo as demo\n"
        "play = demo.play_demo\n"
        "demo.play_demo = lambda folder: play(folder, budget=5)\n"
        "from rnd_lab.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("No window can be opened (there is no display)")
    assert (tmp_path / "rnd-lab-demo" / "defended.png").exists()
    assert (tmp_path / "rnd-lab-demo" / "result.json").exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can lack a display")
def test_a_display_that_cannot_be_reached_never_aborts(tmp_path: Path) -> None:
    environment = {**os.environ, "DISPLAY": ":4711", "QT_QPA_PLATFORM": "xcb"}
    code = "from rnd_lab.gui.display import why_no_window; print(why_no_window())"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert "Qt cannot reach the display" in done.stdout
