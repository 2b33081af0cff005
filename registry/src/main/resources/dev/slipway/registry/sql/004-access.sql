-- Who may do what, where access is asked for.
CREATE TABLE users (
  user_id BIGINT NOT NULL PRIMARY KEY,
  username TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  is_admin INTEGER NOT NULL);
CREATE TABLE permissions (
  kind TEXT NOT NULL,
  resource TEXT NOT NULL,
  user_id BIGINT NOT NULL,
  permission TEXT NOT NULL,
  PRIMARY KEY (kind, resource, user_id)) /*clustered*/;
