from dataclasses import replace

import pytest

from rnd_lab.experiments.duel import Scene, Snapshot
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.game.ledger import Account
from rnd_lab.gui.views.story import defense_name, percent, prologue, side_title, story
from tests.gui.views.conftest import Change


def told(scene: Scene, spec: RunSpec, snapshot: Snapshot) -> dict[str | None, str]:
    return {sentence.side: sentence.text for sentence in story(scene, spec, snapshot)}


def test_before_the_game(scene: Scene, spec: RunSpec) -> None:
    text = " ".join(sentence.text for sentence in prologue(scene, spec))
    assert "sees “ship”" in text
    assert "at most 0.05" in text
    assert "2,000 times" in text
    assert "against RND (ν = 0.02), and once more without defense" in text


def test_wrong_from_the_start(scene: Scene, spec: RunSpec) -> None:
    (sentence,) = prologue(replace(scene, label=3), spec)
    assert "nothing left to attack" in sentence.text


def test_while_playing(scene: Scene, spec: RunSpec, snapshot: Snapshot, change: Change) -> None:
    account = Account(1204, 0, 0, 0, 1204)
    moment = change(snapshot, account=account, decisions=100, flips=44)
    assert told(scene, spec, moment)["defended"] == (
        "Against RND (ν = 0.02) it has used 1,204 of 2,000 queries and 44\N{NO-BREAK SPACE}% of its decisions "
        "were turned by the noise."
    )
    assert next(iter(told(scene, spec, moment))) == "undefended"


@pytest.mark.parametrize(
    ("status", "noise_free", "words"),
    [
        ("success", True, "won after"),
        ("success", False, "won by luck after"),
        ("failure", False, "failed with all"),
        ("failure", True, "without being told of a win"),
        ("misclassified", False, "nothing to attack"),
    ],
)
def test_endings(
    scene: Scene, spec: RunSpec, ended: Snapshot, change: Change, status: str, noise_free: bool, words: str
) -> None:
    outcome = ended.sides["defended"].outcome
    assert outcome is not None
    verdicts = {**outcome.verdicts, "noise_free": noise_free}
    moment = change(ended, outcome=replace(outcome, status=status, verdicts=verdicts))
    assert words in told(scene, spec, moment)["defended"]


def test_one_query_is_no_queries(scene: Scene, spec: RunSpec, ended: Snapshot, change: Change) -> None:
    outcome = ended.sides["defended"].outcome
    assert outcome is not None
    won = replace(outcome, status="success", account=Account(1, 0, 0, 0, 1))
    assert "after 1 query:" in told(scene, spec, change(ended, outcome=won))["defended"]


def test_names(spec: RunSpec) -> None:
    assert defense_name(spec) == "RND (ν = 0.02)"
    assert side_title("defended", spec) == "With RND"
    assert side_title("undefended", spec) == "No defense"


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (0.004, "< 1 %"), (0.444, "44 %"), (0.996, "99.6 %"), (0.99999, "> 99.9 %"), (1, "100 %")],
)
def test_percent_never_rounds_to_certainty(share: float, text: str) -> None:
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == text
