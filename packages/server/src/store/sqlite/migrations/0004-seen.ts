/** When each device was last connected. */
export const seen = `
  ALTER TABLE devices ADD COLUMN seen_at REAL NOT NULL DEFAULT 0;
  UPDATE devices SET seen_at = created_at;
`;
