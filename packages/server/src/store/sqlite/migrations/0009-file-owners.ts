/** How much room the files of somebody take is looked up at each upload. */
export const fileOwners = `
  CREATE INDEX files_by_owner ON files (owner, bytes);
`;
