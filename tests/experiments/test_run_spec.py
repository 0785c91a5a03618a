"""One value holds a whole run: written, read, and refused in words."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rnd_lab.attacks.catalog import ATTACKS
from rnd_lab.experiments.run_spec import RunSpec, explain, read_spec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.spec import LARGEST_SEED


def saved(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@given(
    attack=st.sampled_from(sorted(ATTACKS)),
    epsilon=st.floats(1e-6, 10),
    nus=st.lists(st.floats(0, 1), max_size=3),
    eot=st.integers(1, 100),
    target=st.none() | st.integers(0, 999),
    seed=st.integers(0, LARGEST_SEED),
)
def test_a_run_comes_back_from_json_as_it_was(
    attack: str, epsilon: float, nus: list[float], eot: int, target: int | None, seed: int
) -> None:
    goal = "untargeted" if target is None else "targeted"
    spec = RunSpec.model_validate(
        {
            "attack": {"name": attack},
            "defense": [{"name": "rnd", "nu": nu} for nu in nus],
            "threat": {"epsilon": epsilon, "eot": eot, "goal": goal},
            "target": target,
            "seed": seed,
        }
    )
    assert RunSpec.model_validate(json.loads(json.dumps(spec.model_dump(mode="json")))) == spec
    assert RunSpec.model_validate_json(spec.model_dump_json()) == spec
    assert isinstance(spec.attack, ATTACKS[attack])


def test_the_smallest_ball_with_8_bits_has_one_step() -> None:
    for norm in ("linf", "l2"):
        RunSpec.model_validate({"threat": {"eight_bit": True, "epsilon": 1 / 255, "norm": norm}})


def test_a_spec_is_read_from_its_own_file_and_from_a_result(tmp_path: Path) -> None:
    spec = RunSpec.model_validate({"attack": {"name": "nes", "mu": 0.05}, "seed": 7})
    assert read_spec(saved(tmp_path / "a.json", spec.model_dump(mode="json"))) == spec
    assert read_spec(saved(tmp_path / "b.json", {"spec": spec.model_dump(mode="json"), "outcome": {}})) == spec
    assert read_spec(saved(tmp_path / "c.json", {})) == RunSpec()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"attack": {"name": "sqare"}}, "attack"),
        ({"attack": {"name": "nes", "samples": 7}}, r"attack\.nes\.samples.*multiple of 2"),
        ({"threat": {"budget": 0}}, r"threat\.budget.*greater than or equal to 1"),
        ({"threat": {"epsilom": 0.1}}, r"threat\.epsilom"),
        ({"defense": [{"name": "rnd", "nu": 2}]}, r"defense\.0\.rnd\.nu"),
        ({"target": 3}, "targeted attack needs a target class"),
        ({"threat": {"goal": "targeted"}}, "targeted attack needs a target class"),
        ({"attack": {"name": "eco"}, "threat": {"norm": "l2"}}, "not defined for ℓ2"),
        ({"threat": {"eight_bit": True, "epsilon": 0.0039}}, "no other image lies within ε = 0.0039"),
        ({"threat": {"budget": 5, "eot": 10}}, "asks 1 query, each 10 times: a budget of 5 pays for none"),
        ({"attack": {"name": "zs"}, "threat": {"budget": 30}}, "asks 31 queries: a budget of 30 pays for none"),
        ({"seed": -1, "label": -2}, r"label.*seed"),
        ({"seed": 2**60}, r"seed: .*less than or equal to 9007199254740992"),  # the window would show another one
    ],
)
def test_a_wrong_spec_names_what_is_wrong(tmp_path: Path, wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError) as caught:
        RunSpec.model_validate(wrong)
    assert "\n" not in explain(caught.value)
    with pytest.raises(LabError, match=rf"a\.json is not a run: .*{words}"):
        read_spec(saved(tmp_path / "a.json", wrong))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "cannot be read"),
        (b"", "cannot be read"),
        (b"\xff\xfe{}", "cannot be read"),
        (b"[1, 2]", "is not a run: it holds no JSON object"),
        (b'"spec"', "is not a run: it holds no JSON object"),
    ],
)
def test_what_is_no_json_object_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(LabError, match=rf"a\.json {words}"):
        read_spec(tmp_path / "a.json")


def test_a_missing_spec_or_a_folder_cannot_be_read(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        with pytest.raises(LabError, match="cannot be read"):
            read_spec(path)
