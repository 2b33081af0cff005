-- The highest number that a version of a model had when it was deleted: numbers are given once.
ALTER TABLE registered_models ADD COLUMN last_deleted BIGINT NOT NULL DEFAULT 0;
