"""Whole data sets from the terminal."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from rnd_lab.attacks.bandit import BanditSpec
from rnd_lab.attacks.square import SquareSpec
from rnd_lab.cli import evaluating, reproducing
from rnd_lab.cli.commands import app
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.spec import EvaluationSpec, read_evaluation
from rnd_lab.game.referee import Criterion, Referee
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.summary import summarize
from rnd_lab.results.database import Database
from tests.evaluation.small import small

TINY = ("--images", "2", "--budget", "6", "--device", "cpu")


def call(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments], env={"COLUMNS": "200"})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.db"


def test_a_sweep_fills_the_file_and_prints_its_table(path: Path) -> None:
    result = call("sweep", "--defense", "none", "--defense", "rnd+jpeg", "--nu", "0.01,0.02", *TINY, "--db", path)
    assert result.exit_code == 0, result.output
    with Database(path) as database:
        cells = database.cells(1)
        assert [len(database.games(cell.id)) for cell in cells] == [2, 2, 2]
        assert [[it.name for it in cell.spec.defense] for cell in cells] == [[], ["rnd", "jpeg"], ["rnd", "jpeg"]]
    assert all(word in result.output for word in ("RND(ν=0.01)", "Square", "failure, vote", "control"))


def test_a_table_in_a_file_names_what_all_cells_share_once_and_breaks_no_interval(path: Path) -> None:
    narrow = {"COLUMNS": "80"}
    command = ["sweep", "--attack", "eco", "--attack", "sign_hunter", "--defense", "rnd", *TINY, "--db", str(path)]
    output = CliRunner().invoke(app, command, env=narrow).output
    assert output.count("ℓ∞ ε=0.05") == 1
    rows = [line for line in output.splitlines() if "2 of 2" in line]
    assert [("ECO" in row, "SignHunter" in row) for row in rows] == [(True, False), (False, True)]
    with Database(path) as database:
        whole = [f"[{100 * it.low:.1f}, {100 * it.high:.1f}]" for it in (s.accuracy for s in summarize(database, 1))]
    assert all(interval in output for interval in whole)


def test_a_file_hears_of_the_progress_before_the_end(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "LINE_EVERY", 0)
    lines = call("sweep", *TINY, "--db", path).output.splitlines()
    told = [number for number, line in enumerate(lines) if line.startswith("Playing: 2 of 2 games, ")]
    table = next(number for number, line in enumerate(lines) if "failure, vote" in line)
    assert told
    assert told[0] < table
    assert re.search(r"games, [1-9][\d,]* passes/s$", lines[told[0]])


def test_a_saved_spec_is_played_and_gone_on_with(path: Path, tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    assert call("sweep", "--attack", "eco", "--eps", "0.01:0.03:0.01", *TINY[:4], "--save-spec", spec).exit_code == 0
    assert [cell.threat.epsilon for _, cell in read_evaluation(spec).cells()] == [0.01, 0.02, 0.03]
    assert call("evaluate", spec, "--db", path).exit_code == 0
    again = call("evaluate", spec, "--db", path)
    assert again.exit_code == 0
    assert "6/6" in again.output


def test_rules_are_those_of_all_cells(tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    threat = ("--norm", "l2", "--budget", 77, "--account", "adaptive", "--loss", "cross_entropy", "--eight-bit")
    rules = (*threat, "--feedback", "probabilities", "--ends", "vote", "--votes", 9)
    assert call("sweep", "--eot", "2,3", *rules, "--save-spec", spec).exit_code == 0
    for _, cell in read_evaluation(spec).cells():
        assert cell.threat == ThreatModel(
            norm="l2", epsilon=1.0, budget=77, account="adaptive", loss="cross_entropy", eight_bit=True,
            feedback="probabilities", eot=cell.threat.eot,
        )  # fmt: skip
        assert cell.referee == Referee(ends="vote", votes=9)


def test_what_cannot_be_played_is_told(path: Path, tmp_path: Path) -> None:
    result = call("sweep", "--model", "gone.pt", *TINY, "--db", path)
    assert result.exit_code == 1
    assert "gone.pt" in result.output
    half = call("sweep", "--model", "gone.pt", "--model", "cifar10-resnet20", *TINY, "--db", path)
    assert half.exit_code == 0
    assert "--evaluation 2" in half.output
    wrong = tmp_path / "spec.json"
    wrong.write_text(json.dumps({"attacks": []}))
    for command in (
        ("evaluate", wrong),
        ("sweep", "--attack", "magic"),
        ("sweep", "--nu", "a"),
        ("sweep", "--nu", "-1"),
        ("sweep", "--nu", "0.01", "--defense", "jpeg"),
        ("sweep", "--mu", "0.01", "--attack", "sign_hunter"),
        ("sweep", "--save-spec", tmp_path),
    ):
        result = call(*command, "--db", path)
        assert result.exit_code == 1
        assert "Traceback" not in result.output


def test_reproducing_puts_the_published_figures_beside_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = call("reproduce", "table2", "--images", 1, "--budget", 32, "--device", "cpu", "--out", out)
    assert result.exit_code == 0, result.output
    assert "the published cells beside ours" in result.stdout
    assert "Published and here" in (out / "report.html").read_text(encoding="utf-8")
    with Database(out / "results.db") as database:
        assert database.evaluations()[-1].name == "reproduce table2 small"


def test_what_ends_the_games_is_a_column(path: Path, tmp_path: Path) -> None:
    def headings(ends: Criterion) -> list[str]:
        spec = small(attacks=(SquareSpec(),), data=DataSpec(images=1), referee=Referee(ends=ends, votes=3))
        (tmp_path / "spec.json").write_text(spec.model_dump_json())
        output = call("evaluate", tmp_path / "spec.json", "--db", path).output
        return re.findall(r"failure, ([a-z-]+(?: hit)?)", output)

    assert headings("vote") == ["first hit", "vote"]
    assert headings("noise_free") == ["first hit", "vote", "noise-free"]


def test_what_a_reader_must_know_is_told_below_the_table(path: Path, tmp_path: Path) -> None:
    spec = tmp_path / "spec.json"
    spec.write_text(
        EvaluationSpec(
            data=DataSpec(images=2),
            attacks=(BanditSpec(),),
            threat=ThreatModel(budget=10, eight_bit=True),
        ).model_dump_json()
    )
    told = call("evaluate", spec, "--db", path).output.split("Brackets")[1]
    assert "it handed in the clean image" in told
    assert "Bandit · ℓ∞ ε=0.05: 2 of 2 games" in told


def test_reproducing_a_figure_promises_no_published_figures(tmp_path: Path) -> None:
    result = call("reproduce", "figure-clean-accuracy", "--images", 2, "--device", "cpu", "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    assert "published cells" not in result.stdout
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--gpu",), "--gpu chooses workers of a cluster"),
        (("--scheduler", "tcp://nowhere:1", "--workers", 2), "Leave one of them out"),
    ],
)
def test_options_that_would_do_nothing_are_refused(tmp_path: Path, words: tuple[object, ...], message: str) -> None:
    result = call("sweep", "--images", 1, "--budget", 1, "--db", tmp_path / "results.db", *words)
    assert result.exit_code == 1
    assert message in result.output


def test_a_sweep_trusts_a_program_where_it_is_told_to(tmp_path: Path) -> None:
    words = ("--model", "program.pt2", "--data", "samples:cifar10", "--save-spec", tmp_path / "spec.json")
    assert call("sweep", *words, "--trust").exit_code == 0
    assert read_evaluation(tmp_path / "spec.json").models[0].model.trust


def test_options_of_a_reproduction_decide_what_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    played: list[EvaluationSpec] = []

    def run(spec: EvaluationSpec, *rest: object) -> int:
        played.append(spec)
        raise LabError("Enough.")

    monkeypatch.setattr(reproducing, "run", run)
    call("reproduce", "table2", "--scale", "full", "--images", 50, "--budget", 70, "--out", tmp_path)
    assert played[0].data == DataSpec(source="cifar10", images=50)
    assert played[0].threat.budget == 70
    call("reproduce", "table2", "--slow", "--out", tmp_path)
    assert {"RSE", "PNI"} < {row.title for row in played[1].models}
    for words in (("--imagenet", "x"), ("--models", "x"), ("--scale", "full", "--slow")):
        refused = call("reproduce", "table2", *words, "--out", tmp_path)
        assert refused.exit_code == 1
        assert "--scale" in refused.output
    refused = call("reproduce", "table1", "--slow", "--out", tmp_path)
    assert "--slow belongs to table2" in refused.output
    assert len(played) == 2


@pytest.mark.parametrize(("images", "count"), [((), 1000), (("--images", 50), 50)])
def test_as_many_photographs_are_played_as_other_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, images: tuple[object, ...], count: int
) -> None:
    wanted: list[DataSpec] = []

    def reproduce(name: str, scale: str, data: DataSpec, photographs: DataSpec, *_: object, **__: object) -> None:
        wanted.extend((data, photographs))
        raise LabError("Enough.")

    monkeypatch.setattr(reproducing, "reproduce", reproduce)
    call("reproduce", "table2", "--scale", "full", "--imagenet", tmp_path, *images)
    assert [it.images for it in wanted] == [count, count]


@pytest.mark.parametrize(
    ("model", "data", "published"),
    [
        ("torchvision:resnet50", "/data/ILSVRC2012/val", (5.0, 100)),
        ("cifar10-resnet20", "/data/imagenet/cifar.npz", (1.0, 30)),
        ("mine.pt", "samples:imagenet", (5.0, 100)),
    ],
)
def test_settings_are_those_published_for_the_models_data_set(
    tmp_path: Path, model: str, data: str, published: tuple[float, int]
) -> None:
    file = tmp_path / "spec.json"
    words = ("--model", model, "--data", data, "--norm", "l2", "--attack", "nes", "--save-spec", file)
    assert call("sweep", *words).exit_code == 0
    spec = read_evaluation(file)
    assert (spec.threat.epsilon, spec.attacks[0].probes) == published


def test_suspicious_queries_are_told_where_a_defense_counts_them(path: Path) -> None:
    output = call("sweep", "--defense", "none", "--defense", "blacklight:threshold=1", *TINY, "--db", path).output
    plain, watched = (line for line in output.splitlines() if "2 of 2" in line)
    assert "flagged" in output
    assert plain.rstrip().endswith("–")
    assert watched.rstrip().endswith("%")
    assert "flagged" not in call("sweep", *TINY, "--db", path).output
