"""What pyproject.toml, constraints.txt, README and the shipped files say about each other."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rnd_lab
from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.models.bundled import bundled_folder, cards

ROOT = Path(__file__).parents[2]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
EXTRAS = PROJECT["optional-dependencies"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
DEPENDENCIES = README.split("## Dependencies", 1)[1].split("\n## ", 1)[0]
FOLDERS = (".ci", "assets", "benchmarks", "packaging", "rnd_lab", "tests")
UNWANTED = tuple(f"/{top}/" for top in ("home", "root", "Users", "work", "opt", "srv"))
HOSTS = tuple(".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("download", "pytorch", "org")))


def shipped_files() -> Iterator[Path]:
    for path in ROOT.iterdir():
        if path.is_file() and path.name != ".git":
            yield path
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")


def required(*extras: str) -> dict[str, Requirement]:
    listed = [*PROJECT["dependencies"], *(line for extra in extras for line in EXTRAS[extra])]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in listed}


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): number for name, number in pins}


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    explained = {canonicalize_name(name) for name in re.findall(r"^\| ([\w-]+) \| \w", DEPENDENCIES, re.M)}
    assert explained - {"package"} == set(required())


def test_every_tool_of_the_extras_is_in_the_readme() -> None:
    below = {canonicalize_name(word) for word in re.findall(r"[A-Za-z][\w-]+", DEPENDENCIES)}
    assert set(required(*EXTRAS)) <= below


def test_constraints_pin_every_dependency_inside_its_range() -> None:
    pins = pinned()
    for name, requirement in required(*EXTRAS).items():
        assert pins.get(name) in requirement.specifier, f"{requirement} is not met by {pins.get(name)}"


def test_constraints_work_with_any_index() -> None:
    for name, number in pinned().items():
        assert re.fullmatch(r"\d+(\.\d+)*", number), f"{name}=={number}"


def test_readme_installs_with_constraints_and_known_extras() -> None:
    commands = [line for line in README.splitlines() if "pip install" in line]
    assert len(commands) == 4
    assert all("-c constraints.txt" in line for line in commands)
    assert {name for line in commands for name in re.findall(r"\.\[(\w+)\]", line)} == {"test", "cluster"}


def test_version_is_the_packages() -> None:
    assert version("rnd-lab") == rnd_lab.__version__
    assert f"## {rnd_lab.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_readme_lists_exactly_the_attacks_that_there_are() -> None:
    table = README.split("| attack |", 1)[1].split("\n\n", 1)[0]
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \| [^|]+ \| ([^|]+) \|", table, re.M)
    norms = {name: tuple({"ℓ∞": "linf", "ℓ2": "l2"}[norm] for norm in text.split(", ")) for name, text in rows}
    assert norms == {name: attack.norms for name, attack in ATTACKS.items()}


def test_readme_tells_the_measured_accuracy_of_the_bundled_model() -> None:
    (card,) = (card for card in cards(bundled_folder()) if card.name == "cifar10-resnet20")
    for accuracy in card.accuracy:
        assert f"{100 * accuracy.correct / accuracy.images:.2f} %" in README


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")), ids=lambda page: page.name)
def test_links_between_files_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [name for name in targets if "://" not in name and not (ROOT / name).exists()] == []


def test_every_asset_but_the_screenshots_is_in_the_wheel() -> None:
    shipped = {Path(name).name for name in SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]}
    assert shipped == {path.name for path in (ROOT / "assets").iterdir()} - {"screenshots"}


def test_no_file_names_a_machine_or_an_index() -> None:
    for path in shipped_files():
        content = path.read_bytes()
        assert [word for word in (*UNWANTED, *HOSTS) if word.encode() in content] == [], path
