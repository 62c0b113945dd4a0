/** People as programs make and rename them, and the tokens with which they sign in. */
import { z } from 'zod';
import { serverLimits } from '../limits.ts';
import { isAddress } from '../grants.ts';
import { ApiUser } from './directory.ts';
import { Address, Name } from './shared.ts';
import { GrantsClaim } from './tokens.ts';

export const NewAddress = Address.refine(
  isAddress,
  'is no address: lower-case letters, digits and .-_ only, beginning and ending with a letter or digit',
);

export const UserPutting = z.strictObject({ name: Name }).describe('How somebody is called.');
export const PutUser = z.object({
  user: ApiUser,
  link: z
    .string()
    .optional()
    .describe('Of somebody new, where people have accounts: by it they choose a password and sign in. It is not shown again.'),
});

export const TokenCreation = z
  .strictObject({
    user: NewAddress.describe('Whom it is for; whoever is new comes into being with it.'),
    name: Name.optional().describe('The name that others see. Without it the person chooses one.'),
    grants: GrantsClaim.optional(),
    ttl: z
      .int()
      .min(1)
      .max(serverLimits.tokenLifetimeMs / 1_000)
      .optional()
      .describe('Seconds; default: 600.'),
  })
  .describe('Whom a token is for, and what it allows.');
export const CreatedToken = z.object({
  token: z.string().describe('For the page of this person, and nobody else.'),
  id: z.string().describe('By which it is revoked.'),
  expiresAt: z.number().describe('Milliseconds since the Unix epoch.'),
});

/** Somebody, and for a new account the link by which they choose a password. */
export type PutUser = z.infer<typeof PutUser>;
/** Whom a token is for, and what it allows. */
export type TokenCreation = z.infer<typeof TokenCreation>;
/** A token with which somebody signs in. */
export type CreatedToken = z.infer<typeof CreatedToken>;
