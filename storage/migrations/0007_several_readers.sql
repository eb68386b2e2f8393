-- Who share a role read a message each: what came of every one of them counts.
CREATE TABLE further_message (
    notice INTEGER NOT NULL REFERENCES notice (id),
    outbox INTEGER NOT NULL REFERENCES outbox (id),   -- beside the one that the notice itself names
    PRIMARY KEY (notice, outbox)
) STRICT, WITHOUT ROWID;
CREATE INDEX further_message_outbox ON further_message (outbox);

-- What is open is listed by number without a look at what was.
DROP INDEX alert_force;
CREATE INDEX alert_force ON alert (force, id) WHERE closed_at IS NULL;
CREATE INDEX alert_number ON alert (id) WHERE closed_at IS NULL;
