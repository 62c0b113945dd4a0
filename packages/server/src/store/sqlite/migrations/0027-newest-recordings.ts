/** Finds the newest recordings of all sessions without looking at every row. */
export const newestRecordings = `
  CREATE INDEX recordings_by_start ON recordings (started_at, id);
`;
