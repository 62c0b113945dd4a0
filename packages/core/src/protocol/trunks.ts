/** Trunks to carriers and PBXs, and which telephone numbers may be called. Browser code imports only the types. */
import { z } from 'zod';
import { trunkLimits } from '../trunk-limits.ts';
import { PageSize, Place } from './events.ts';
import { Name, number, text } from './shared.ts';

const When = z.number().describe('Milliseconds since the Unix epoch.');

export const TelephoneNumber = z
  .string()
  .regex(/^\+[1-9]\d{1,14}$/, 'must be a number as E.164 writes it, such as +493012345')
  .describe('A telephone number as E.164 writes it: `+`, the country, and the rest, without anything between.');

export const TrunkId = z
  .string()
  .regex(/^[\w-]{16,64}$/)
  .describe('A trunk.');

const Host = z
  .string()
  .max(253)
  .regex(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])$/,
    'must be a name, an IPv4 address, or an IPv6 address in [ ]',
  );
const HostPort = z
  .string()
  .max(260)
  .regex(
    /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]))?$/,
    'must be a host, with a port from 1 to 65535 behind it or without',
  );
/** What stands in a user part and in a digest as it is. */
const Username = z
  .string()
  .max(trunkLimits.usernameLength)
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must be visible ASCII characters without " and \\');
const Password = text(trunkLimits.passwordLength).regex(/^\P{Cc}+$/u, 'must not have control characters');
const Prefix = z
  .string()
  .regex(/^\+\d{0,15}$/, 'must be + and the first digits of numbers')
  .describe('The first digits of numbers as E.164 writes them; `+` alone: all.');

