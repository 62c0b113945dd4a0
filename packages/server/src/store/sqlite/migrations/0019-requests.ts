/** Requests of programs that may be said again, and were carried out (packages/server/src/ports/requests.ts). */
export const requests = `
  CREATE TABLE requests (id TEXT PRIMARY KEY, digest TEXT NOT NULL, at REAL NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX requests_by_age ON requests (at);
`;
