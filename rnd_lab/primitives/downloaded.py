"""Get a file over the network, showing progress."""

import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

CHUNK = 1 << 16
TIMEOUT = 30.0  # seconds without a byte


@contextmanager
def downloaded(url: str, folder: Path, progress: Callable[[int, int], None]) -> Iterator[Path]:
    """Copy what ``url`` names to a passing file in ``folder``, which is made; move it away to keep it.

    ``progress`` is told the bytes done and in all (0 where unknown); an exception that it raises stops the download.
    Whatever happens, the passing file is gone afterwards.

    Raises OSError or HTTPException where it cannot be fetched or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with urllib.request.urlopen(url, timeout=TIMEOUT) as response:
        total = int(response.headers.get("Content-Length") or 0)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            path = Path(part.name)
            try:
                done = 0
                while chunk := response.read(CHUNK):
                    part.write(chunk)
                    done += len(chunk)
                    progress(done, total)
                part.close()
                yield path
            finally:
                part.close()
                path.unlink(missing_ok=True)
