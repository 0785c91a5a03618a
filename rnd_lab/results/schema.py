"""The tables of a results file, and how an older file becomes a newer one."""

MIGRATIONS: tuple[str, ...] = (
    """
    CREATE TABLE evaluation (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        spec TEXT NOT NULL,
        digest TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        deleted INTEGER NOT NULL DEFAULT 0
    );
    CREATE TABLE cell (
        id INTEGER PRIMARY KEY,
        digest TEXT NOT NULL UNIQUE,
        spec TEXT NOT NULL,
        planned INTEGER,
        model_digest TEXT,
        data_digest TEXT,
        labels TEXT,
        message TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE membership (
        evaluation INTEGER NOT NULL REFERENCES evaluation ON DELETE CASCADE,
        cell INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
        position INTEGER NOT NULL,
        title TEXT NOT NULL,
        PRIMARY KEY (evaluation, cell)
    );
    CREATE TABLE provenance (
        id INTEGER PRIMARY KEY,
        versions TEXT NOT NULL UNIQUE
    );
    CREATE TABLE game (
        cell INTEGER NOT NULL REFERENCES cell ON DELETE CASCADE,
        image INTEGER NOT NULL,
        name TEXT NOT NULL,
        label INTEGER NOT NULL,
        target INTEGER,
        status TEXT NOT NULL,
        message TEXT NOT NULL,
        first_hit INTEGER, vote INTEGER, mean INTEGER, noise_free INTEGER,
        first_hit_at INTEGER,
        probe INTEGER NOT NULL, repeat INTEGER NOT NULL, judge INTEGER NOT NULL, monitor INTEGER NOT NULL,
        published INTEGER NOT NULL,
        controls INTEGER NOT NULL, control_hit INTEGER,
        linf REAL, l2 REAL, told_margin REAL, margin REAL, prediction INTEGER,
        decisions INTEGER NOT NULL, flips INTEGER NOT NULL,
        seconds REAL NOT NULL, device TEXT NOT NULL,
        played_with INTEGER NOT NULL REFERENCES provenance,
        finished TEXT NOT NULL,
        PRIMARY KEY (cell, image)
    ) WITHOUT ROWID;
    CREATE TABLE picture (
        cell INTEGER NOT NULL,
        image INTEGER NOT NULL,
        curve BLOB NOT NULL,
        adversarial BLOB NOT NULL,
        PRIMARY KEY (cell, image),
        FOREIGN KEY (cell, image) REFERENCES game ON DELETE CASCADE
    );
    """,
    "ALTER TABLE game ADD COLUMN flagged INTEGER;",
)
"""Script n brings a file from version n to n + 1. Scripts are only ever added."""

VERSION = len(MIGRATIONS)
