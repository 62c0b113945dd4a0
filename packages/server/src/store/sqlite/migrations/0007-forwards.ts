/** How a call came to its two people and where it led, as JSON; null where one just called the other. */
export const forwards = `
  ALTER TABLE records ADD COLUMN course TEXT;
`;
