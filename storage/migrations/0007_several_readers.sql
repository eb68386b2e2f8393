-- Who share a role read a message each: what came of every one of them counts.
CREATE TABLE further_message (
    notice INTEGER NOT NULL REFERENCES notice (id),
    outbox INTEGER NOT NULL REFERENCES outbox (id),   -- beside the one that the notice itself names
    PRIMARY KEY (notice, outbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX further_message_outbox ON further_message (outbox);
