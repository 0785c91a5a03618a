"""``rnd-lab reproduce``: a table or figure of the RND paper, played and reported."""

from pathlib import Path
from typing import Annotated

import typer

from rnd_lab.cli.errors import clear_errors
from rnd_lab.cli.evaluating import require_played, run
from rnd_lab.cli.options import Device, Gpu, Scheduler, Workers
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.evaluation.reproduce import TITLES, Name, Scale, reproduce, usual_data
from rnd_lab.primitives.errors import LabError
from rnd_lab.reports.published import table_of
from rnd_lab.reports.report import write_report
from rnd_lab.results.database import Database

CHOICES = "; ".join(f"{name}: {title}" for name, title in TITLES.items())


def reproduce_command(
    name: Annotated[Name, typer.Argument(help=f"{CHOICES}.")],
    scale: Annotated[
        Scale,
        typer.Option(
            help="small: with what comes with the lab, up to an hour. full: the paper's protocol, 1,000 images, a GPU."
        ),
    ] = "small",
    out: Annotated[Path | None, typer.Option(help="Folder of the report.", show_default="rnd-lab-NAME-SCALE")] = None,
    models: Annotated[Path, typer.Option(help="full: folder of wrn28-standard.safetensors and the like.")] = Path(),
    data: Annotated[str | None, typer.Option(help="Other images: a data set by name or path.")] = None,
    images: Annotated[int | None, typer.Option(min=1, help="How many of them.")] = None,
    budget: Annotated[
        int | None, typer.Option(min=1, help="Queries an image, if not 500 or 10000; the clean accuracy takes one.")
    ] = None,
    slow: Annotated[bool, typer.Option("--slow", help="small table2: RSE and PNI too, hours on a CPU.")] = False,
    imagenet: Annotated[str | None, typer.Option(help="full: ImageNet images too; a folder of pictures.")] = None,
    db: Annotated[Path | None, typer.Option(help="Results file.", show_default="results.db beside the report")] = None,
    device: Device = "auto",
    workers: Workers = 1,
    scheduler: Scheduler = None,
    gpu: Gpu = False,
) -> None:
    """Play what a table or figure of the paper shows; beside a table's cells stand the published ones."""
    with clear_errors():
        _require_used(name, scale, models, slow, imagenet)
        usual = usual_data(scale)
        chosen = DataSpec(source=data or usual.source, images=images or (None if data else usual.images))
        folder = out or Path(f"rnd-lab-{name}-{scale}")
        path = db or folder / "results.db"
        photographs = None if imagenet is None else DataSpec(source=imagenet, images=images or usual.images)
        specs = reproduce(name, scale, chosen, photographs, models, budget, slow=slow)
        numbers = [run(spec, path, device, workers, scheduler, gpu) for spec in specs]
        require_played(path, *numbers)
        with Database(path) as database:
            write_report(database, numbers, folder)
        beside = ", and the published cells beside ours" if table_of(specs[0].name) else ""
        print(f"{folder / 'report.html'}: tables and curves{beside}.")


def _require_used(name: str, scale: Scale, models: Path, slow: bool, imagenet: str | None) -> None:
    """Raise LabError for an option that the table or the scale has no use for."""
    if scale == "small" and (imagenet is not None or models != Path()):
        raise LabError("--models and --imagenet belong to --scale full; small plays what comes with the lab.")
    if name != "table2" and slow:
        raise LabError("--slow belongs to table2, whose rows RSE and PNI it plays too.")
    if scale == "full" and slow:
        raise LabError("--slow belongs to --scale small; full plays RSE and PNI where their weights lie in --models.")
