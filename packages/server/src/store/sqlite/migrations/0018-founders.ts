/**
 * Who was named a host as a meeting was made, in its state (StandingMeeting of packages/core/src/meeting/types.ts): of those that there are,
 * whoever has made them, and where a program has, all who are hosts.
 */
export const founders = `
  UPDATE meetings SET state = json_set(state, '$.founders', CASE
    WHEN json_extract(state, '$.by.address') IS NULL THEN json(json_extract(state, '$.hosts'))
    ELSE json_array(json_extract(state, '$.by.address'))
  END);
`;
