"""``rnd-lab calibrate``, ``rnd-lab cost`` and stacks of defenses on the command line."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from typer.testing import CliRunner, Result

from rnd_lab.cli.commands import app
from rnd_lab.data.sets import ImageSet
from rnd_lab.defenses.catalog import DEFENSES
from rnd_lab.game import calibrate
from rnd_lab.game.forward import Forward
from rnd_lab.models.classifier import Classifier
from tests.defenses.inside_rules import saved_pni


def run(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200", "TERM": "dumb"})


def test_the_table_the_answer_and_the_files_agree(tmp_path: Path) -> None:
    files = ("--json", tmp_path / "a.json", "--csv", tmp_path / "a.csv")
    result = run("calibrate", "samples:cifar10", "--nu", "0.02,0.2", "--max-loss", 0.2, *files)
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "a.json").read_text())
    (model,) = report["models"]
    assert [point["nu"] for point in model["accuracy"]] == [0, 0.02, 0.2]
    clean, faint, strong = (point["value"] for point in model["accuracy"])
    assert clean > 0.8
    assert faint > strong
    answer = model["largest_nu"]
    assert f"at most 20.00% accuracy is {answer['value']:g} [{answer['low']:g}, {answer['high']:g}]" in result.stdout
    assert f"{clean:.2%}" in result.stdout
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text().splitlines()))
    assert [float(row["accuracy"]) for row in rows] == [clean, faint, strong]
    assert {row["model"] for row in rows} == {"cifar10-resnet20"}
    assert int(rows[0]["correct"]) == round(clean * report["data"]["images"])


def test_a_model_that_cannot_be_measured_does_not_lose_the_others(tmp_path: Path) -> None:
    words = ("calibrate", "samples:cifar10", "--nu", "0.1", "--images", 10, "--json", tmp_path / "a.json")
    names = ("cifar10-resnet20", "cifar10-resnet20-fg", "cifar10-resnet20-gf")
    result = run(*words, *(word for name in names for word in ("--model", name)))
    assert result.exit_code == 1
    assert "cifar10-resnet20-fg" in result.stderr
    found = [model["name"] for model in json.loads((tmp_path / "a.json").read_text())["models"]]
    assert found == ["cifar10-resnet20", "cifar10-resnet20-gf"]
    assert all(f"{name}: the largest ν" in result.stdout for name in found)


def test_what_is_measured_before_ctrl_c_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = calibrate.read_inputs

    def interrupted(model: Classifier, images: ImageSet, selection: Sequence[int]) -> tuple[Tensor, Tensor]:
        if model.name == "cifar10-resnet20-gf":
            raise KeyboardInterrupt
        return read(model, images, selection)

    monkeypatch.setattr(calibrate, "read_inputs", interrupted)
    words = ("calibrate", "samples:cifar10", "--nu", "0.1", "--images", 10, "--json", tmp_path / "a.json")
    result = run(*words, "--model", "cifar10-resnet20", "--model", "cifar10-resnet20-gf")
    assert result.exit_code != 0
    (model,) = json.loads((tmp_path / "a.json").read_text())["models"]
    assert model["name"] == "cifar10-resnet20"


def test_noises_that_were_measured_before_ctrl_c_are_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The third answer of the second model is that under its third ν."""
    answers = 0
    ask = Forward.__call__

    def interrupted(self: Forward, *arguments: Any) -> Tensor:
        nonlocal answers
        answers += 1
        if answers == 6:
            raise KeyboardInterrupt
        return ask(self, *arguments)

    monkeypatch.setattr(Forward, "__call__", interrupted)
    files = ("--json", tmp_path / "a.json", "--csv", tmp_path / "a.csv", "--figure", tmp_path / "a.svg")
    words = ("calibrate", "samples:cifar10", "--nu", "0.1,0.2", "--images", 10, *files)
    result = run(*words, "--model", "cifar10-resnet20", "--model", "cifar10-resnet20-gf")
    assert result.exit_code != 0
    models = json.loads((tmp_path / "a.json").read_text())["models"]
    assert [[point["nu"] for point in model["accuracy"]] for model in models] == [[0, 0.1, 0.2], [0, 0.1]]
    assert "–" in next(line for line in result.stdout.splitlines() if "0.2 " in line)
    assert [model["largest_nu"] is None for model in models] == [False, True]
    assert "cifar10-resnet20-gf: interrupted after ν = 0.1." in result.stdout
    assert (tmp_path / "a.svg").read_text().count("cifar10-resnet20-gf") == 0
    assert len((tmp_path / "a.csv").read_text().splitlines()) == 6


