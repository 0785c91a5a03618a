"""Any game of an evaluation, as a run that can be watched."""

from rnd_lab.data.set_names import image_name
from rnd_lab.experiments.run_spec import RunSpec
from rnd_lab.results.cell import CellSpec
from rnd_lab.results.record import GameRecord


def replay(cell: CellSpec, game: GameRecord, *, duel: bool = False) -> RunSpec:
    """The run that plays a game of ``cell`` again; ``duel`` adds the undefended side.

    The outcome is the same as long as the model and the data set are, whose digests are kept with the cell.
    """
    return RunSpec(
        image=image_name(cell.data, game.image),
        label=game.label,
        target=game.target,
        model=cell.model,
        defense=cell.defense,
        attack=cell.attack,
        threat=cell.threat,
        referee=cell.referee,
        seed=cell.seed,
        duel=duel,
    )
