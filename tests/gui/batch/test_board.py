"""What the table of cells is told of a run."""

from dataclasses import replace
from pathlib import Path

from rnd_lab.attacks.square import SquareSpec
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.run import Progress, evaluate
from rnd_lab.evaluation.spec import DefendedModel, EvaluationSpec
from rnd_lab.game.threat import ThreatModel
from rnd_lab.gui.batch.board import Board
from rnd_lab.results.database import Database


def test_a_cells_speed_counts_the_queries_of_its_games_without_their_control(tmp_path: Path) -> None:
    path = tmp_path / "results.db"
    spec = EvaluationSpec(
        data=DataSpec(images=3),
        models=(DefendedModel(defense=(RndSpec(nu=0.02),)),),
        attacks=(SquareSpec(),),
        threat=ThreatModel(budget=10),
    )
    number = evaluate(spec, path, "cpu")
    with Database(path) as database:
        (cell,) = database.cells(number)
        games = [replace(game, seconds=20.0) for game in database.games(cell.id)]
    assert any(game.controls for game in games)
    board = Board(path, number)
    board.take(Progress(number, 3, 3, 0, 20.0, finished=tuple((cell.id, game) for game in games)))
    (row,) = board.rows()
    assert row.speed == sum(game.probe + game.repeat + game.judge + game.monitor for game in games) / 20
