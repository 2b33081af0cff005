-- Traces with their spans and assessments, evaluation datasets, scorers.
DROP TABLE traces;
CREATE TABLE traces (
  trace_id TEXT NOT NULL PRIMARY KEY,
  experiment_id BIGINT NOT NULL,
  request_time BIGINT NOT NULL,
  execution_duration BIGINT,
  state TEXT NOT NULL,
  client_request_id TEXT NOT NULL,
  request_preview TEXT NOT NULL,
  response_preview TEXT NOT NULL);
CREATE INDEX traces_by_time ON traces (experiment_id, request_time DESC, trace_id);
CREATE TABLE spans (
  trace_id TEXT NOT NULL,
  span_id TEXT NOT NULL,
  parent_id TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  start_nanos BIGINT NOT NULL,
  end_nanos BIGINT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (trace_id, span_id)) /*clustered*/;
CREATE TABLE trace_runs (
  trace_id TEXT NOT NULL,
  run_id TEXT NOT NULL,
  PRIMARY KEY (trace_id, run_id)) /*clustered*/;
CREATE INDEX trace_runs_by_run ON trace_runs (run_id);
CREATE TABLE assessments (
  assessment_id TEXT NOT NULL PRIMARY KEY,
  trace_id TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  valid INTEGER NOT NULL,
  creation_time BIGINT NOT NULL,
  document TEXT NOT NULL);
CREATE INDEX assessments_by_trace ON assessments (trace_id, creation_time, assessment_id);
CREATE TABLE evaluation_datasets (
  dataset_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  dataset_schema TEXT NOT NULL,
  profile TEXT NOT NULL,
  digest TEXT NOT NULL,
  creation_time BIGINT NOT NULL,
  last_update_time BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  last_updated_by TEXT NOT NULL);
CREATE INDEX evaluation_datasets_by_time ON evaluation_datasets (creation_time DESC, dataset_id);
CREATE TABLE evaluation_dataset_tags (
  dataset_id TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (dataset_id, key)) /*clustered*/;
CREATE TABLE evaluation_dataset_experiments (
  dataset_id TEXT NOT NULL,
  experiment_id TEXT NOT NULL,
  PRIMARY KEY (dataset_id, experiment_id)) /*clustered*/;
CREATE TABLE evaluation_dataset_records (
  dataset_id TEXT NOT NULL,
  inputs_hash TEXT NOT NULL,
  record_id TEXT NOT NULL UNIQUE,
  creation_time BIGINT NOT NULL,
  document TEXT NOT NULL,
  PRIMARY KEY (dataset_id, inputs_hash)) /*clustered*/;
CREATE TABLE scorers (
  experiment_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  version BIGINT NOT NULL,
  scorer_id TEXT NOT NULL,
  serialized TEXT NOT NULL,
  creation_time BIGINT NOT NULL,
  PRIMARY KEY (experiment_id, name, version)) /*clustered*/;
