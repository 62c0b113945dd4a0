/**
 * Finds what is forgotten, and recordings whose files are not complete yet, without looking at every row.
 */
export const forgetting = `
  CREATE INDEX contacts_by_contact ON contacts (contact, user);
  CREATE INDEX marks_by_conversation ON marks (conversation);
  CREATE INDEX files_by_conversation ON files (conversation) WHERE conversation IS NOT NULL;
  CREATE INDEX conversations_by_activity ON conversations (active_at) WHERE kind <> 'room';
  CREATE INDEX recordings_by_completeness ON recordings (json_extract(state, '$.isComplete'), started_at);
`;