@pytest.mark.parametrize("command", [("calibrate", "--nu", "0.1"), ("cost", "--defense", "none")])
def test_files_that_need_a_word_more_can_be_measured(command: tuple[str, ...], tmp_path: Path) -> None:
    network = nn.Sequential(nn.AvgPool2d(8), nn.Flatten(), nn.Linear(48, 10))
    exported = torch.export.export(network, (torch.zeros(2, 3, 32, 32),), dynamic_shapes=({0: torch.export.Dim("n")},))
    torch.export.save(exported, program := tmp_path / "program.pt2")
    words = (*command[:1], "samples:cifar10", *command[1:], "--images", 10, "--model", program)
    assert "trust" in run(*words).stderr
    result = run(*words, "--trust")
    assert result.exit_code == 0, result.output


def test_the_figure_has_a_line_and_an_answer_for_each_model(tmp_path: Path) -> None:
    names = ("cifar10-resnet20", "cifar10-resnet20-gf")
    words = ("calibrate", "samples:cifar10", "--nu", "0,0.05", "--max-loss", 0.3, "--images", 20)
    models = (word for name in names for word in ("--model", name))
    result = run(*words, *models, "--figure", tmp_path / "curves.svg")
    assert result.exit_code == 0, result.output
    drawn = (tmp_path / "curves.svg").read_text()
    for name in names:
        answer = result.stdout.split(f"{name}: the largest ν that costs at most 30.00% accuracy is ")[1].split(".\n")[0]
        assert f"{name}: ν ≤ {answer}" in drawn
    assert run(*words, "--figure", tmp_path / "none" / "curves.png").exit_code == 1


def test_the_defense_inside_a_model_is_on(tmp_path: Path) -> None:
    """PNI is: without PNI's layers, it says so."""
    words = ("calibrate", "samples:cifar10", "--model", saved_pni(tmp_path).source, "--nu", "0.1", "--images", 10)
    result = run(*words, "--json", tmp_path / "a.json")
    assert "with PNI: the largest ν" in result.stdout
    (model,) = json.loads((tmp_path / "a.json").read_text())["models"]
    assert model["inside"] == [{"name": "pni"}]
    card = tmp_path / "own.json"
    card.write_text(card.read_text().replace('"defense": "pni"', '"defense": "rse"'))
    assert "RSE is noise inside" in run(*words).stderr


def test_where_the_grid_is_too_short_the_user_is_told() -> None:
    result = run("calibrate", "samples:cifar10", "--nu", "0.001", "--images", 20, "--max-loss", 0.5)
    assert "0.001 is the largest that was tried" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nowhere",), "nowhere"),
        (("samples:cifar10", "--nu", "0.1;0.2"), "is no number"),
        (("samples:cifar10", "--nu", "2"), "between 0 and 1"),
        (("samples:cifar10", "--model", "nothing"), "nothing"),
        (("samples:imagenet",), "classes"),
        (("samples:cifar10", "--architecture", "resnet20"), "here is none"),
        (("samples:cifar10", "--figure", "curves.gif"), ".svg, .pdf or .png"),
        (("samples:cifar10", "--json", "."), "is a folder. Choose another place"),
        (("samples:cifar10", "--csv", "nowhere/curves.csv"), "cannot be written. Choose another place"),
    ],
)
def test_bad_input_is_explained_in_one_message(words: tuple[object, ...], message: str) -> None:
    result = run("calibrate", *words)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_the_cost_of_each_defense_is_a_row(tmp_path: Path) -> None:
    words = ("--defense", "none", "--defense", "blacklight+rnd:nu=0.2", "--images", 40, "--json", tmp_path / "a.json")
    result = run("cost", "samples:cifar10", *words)
    assert result.exit_code == 0, result.output
    plain, noisy = json.loads((tmp_path / "a.json").read_text())["costs"]
    assert [defense["name"] for defense in noisy["defense"]] == ["blacklight", "rnd"]
    assert (plain["defense"], plain["flips"]["value"]) == ([], 0)
    assert noisy["flips"]["value"] > 0.3
    assert noisy["accuracy"]["value"] < plain["accuracy"]["value"]
    for cost in (plain, noisy):
        assert f"{cost['accuracy']['value']:.1%}" in result.stdout
        for figure, unit in (("milliseconds", " ms"), ("slowdown", "")):
            value, low, high = (cost[figure][part] for part in ("value", "low", "high"))
            assert 0 < low <= value <= high
            assert f"{value:.2f}{unit} [{low:.2f}, {high:.2f}]" in result.stdout


