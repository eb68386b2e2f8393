-- Test messages that were refused are no alerts: health does not count them.
CREATE INDEX outbox_refused_test ON outbox (id) WHERE state = 'dead' AND substr(order_key, 1, 5) = 'test:';
