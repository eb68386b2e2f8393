-- The program keeps `outbox_count` itself. A trigger makes SQLite keep, for each statement that it watches, a journal of
-- all pages that the statement changes.
DROP TRIGGER outbox_counts_in;
DROP TRIGGER outbox_counts_out;
DROP TRIGGER outbox_counts_move_out;
DROP TRIGGER outbox_counts_move_in;
