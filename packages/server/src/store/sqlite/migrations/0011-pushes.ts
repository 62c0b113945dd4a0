/**
 * How devices are reached that have no page open (packages/server/src/ports/push.ts): one a device, and gone with it.
 *
 * pushes.endpoint          a URL, or the token by which the provider knows the device
 * pushes.p256dh and .auth  the keys of Web Push (RFC 8291 §3)
 */
export const pushes = `
  CREATE TABLE pushes (
    device TEXT PRIMARY KEY,
    user TEXT NOT NULL,
    provider TEXT NOT NULL,
    endpoint TEXT NOT NULL,
    p256dh TEXT,
    auth TEXT,
    language TEXT,
    at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX pushes_by_user ON pushes (user, device);
  CREATE TRIGGER pushes_go AFTER DELETE ON devices BEGIN DELETE FROM pushes WHERE device = OLD.id; END;
`;
