/** invites.whose   the account whose password the link renews; absent for links that make an account */
export const passwordLinks = 'ALTER TABLE invites ADD COLUMN whose TEXT';
