-- Which rows of the journal came with which file, so that an import can be found and undone as one.
CREATE TABLE import (
    id           INTEGER PRIMARY KEY,
    at           INTEGER NOT NULL,
    uid          INTEGER NOT NULL,             -- of who asked
    files        TEXT    NOT NULL,             -- names, a line break between
    layouts      TEXT    NOT NULL,
    mode         TEXT    NOT NULL CHECK (mode IN ('normal', 'baseline')),
    rows         INTEGER NOT NULL,
    added        INTEGER NOT NULL,
    changed      INTEGER NOT NULL,
    first_seq    INTEGER NOT NULL,             -- of the journal; no row between belongs to anything else
    last_seq     INTEGER NOT NULL CHECK (last_seq >= first_seq),
    undone_at    INTEGER,
    undone_by    INTEGER,                      -- user id
    undone_why   TEXT    NOT NULL
) STRICT;
