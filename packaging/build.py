"""Make dist/rnd-lab: a folder with the lab and a Python of its own, for this operating system.

    python3 packaging/build.py

Builds in an environment of its own (build/packaging), then starts the result and plays a short demo with it.
"""

import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / "build" / "packaging"
APPLICATION = ROOT / "dist" / "rnd-lab"
WINDOWS = sys.platform == "win32"


def main() -> None:
    started = time.monotonic()
    programs = ENVIRONMENT / ("Scripts" if WINDOWS else "bin")
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    run(programs / "python", "-m", "pip", "install", "--quiet", "-c", "constraints.txt", ".[package]")
    work = ROOT / "build" / "pyinstaller"
    spec = ROOT / "packaging" / "rnd-lab.spec"
    run(programs / "pyinstaller", "--noconfirm", "--distpath", APPLICATION.parent, "--workpath", work, spec)
    check(APPLICATION / ("rnd-lab.exe" if WINDOWS else "rnd-lab"))
    size = sum(path.stat().st_size for path in APPLICATION.rglob("*") if path.is_file() and not path.is_symlink())
    print(f"{APPLICATION}: {size / 1e6:.0f} MB, in {time.monotonic() - started:.0f} s")


def check(program: Path) -> None:
    """Start the program as a user would who has no Python, from a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        plain = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        run(program, "--version", cwd=folder, env=plain)
        run(program, "list", cwd=folder, env=plain, stdout=subprocess.DEVNULL)
        run(program, "demo", "--budget", "60", "--save", "saved", cwd=folder, env=plain)
        for name in ("result.json", "defended.png", "undefended.png"):
            if not (Path(folder) / "saved" / name).stat().st_size:
                sys.exit(f"The demo saved an empty {name}")


def run(*words: object, cwd: str | Path = ROOT, **settings: object) -> None:
    subprocess.run([str(word) for word in words], cwd=cwd, check=True, **settings)


if __name__ == "__main__":
    main()
