-- What searches for few among many runs need. Long values are told apart by their beginning.
CREATE INDEX params_by_value ON params (key, substr(value, 1, 64));
CREATE INDEX tags_by_value ON tags (key, substr(value, 1, 64));
