"""The first preset, played in the terminal."""

from pathlib import Path

from rich.console import Console

from rnd_lab.cli.playing import keep, load_model, look, play, show
from rnd_lab.experiments.presets import presets
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.files import make_folder


def play_demo(folder: Path, budget: int | None = None) -> int:
    """Play 'See RND stop Square', print the outcome, save pictures and JSON in ``folder``; returns the exit status."""
    console = Console()
    try:
        preset = presets()[0]
        spec = preset.spec
        if budget:
            spec = spec.model_copy(update={"threat": spec.threat.model_copy(update={"budget": budget})})
        console.print(f"[bold]{preset.title}[/bold]\n{preset.about}")
        make_folder(folder)
        duel = play(spec, look(load_model(spec.model, "auto", console), spec, console), console, watch=True)
        show(duel, console)
        keep(duel, folder, console)
    except (LabError, OSError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    return 0 if duel.done else 130
