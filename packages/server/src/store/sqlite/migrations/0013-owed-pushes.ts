/**
 * Devices that have yet to hear that a call rings there no longer: stored with its end, and gone once they were told.
 *
 * owed_pushes.notice   JSON: RingNotice of packages/core/src/call/types.ts
 */
export const owedPushes = `
  CREATE TABLE owed_pushes (
    device TEXT NOT NULL,
    call TEXT NOT NULL,
    user TEXT NOT NULL,
    notice TEXT NOT NULL,
    PRIMARY KEY (device, call)
  ) STRICT, WITHOUT ROWID;
`;
