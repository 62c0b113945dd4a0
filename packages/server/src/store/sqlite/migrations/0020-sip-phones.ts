/**
 * SIP phones (packages/server/src/ports/sip-phones.ts): what devices sign in with that are phones, and gone with them.
 *
 * sip_phones.md5 and .sha256  H(A1) (RFC 7616 §3.4.2)
 * sip_phones.bindings         where it was reached when that was stored last, as JSON; null: nowhere
 */
export const sipPhones = `
  CREATE TABLE sip_phones (
    device TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    md5 TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bindings TEXT,
    created_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER sip_phones_go AFTER DELETE ON devices BEGIN DELETE FROM sip_phones WHERE device = OLD.id; END;
`;
