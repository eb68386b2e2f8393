-- How each feed of the configuration fares, and what of it was read. Outside the journal.
CREATE TABLE feed (
    name          TEXT    NOT NULL PRIMARY KEY,
    url           TEXT    NOT NULL,     -- that the rest is about; another one begins anew
    next_at       INTEGER NOT NULL,     -- not before then
    tried_at      INTEGER,              -- handed out to a courier
    fetched_at    INTEGER,              -- last good answer
    heard_at      INTEGER,              -- last item that was new
    heard_title   TEXT    NOT NULL,
    etag          TEXT    NOT NULL,     -- of what was read last
    last_modified TEXT    NOT NULL,
    failures      INTEGER NOT NULL,     -- in a row
    error         TEXT    NOT NULL      -- of the last try; '': it went well
) STRICT;
CREATE TABLE feed_item (
    feed    TEXT    NOT NULL REFERENCES feed (name) ON DELETE CASCADE,
    item    TEXT    NOT NULL,           -- guid or address
    digest  BLOB    NOT NULL,           -- of its title and text: an item that was changed is read again
    seen_at INTEGER NOT NULL,           -- last in the feed
    PRIMARY KEY (feed, item)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_item_seen ON feed_item (feed, seen_at);
