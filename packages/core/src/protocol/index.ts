/** The schemas of everything on the wire, for those who must check what they receive. Not for browsers: zod is large. */
export * from './signaling.ts';
export * from './resources.ts';
export * from './events.ts';
export * from './rtp.ts';
export * from './directory.ts';
export * from './call-control.ts';
export * from './tokens.ts';
export * from './people-api.ts';
export * from './messages-api.ts';
export * from './trunks.ts';
export * from './numbers.ts';
export * from './telephones.ts';
export * from './webhooks.ts';
