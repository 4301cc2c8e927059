-- +goose Up

-- Filters that few entries may pass, so that a page does not walk through a million others to find them. Each is an
-- index of its own for one word: SQLite would else hop through the words of an index where it should follow the time.
CREATE INDEX log_entry_pull ON log_entry (occurred_at, id) WHERE mode = 'pull';
CREATE INDEX log_entry_push ON log_entry (occurred_at, id) WHERE mode = 'push';
CREATE INDEX log_entry_login ON log_entry (occurred_at, id) WHERE mode = 'login';
CREATE INDEX log_entry_register ON log_entry (occurred_at, id) WHERE mode = 'register';
CREATE INDEX log_entry_no_mode ON log_entry (occurred_at, id) WHERE mode = 'none';
CREATE INDEX log_entry_incoming ON log_entry (occurred_at, id) WHERE transmission = 'incoming';
CREATE INDEX log_entry_outgoing ON log_entry (occurred_at, id) WHERE transmission = 'outgoing';
CREATE INDEX log_entry_no_transmission ON log_entry (occurred_at, id) WHERE transmission = 'none';
CREATE INDEX log_entry_warning ON log_entry (occurred_at, id) WHERE result = 'warning';
CREATE INDEX log_entry_error ON log_entry (occurred_at, id) WHERE result = 'error';
CREATE INDEX log_entry_fatal ON log_entry (occurred_at, id) WHERE result = 'fatal';
CREATE INDEX log_entry_remote ON log_entry (occurred_at, id) WHERE remote_error;

-- +goose Down
DROP INDEX log_entry_remote;
DROP INDEX log_entry_fatal;
DROP INDEX log_entry_error;
DROP INDEX log_entry_warning;
DROP INDEX log_entry_no_transmission;
DROP INDEX log_entry_outgoing;
DROP INDEX log_entry_incoming;
DROP INDEX log_entry_no_mode;
DROP INDEX log_entry_register;
DROP INDEX log_entry_login;
DROP INDEX log_entry_push;
DROP INDEX log_entry_pull;
