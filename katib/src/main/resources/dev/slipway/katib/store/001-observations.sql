-- What trials reported, for SQLite and PostgreSQL alike. Times are microseconds since 1970.
CREATE TABLE observation_logs (
  namespace TEXT NOT NULL,
  trial_name TEXT NOT NULL,
  id BIGINT NOT NULL,
  time BIGINT NOT NULL,
  metric_name TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (namespace, trial_name, id)) /*clustered*/;
CREATE INDEX observation_logs_by_trial ON observation_logs (trial_name);
-- How far a source of reports has been read: written together with what it gave.
CREATE TABLE collected (
  namespace TEXT NOT NULL,
  trial_name TEXT NOT NULL,
  source TEXT NOT NULL,
  position TEXT NOT NULL,
  PRIMARY KEY (namespace, trial_name, source)) /*clustered*/;
-- Trials whose stopping rules held.
CREATE TABLE stopped_trials (
  namespace TEXT NOT NULL,
  trial_name TEXT NOT NULL,
  PRIMARY KEY (namespace, trial_name)) /*clustered*/;