export const TrunkCodec = z.enum(['opus', 'G722', 'PCMU', 'PCMA']);
export const TrunkNumbers = z
  .strictObject({
    format: z
      .enum(['plus', 'digits', 'national'])
      .describe(
        '`plus`: +493012345, `digits`: 493012345, `national`: 03012345 within the country of the server, else with its 00.',
      ),
    prefix: z
      .string()
      .regex(/^[\d*#]{0,8}$/)
      .optional()
      .describe('What is dialled before each number that goes out, such as 0.'),
  })
  .describe('How numbers are written towards the trunk, and read from it. A number with `+` is understood in any case.');
const Addresses = z
  .array(z.string().max(64))
  .max(trunkLimits.addresses)
  .describe(
    'IP addresses and networks such as `192.0.2.0/28` from which its calls come in, without being asked for a password.',
  );

const Today = z
  .object({ minutes: z.number(), spent: z.number() })
  .describe('What calls that went out have used since midnight (UTC).');
export const Caps = z
  .strictObject({
    channels: number(1, 100_000).optional().describe('Calls at once.'),
    callsPerSecond: z.number().min(0.01).max(1_000).optional().describe('Calls that begin, in the long run.'),
    minutesPerDay: number(0, 10_000_000).optional().describe('Of calls that go out. Those that go on then end.'),
    spendPerDay: z
      .number()
      .min(0)
      .max(1e12)
      .optional()
      .describe('In the smallest unit of the currency, by `rates`; likewise. Numbers without a rate are refused then.'),
  })
  .describe('How much at most. A day is one of UTC. Without a cap there is none; a trunk of which nothing is said has some.');
export const Rate = z
  .strictObject({
    prefix: Prefix,
    perMinute: z
      .number()
      .min(0)
      .max(1e9)
      .describe('Of each minute that begins, in the smallest unit of the currency, or parts of it.'),
  })
  .describe('The longest prefix that a number begins with holds.');

const settings = {
  name: Name.describe('What its operator calls it.'),
  enabled: z.boolean().describe('Calls come and go by it.'),
  host: Host.describe('Where calls go out to: a name, of which DNS says the servers (RFC 3263), or an address.'),
  port: number(1, 65_535).optional().describe('If DNS is not to be asked for it.'),
  transport: z
    .enum(['udp', 'tcp', 'tls'])
    .describe('By which calls go out. With `tls`, calls from its addresses are taken by TLS alone.'),
  proxy: HostPort.optional().describe('Where requests are sent to instead, on their way to `host` (an outbound proxy).'),
  register: z
    .boolean()
    .describe(
      'We register there (RFC 3261 §10), with `username` and its password, so that calls come in at the address that we say.',
    ),
  watchSeconds: number(0, 3_600).describe('How often it is asked whether it is there (OPTIONS); 0: never.'),
  outgoing: z.boolean().describe('Calls go out by it.'),
  priority: number(0, 65_535).describe('Those with the lowest are tried first.'),
  weight: number(0, 65_535).describe(
    'Of those with one priority, how often this one is tried first, beside the weights of the others.',
  ),
  username: Username.optional().describe('Who we are there, where we are asked.'),
  domain: Host.optional().describe('The host part of our address there; `host`, if nothing is said.'),
  number: TelephoneNumber.optional().describe(
    'As which those call by it who have none of their own; also called, where a call says none.',
  ),
  numbers: TrunkNumbers,
  trusted: z.boolean().describe('Who calls is believed as it asserts it, and asserted to it (P-Asserted-Identity, RFC 3325).'),
  codecs: z.array(TrunkCodec).min(1).max(4).describe('Those that are offered and taken, the best first.'),
  transfers: z
    .boolean()
    .optional()
    .describe('Who is at the other end may lead calls on to people here (REFER, RFC 3515). Not if nothing is said.'),
  srtp: z
    .enum(['off', 'offered', 'required'])
    .describe(
      'Whether media is encrypted (SDES, RFC 4568). `required`: calls without it fail. The keys are as secret as `transport`.',
    ),
  caps: Caps,
  rates: z.array(Rate).max(trunkLimits.rates).optional().describe('What its carrier takes, before the `rates` for all.'),
} as const;
const incoming = {
  addresses: Addresses,
  username: Username.optional().describe('With which it signs in, where its calls come from other addresses.'),
} as const;
const secret = Password.optional().describe('Never shown.');

export const TrunkIncoming = z
  .object({ ...incoming, hasPassword: z.boolean().describe('One was set.') })
  .describe('Whose calls are those of the trunk. Without addresses and user name none comes in.');

export const Trunk = z
  .object({
    trunk: TrunkId,
    ...settings,
    hasPassword: z.boolean().describe('One was set for `username`.'),
    incoming: TrunkIncoming,
    createdAt: When,
    calls: z.int().describe('At the moment.'),
    today: Today,
    registration: z
      .object({
        state: z.enum(['registering', 'registered', 'failed']).describe('`failed`: it is tried again by itself.'),
        status: z.int().optional().describe('With which it was refused.'),
      })
      .optional(),
    health: z.enum(['unknown', 'up', 'down']).describe('`down`: nobody answers there; calls go by other trunks meanwhile.'),
  })
  .describe('A trunk: the way to a carrier or a PBX, and from it.');

export const TrunkIncomingSetting = z
  .strictObject({
    addresses: Addresses.default([]),
    username: Username.optional(),
    password: Password.optional().describe(
      `At least ${trunkLimits.incomingPasswordLength} characters, by chance: whoever has it calls from anywhere. Never shown.`,
    ),
  })
  .describe('Replaces what was said before as a whole, but for a password that is not said again for the same user name.');

/** As it is when nothing is said. */
export const TrunkCreation = z
  .strictObject({
    ...settings,
    enabled: settings.enabled.default(true),
    transport: settings.transport.default('udp'),
    register: settings.register.default(false),
    watchSeconds: settings.watchSeconds.default(60),
    outgoing: settings.outgoing.default(true),
    priority: settings.priority.default(10),
    weight: settings.weight.default(10),
    numbers: settings.numbers.default({ format: 'plus' }),
    trusted: settings.trusted.default(false),
    codecs: settings.codecs.default(['opus', 'G722', 'PCMA', 'PCMU']),
    srtp: settings.srtp.default('off'),
    caps: settings.caps.default(trunkLimits.caps),
    password: secret,
    incoming: TrunkIncomingSetting.optional(),
  })
  .describe('A trunk that is to be made.');

const nothing = ['port', 'proxy', 'username', 'domain', 'number', 'rates'] as const;
export const TrunkChange = z
  .strictObject({
    ...settings,
    ...(Object.fromEntries(nothing.map((name) => [name, settings[name].nullable()])) as {
      [N in (typeof nothing)[number]]: z.ZodNullable<(typeof settings)[N]>;
    }),
    password: Password.nullable().describe('Never shown.'),
    incoming: TrunkIncomingSetting,
  })
  .partial()
  .describe('What is otherwise from now on; `null`: it has none any more.');

export const OneTrunk = z.object({ trunk: Trunk });
export const TrunkQuery = z.strictObject({ after: Place.optional(), limit: PageSize.optional() });
export const TrunkList = z.object({
  trunks: z.array(Trunk),
  next: z.string().optional().describe('For `after`; absent: these are all.'),
});

// ── what may be called ──────────────────────────────────────────────────────────────────────────────────────────────

export const OutgoingRule = z
  .strictObject({
    prefix: Prefix,
    allow: z.boolean(),
    international: z
      .literal(true)
      .optional()
      .describe('Also in other countries than that of the server. Without it, a rule that allows is for that one alone.'),
    premium: z.literal(true).optional().describe('Also numbers that cost more for what is offered there.'),
  })
  .describe('Of all rules that a number begins with, the longest prefix holds.');
const Rules = z
  .array(OutgoingRule)
  .max(trunkLimits.rules)
  .describe(
    'Without a rule nothing may be called. Of those with one prefix, that of the person goes before that of the role and of all.',
  );

export const OutgoingSettings = z
  .strictObject({
    rules: Rules.default([]),
    roles: z
      .strictObject({ admin: Rules.optional(), member: Rules.optional(), guest: Rules.optional() })
      .default({})
      .describe('Rules for those who have this role, where people have accounts here.'),
    emergency: z
      .strictObject({
        trunk: TrunkId.optional().describe('By which emergency numbers are called; without it they are refused.'),
        numbers: z
          .array(z.string().regex(/^\d{2,6}$/))
          .max(20)
          .default([])
          .describe('Further ones, beside those of the country.'),
      })
      .default({ numbers: [] }),
    userCaps: Caps.default({ channels: 4, callsPerSecond: 1 }).describe('What each may use.'),
    rates: z.array(Rate).max(trunkLimits.rates).default([]),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('EUR')
      .describe('ISO 4217.'),
  })
  .describe('Who may call which telephone numbers. It replaces what was said before as a whole.');

export const UserOutgoing = z
  .strictObject({
    rules: Rules.default([]),
    number: TelephoneNumber.optional().describe('As which they call. Without it, as that of the trunk.'),
    caps: Caps.optional().describe('Instead of those for all, one by one.'),
    withheld: z.boolean().default(false).describe('Who is called is not told who calls (RFC 3323).'),
  })
  .describe('What somebody may call beside what all may, and as whom. It replaces what was said before as a whole.');

export const UserOutgoingView = z
  .object({ ...UserOutgoing.shape, calls: z.int().describe('Calls to telephone numbers, at the moment.'), today: Today })
  .describe('What somebody may call beside what all may, as whom, and what they have used.');

/** A trunk: the way to a carrier or a PBX, and from it. */
export type Trunk = z.infer<typeof Trunk>;
/** What is said of a trunk that is to be made. */
export type TrunkCreation = z.input<typeof TrunkCreation>;
/** What is otherwise from now on. */
export type TrunkChange = z.input<typeof TrunkChange>;
/** A codec for the sound of calls. */
export type TrunkCodec = z.infer<typeof TrunkCodec>;
/** How numbers are written towards a trunk, and read from it. */
export type TrunkNumbers = z.infer<typeof TrunkNumbers>;
/** Trunks, oldest first; `next`: there are more. */
export type TrunkList = z.infer<typeof TrunkList>;
/** How much at most. */
export type Caps = z.infer<typeof Caps>;
/** What a minute costs. */
export type Rate = z.infer<typeof Rate>;
/** A rule of what may be called. */
export type OutgoingRule = z.infer<typeof OutgoingRule>;
/** Who may call which telephone numbers. */
export type OutgoingSettings = z.infer<typeof OutgoingSettings>;
/** What is said of who may call which telephone numbers. */
export type OutgoingSetting = z.input<typeof OutgoingSettings>;
/** What somebody may call, and as whom. */
export type UserOutgoing = z.infer<typeof UserOutgoing>;
/** What somebody may call, as whom, and what they have used. */
export type UserOutgoingView = z.infer<typeof UserOutgoingView>;
/** What is said of what somebody may call, and as whom. */
export type UserOutgoingSetting = z.input<typeof UserOutgoing>;
