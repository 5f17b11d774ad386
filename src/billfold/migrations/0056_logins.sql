-- A user name means the same login whatever the case of its letters: logins and memberships keep a name's key (the
-- name with A to Z in lower case, as identity/login_names.py makes it), users keep the name as it was given beside it.
-- Two logins that differ only in case may be two people with two passwords, and so may two users of one organization:
-- neither may lose access or get the other's. They keep their own spelling as their key, and whoever signs in by just
-- that spelling finds them, as before (`store.login_of`).
ALTER TABLE users ADD COLUMN login TEXT NOT NULL DEFAULT '';
UPDATE users SET login = username;
UPDATE users SET login = lower(username) WHERE lower(username) NOT IN (
    SELECT lower(username) FROM logins GROUP BY lower(username) HAVING COUNT(*) > 1
    UNION SELECT lower(username) FROM users GROUP BY organization_id, lower(username) HAVING COUNT(*) > 1
);
UPDATE logins SET username = lower(username) WHERE lower(username) NOT IN (
    SELECT lower(username) FROM logins GROUP BY lower(username) HAVING COUNT(*) > 1
    UNION SELECT lower(username) FROM users GROUP BY organization_id, lower(username) HAVING COUNT(*) > 1
);
DELETE FROM memberships;
INSERT INTO memberships (username, organization_id) SELECT login, organization_id FROM users;
ALTER TABLE logins RENAME COLUMN username TO login;
ALTER TABLE memberships RENAME COLUMN username TO login;
CREATE UNIQUE INDEX users_by_login ON users (organization_id, login);
