"""What is kept of a run is still true when it is opened again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from rnd_lab.data.image import open_image
from rnd_lab.data.pixels import to_input
from rnd_lab.experiments.duel import Duel, Scene, see, set_scene
from rnd_lab.experiments.keep import Kept, outcome_report, rejudge, run_report, save_image, save_json
from rnd_lab.experiments.run_spec import read_spec
from rnd_lab.game.forward import Forward
from rnd_lab.primitives.errors import LabError
from tests.experiments.conftest import play, run

STRONG = {"epsilon": 0.1, "budget": 60}


def figures(duel: Duel) -> dict[str, Any]:
    labels = duel.scene.classifier.labels
    reports: dict[str, Any] = {
        name: outcome_report(side.outcome, labels) for name, side in duel.sides.items() if side.outcome
    }
    for report in reports.values():
        del report["seconds"]
    return reports


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_the_saved_picture_is_the_one_that_was_judged(scene: Scene, tmp_path: Path, norm: str) -> None:
    attack = {"name": "nes", "step": 0.0585 if norm == "linf" else 0.3}
    spec = run(
        image="cat-01", attack=attack, threat={"norm": norm, "budget": 180, "epsilon": 0.0585 if norm == "linf" else 1}
    )
    scene = see(scene.classifier, spec)
    duel = play(Duel(spec, scene))
    for name, side in duel.sides.items():
        kept = save_image(tmp_path / "a.png", duel, name)
        again = to_input(open_image(tmp_path / "a.png"), (32, 32), 32)
        assert rejudge(again, duel.side_spec(name), scene) == kept
        assert kept.inside
        assert float((again - scene.image).abs().max()) == pytest.approx(kept.linf, abs=1e-6)
        assert (again - side.image).abs().max() < 1 / 255
        truth = int(Forward(scene.classifier.network)(again[None]).argmax())
        assert kept.noise_free == (truth != scene.label)
        assert kept.votes == 5
        assert kept.vote == (kept.wins > 2)
    assert kept.noise_free
    assert kept.wins == 5


def test_an_image_at_the_edge_of_a_ball_of_one_step_counts_as_inside(scene: Scene) -> None:
    """Differences of k/255 are not exact in float32."""
    spec = run(threat={"epsilon": 1 / 255})
    levels = (torch.arange(3072) % 253).view(3, 32, 32)
    ramp = replace(scene, image=levels / 255)
    assert rejudge((levels + 1) / 255, spec, ramp).inside
    assert not rejudge((levels + 2) / 255, spec, ramp).inside


def test_a_kept_image_says_what_it_still_does() -> None:
    kept = Kept(0.05, 1.0, inside=True, noise_free=False, vote=False, wins=3, votes=25)
    assert "does not fool the model without noise" in kept.sentence
    assert "3 of 25" in kept.sentence
    assert "it fools the model" in Kept(0.05, 1.0, True, True, True, 25, 25).sentence


def test_a_targeted_image_wins_with_the_target_alone(scene: Scene) -> None:
    spec = run(target=3, threat={"goal": "targeted"})
    assert rejudge(scene.image, spec, scene).wins == 0
    assert rejudge(scene.image, run(target=scene.label, threat={"goal": "targeted"}), scene).noise_free


def test_a_saved_result_replays_the_run(tmp_path: Path, scene: Scene) -> None:
    first = play(Duel(run(image="ship-01", threat=STRONG | {"eot": 2}), see(scene.classifier, run(image="ship-01"))))
    save_json(tmp_path / "result.json", run_report(first))
    spec = read_spec(tmp_path / "result.json")
    assert spec == first.spec
    assert figures(play(Duel(spec, set_scene(spec, "cpu")))) == figures(first)


def test_a_report_tells_what_happened(duel: Duel, tmp_path: Path) -> None:
    kept = save_image(tmp_path / "a.png", duel, "defended")
    begun = run_report(duel)["outcome"]["defended"]
    assert (begun["status"], begun["queries"]["paid"]) == ("unfinished", duel.sides["defended"].account.paid)
    report = json.loads(json.dumps(run_report(play(duel), {"defended": kept})))
    assert report["true_class"] == "ship"
    assert report["model_digest"] == duel.scene.classifier.digest
    assert set(report["versions"]) >= {"rnd_lab", "torch", "numpy", "python"}
    assert report["outcome"]["defended"]["saved_image"]["votes"] == 5
    undefended = report["outcome"]["undefended"]
    assert undefended["status"] == "failure"
    assert undefended["verdicts"] == {"first_hit": False, "vote": False, "mean": False, "noise_free": False}
    assert undefended["prediction"] == "ship"
    queries = undefended["queries"]
    assert queries["paid"] == queries["probe"] == queries["published"] == 12
    assert queries["strict"] == queries["paid"] + queries["repeat"] + queries["judge"] + queries["monitor"]
    assert (undefended["decisions"], undefended["flips"]) == (11, 0)


def test_what_cannot_be_written_is_told(tmp_path: Path, duel: Duel) -> None:
    (tmp_path / "none").touch()
    with pytest.raises(LabError, match="cannot be saved"):
        save_json(tmp_path / "none" / "a.json", {})
    with pytest.raises(LabError, match="cannot be written"):
        save_image(tmp_path / "none" / "a.png", duel, "defended")
