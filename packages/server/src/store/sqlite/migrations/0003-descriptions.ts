/**
 * The description of a live call (its offer, later its answer) stands beside its JSON, as it is: escaping the ends of its lines
 * took longer than all the rest of the state. Calls stored before have it in their JSON.
 */
export const descriptions = `
  ALTER TABLE calls ADD COLUMN sdp TEXT;
`;