def test_a_defense_that_does_not_fit_does_not_lose_the_others(tmp_path: Path) -> None:
    words = ("--defense", "none", "--defense", "pni", "--defense", "rnd", "--json", tmp_path / "a.json")
    result = run("cost", "samples:cifar10", *words)  # no number of images: all of the 40 that there are
    assert result.exit_code == 1
    assert "PNI is noise inside" in result.stderr
    rows = json.loads((tmp_path / "a.json").read_text())["costs"]
    assert [[it["name"] for it in row["defense"]] for row in rows] == [[], ["rnd"]]
    assert rows[0]["images"] == 40


def test_a_defense_inside_the_model_is_on_in_every_row_and_once(tmp_path: Path) -> None:
    words = ("--defense", "rnd", "--defense", "pni", "--images", 10, "--json", tmp_path / "a.json")
    result = run("cost", "samples:cifar10", "--model", saved_pni(tmp_path).source, *words)
    assert result.exit_code == 0, result.output
    assert "with PNI, 10 clean images" in " ".join(result.stdout.split())
    rows = json.loads((tmp_path / "a.json").read_text())["costs"]
    assert [[it["name"] for it in row["defense"]] for row in rows] == [["rnd", "pni"], ["pni"]]


@pytest.mark.parametrize(
    ("words", "message"), [(("--defense", "rnd:nu=2"), "less than or equal to 1"), (("--defense", "pni"), "PNI")]
)
def test_what_has_no_cost_is_explained(words: tuple[object, ...], message: str) -> None:
    result = run("cost", "samples:cifar10", "--images", 10, *words)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", sorted(DEFENSES.keys() - {"rse", "pni"}))
def test_an_attack_meets_every_defense_by_name(name: str) -> None:
    result = run("attack", "ship-01", "--defense", name, "--budget", 3, "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["spec"]["defense"] == [DEFENSES[name].model_validate({}).model_dump()]
    assert "defended" in found["outcome"]


def test_a_stack_is_played_in_the_order_given() -> None:
    words = ("--defense", "blacklight", "--defense", "rnd:nu=0.05", "--defense", "aaa:curve=sine,steps=20")
    found = json.loads(run("attack", "ship-01", *words, "--budget", 4, "--json").stdout)
    stack = found["spec"]["defense"]
    assert [(it["name"], it.get("nu"), it.get("curve"), it.get("steps")) for it in stack] == [
        ("blacklight", None, None, None),
        ("rnd", 0.05, None, None),
        ("aaa", None, "sine", 20),
    ]
    assert found["outcome"]["defended"]["queries"]["flagged"] > 0
    alone = json.loads(run("attack", "ship-01", "--defense", "none", "--budget", 4, "--json").stdout)
    assert alone["spec"]["defense"] == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--defense", "rndd"), "no defense 'rndd'"),
        (("--defense", "rnd:mu=0.1"), "it has nu"),
        (("--defense", "rnd:nu"), "Write NAME:setting=value"),
        (("--defense", "rnd:nu=lots"), "valid number"),
        (("--defense", "rnd:nu=2"), "less than or equal to 1"),
        (("--defense", "rnd", "--nu", 0.1), "Give one of the two"),
        (("--defense", "rfd:layer=blok"), "Similar names: blocks"),
    ],
)
def test_a_wrong_defense_is_explained_in_one_message(words: tuple[object, ...], message: str) -> None:
    result = run("attack", "ship-01", *words, "--budget", 3)
    assert result.exit_code == 1
    assert message in result.stderr
    assert "Traceback" not in result.output
