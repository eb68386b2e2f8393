-- What is ready is looked for at one destination after another, so that a long queue at one that is full or given up is
-- not walked for the sake of the others.
DROP INDEX outbox_due;
CREATE INDEX outbox_ready ON outbox (destination, due_at) WHERE settled_at IS NULL;
