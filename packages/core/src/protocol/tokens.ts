/**
 * Tokens that a host application makes for its people: JSON Web Tokens (RFC 7519), signed with HS256, EdDSA, ES256 or RS256. Who
 * holds one signs in with `hello`. Browser code imports only the types of this file.
 */
import { z } from 'zod';
import { isAddress, isDestination } from '../grants.ts';
import { limits, serverLimits, sessionLimits } from '../limits.ts';
import { Name } from './shared.ts';

/** The id of a session, or the beginning of some. */
const sessionPattern = new RegExp(`^[\\w-]{0,${sessionLimits.sessionIdLength}}\\*?$`);

const Seconds = z.number().min(0).max(1e11);

export const GrantsClaim = z
  .strictObject({
    incoming: z.boolean().optional().describe('Calls ring here; default: yes.'),
    outgoing: z
      .union([
        z.boolean(),
        z
          .array(z.string().max(limits.addressLength).refine(isDestination, 'is no address'))
          .max(serverLimits.tokenDestinations),
      ])
      .optional()
      .describe('Whom this person may call: addresses, or beginnings of them such as `support-*`; default: everybody.'),
    sessions: z
      .union([z.boolean(), z.array(z.string().regex(sessionPattern, 'is no session')).max(serverLimits.tokenDestinations)])
      .optional()
      .describe(
        'Which sessions this person may join without the token of a participant: ids, or beginnings of them such as `team-*`; default: all if they may call everybody, none otherwise.',
      ),
    agent: z.boolean().optional().describe('May work in queues; default: no.'),
    admin: z.boolean().optional().describe('May manage users, invitations and tokens; default: no.'),
  })
  .describe('What a token allows. A grant that this server does not know makes the token `token_malformed`.');

export const TokenClaims = z
  .object({
    sub: z
      .string()
      .max(limits.addressLength * 2)
      .refine(isAddress, 'is no address: lower-case letters, digits and .-_ only, beginning and ending with a letter or digit')
      .describe('The address of the person. Whoever is new here comes into being.'),
    name: Name.optional().describe('The name that others see. With it the host application names its people, and they cannot.'),
    aud: z
      .union([z.string(), z.array(z.string())])
      .describe("The server's `tokenAudience`, or a list in which it is; default: `offhook`."),
    iss: z.string().optional().describe("The server's `tokenIssuer`, if it has one."),
    exp: Seconds.describe('When it ends, in seconds since the Unix epoch; at most a day ahead.'),
    nbf: Seconds.optional().describe('When it begins.'),
    iat: Seconds.optional().describe('When it was made: one made before the tokens of its person were revoked is void.'),
    jti: z.string().min(1).max(128).optional().describe('Its own id, by which it can be revoked.'),
    grants: GrantsClaim.optional(),
  })
  .describe('What a token says (RFC 7519 §4.1). Other claims are left aside.');

export type GrantsClaim = z.infer<typeof GrantsClaim>;
export type TokenClaims = z.infer<typeof TokenClaims>;
