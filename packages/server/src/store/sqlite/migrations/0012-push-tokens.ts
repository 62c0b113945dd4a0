/** pushes.jti   the token of a host application that the device has shown last, by its id (RFC 7519 §4.1.7): revoked, it is not pushed to */
export const pushTokens = `
  ALTER TABLE pushes ADD COLUMN jti TEXT;
  CREATE INDEX pushes_by_token ON pushes (jti) WHERE jti IS NOT NULL;
`;
