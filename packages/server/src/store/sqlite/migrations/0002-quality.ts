/** What the two sides of a call have heard, as JSON; null where neither has said so. */
export const quality = `
  ALTER TABLE records ADD COLUMN quality TEXT;
`;
