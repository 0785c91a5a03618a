"""The report as one page of HTML that needs nothing else."""

import json
from collections.abc import Iterable, Mapping

from rnd_lab.data.assets import asset
from rnd_lab.evaluation.titles import model_title, with_settings
from rnd_lab.game.referee import CRITERIA
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.geometry import SIGNS
from rnd_lab.reports.content import Report
from rnd_lab.reports.published import departures
from rnd_lab.reports.table import Heading, Table
from rnd_lab.reports.tables import comparisons, costs, published_beside, robustness


def html_page(report: Report, figures: Mapping[str, str]) -> str:
    """The page; ``figures`` holds the SVG of every panel by its name. All text from the results is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = asset("reports")
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    tables = {
        "robustness": robustness(report.cells),
        "costs": costs([it for it in report.cells if it.cell.spec.threat.budget > 1]),
        "comparisons": comparisons(report.comparisons),
        "beside": published_beside(report.beside),
    }
    return environment.get_template("report.html").render(
        report=report,
        style=(folder / "report.css").read_text(encoding="utf-8"),
        script=(folder / "report.js").read_text(encoding="utf-8"),
        facts=_facts(report),
        tables=tables,
        departures=departures(report.beside) if report.beside else (),
        figures=figures,
        glossary=_glossary(table for table in tables.values() if table.rows),
        specs=[json.dumps(spec, indent=1, ensure_ascii=False) for spec in report.specs],
    )


def _facts(report: Report) -> dict[str, str]:
    """What all cells were played by, each setting with the values that occur."""
    specs = [it.cell.spec for it in report.cells]
    return {
        "Data": _listed(it.data.source for it in specs),
        "Images a cell": _listed(f"{it.planned:,}" if it.planned is not None else "not begun" for it in report.cells),
        "Models": _listed(model_title(it.model) for it in specs),
        "Attacks": _listed(with_settings(it.attack) for it in specs),
        "Threat": _listed(f"{it.threat.goal}, {SIGNS[it.threat.norm]} ≤ {it.threat.epsilon:g}" for it in specs),
        "Attacker is told": _listed(it.threat.feedback for it in specs),
        "Queries an image": _listed(_budget(it.threat) for it in specs),
        "A game ends at": _listed(CRITERIA[it.referee.ends] for it in specs),
        "Begun": _listed(f"{it.created.replace('T', ' ')[:16]} UTC" for it in report.evaluations),
    }


def _budget(threat: ThreatModel) -> str:
    more = f" × {threat.eot}" if threat.allowance > threat.budget else ""
    return f"{threat.budget:,}{more}"


def _listed(values: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(values))


def _glossary(tables: Iterable[Table]) -> list[Heading]:
    """Every heading that explains itself, once."""
    found = {heading.title: heading for table in tables for heading in table.headings if heading.help}
    return list(found.values())
