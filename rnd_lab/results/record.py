"""What is kept of one game."""

import zlib
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

GameStatus = Literal["success", "failure", "misclassified", "error"]
"""``misclassified``: the model that decides got the clean image wrong (published rule: such games leave the rate);
``error``: the game could not be played, and its message says why."""


@dataclass(frozen=True)
class Curve:
    """The course of a game: what the attacker was told, and the truth where the lab looked; float32 [k, 2].

    The first column counts probes, the second has the loss. Long games are thinned.
    """

    told: Floats
    true: Floats

    def pack(self) -> bytes:
        """Both, compressed."""
        head = np.array([len(self.told)], np.int32).tobytes()
        return zlib.compress(head + self.told.tobytes() + self.true.tobytes())

    @classmethod
    def unpack(cls, data: bytes) -> "Curve":
        """What :meth:`pack` made."""
        plain = zlib.decompress(data)
        count = int(np.frombuffer(plain[:4], np.int32)[0])
        values = np.frombuffer(plain[4:], np.float32).reshape(-1, 2)
        return cls(values[:count], values[count:])


def pack_image(image: Floats) -> bytes:
    """An image float32 [c, h, w], compressed; exact."""
    return zlib.compress(np.array(image.shape, np.int32).tobytes() + np.ascontiguousarray(image).tobytes(), 6)


def unpack_image(data: bytes) -> Floats:
    """What :func:`pack_image` made."""
    plain = zlib.decompress(data)
    shape = np.frombuffer(plain[:12], np.int32)
    return np.frombuffer(plain[12:], np.float32).reshape(tuple(shape))


@dataclass(frozen=True)
class GameRecord:
    """The outcome of one game on image number ``image`` of the data set.

    Verdicts are True where that criterion calls the final image a success, None where the game could not be played.
    ``first_hit_at`` counts paid queries. Queries are split by purpose; ``published`` counts as the published evaluation
    of the attack does. ``controls`` says how often the clean image was asked for the null control, answers that an
    earlier game had got already among them, and ``control_hit`` whether any of them was a hit. Norms are in pixel
    units; ``told_margin`` is the margin of one defended answer to the final image and ``margin`` the noise-free one.
    ``flagged`` counts the paid queries that a stateful defense found suspicious; None in older files.
    """

    image: int
    name: str
    label: int
    target: int | None
    status: GameStatus
    message: str = ""
    first_hit: bool | None = None
    vote: bool | None = None
    mean: bool | None = None
    noise_free: bool | None = None
    first_hit_at: int | None = None
    probe: int = 0
    repeat: int = 0
    judge: int = 0
    monitor: int = 0
    published: int = 0
    controls: int = 0
    control_hit: bool | None = None
    linf: float | None = None
    l2: float | None = None
    told_margin: float | None = None
    margin: float | None = None
    prediction: int | None = None
    decisions: int = 0
    flips: int = 0
    flagged: int | None = None
    seconds: float = 0.0
    device: str = "cpu"

    @property
    def paid(self) -> int:
        """Queries charged to the budget."""
        return self.probe + self.repeat

    @property
    def strict(self) -> int:
        """Every forward of the game, the lab's own included, without the null control."""
        return self.probe + self.repeat + self.judge + self.monitor


@dataclass(frozen=True)
class Played:
    """A game as it goes to the database: its record, and what is too large to read with every table."""

    record: GameRecord
    curve: bytes = b""
    adversarial: bytes = b""
