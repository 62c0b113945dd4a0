/** Every setting of the server: its name, its form, its default. Names in the environment and flags are made from these. */
import { conversationLimits, mediaLimits, serverLimits } from '@offhook/core';
import { isIP } from 'node:net';
import { z } from 'zod';
import { list, onOff, origins, secret, secureUrl, text, url, whole } from './config-forms.ts';
import { apiKeyPattern } from './ports/api-keys.ts';
import { isCountry } from './ports/phone-numbers.ts';
import type { LogLevel } from './log.ts';

/** What the help and `offhook config` need to know beside the form. */
export interface SettingMeta {
  readonly description: string;
  /** What stands for the value in the help; absent for settings that are on or off. */
  readonly argument?: string;
  /** Never printed. */
  readonly secret?: true;
  /** A URL of which the user and password are never printed. */
  readonly hidesUser?: true;
  /** Only in the file. */
  readonly fileOnly?: true;
}

/** Limits that a host may change; what they mean and their defaults are in `limits.ts`. */
const changeable = [
  'messagesPerSecond',
  'messageBurst',
  'invitesPerMinute',
  'inviteBurst',
  'saysPerSecond',
  'sayBurst',
  'searchesPerSecond',
  'searchBurst',
  'fileBytesPerUser',
  'recordingBytes',
  'socketsPerAddress',
  'socketsPerAddressPerSecond',
  'socketBurstPerAddress',
  'claimsPerMinute',
  'claimBurst',
  'scryptLogN',
] as const;
/** How much the others may be, they may; this one a computer has to bear. */
const ranges: Partial<Record<string, [least: number, most: number]>> = {
  scryptLogN: [10, 20],
  fileBytesPerUser: [1, 1_000_000_000_000_000],
  recordingBytes: [1, 1_000_000_000_000_000],
};
export type ChangeableLimits = Record<(typeof changeable)[number], number>;
const all = { ...serverLimits, ...conversationLimits };
const defaultLimits = Object.fromEntries(changeable.map((name) => [name, all[name]])) as ChangeableLimits;
const Limits: z.ZodType<ChangeableLimits> = z
  .strictObject(Object.fromEntries(changeable.map((name) => [name, whole(...(ranges[name] ?? [1, 1_000_000_000])).optional()])))
  .transform((given) => ({ ...defaultLimits, ...given }));

const hour = 3600;
export const mediaWorkersMost = 64;

/** Ports of UDP, the first and the last one; undefined where a text names none, or no two. */
export function portsOf(text = ''): { readonly first: number; readonly last: number } | undefined {
  const [, first, last] = (/^(\d{1,5})-(\d{1,5})$/.exec(text) ?? []).map(Number);
  const fits = first !== undefined && last !== undefined && first > 0 && first < last && last <= 65_535;
  return fits ? { first, last } : undefined;
}

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly dataDir: string;
  readonly open: boolean;
  readonly lan: boolean;
  readonly origins: readonly string[];
  readonly iceServers: readonly string[];
  readonly turnSecret: string | undefined;
  /** Seconds. */
  readonly turnTtl: number;
  readonly webhookUrl: string | undefined;
  readonly webhookSecret: string | undefined;
  readonly webhookSecretNext: string | undefined;
  /** Origins. */
  readonly webhookAllow: readonly string[];
  /** How many. */
  readonly trustProxy: number;
  readonly accounts: boolean;
  readonly publicUrl: string | undefined;
  readonly oidcIssuer: string | undefined;
  readonly oidcClientId: string | undefined;
  readonly oidcClientSecret: string | undefined;
  readonly oidcName: string;
  readonly oidcSignUp: boolean;
  readonly tokenSecret: string | undefined;
  /** Files. */
  readonly tokenKeys: readonly string[];
  readonly tokenJwks: string | undefined;
  readonly tokenAudience: string;
  readonly tokenIssuer: string | undefined;
  readonly s3Endpoint: string | undefined;
  readonly s3Bucket: string | undefined;
  readonly s3Region: string;
  readonly s3AccessKeyId: string | undefined;
  readonly s3SecretAccessKey: string | undefined;
  /** Origins. */
  readonly pushAllow: readonly string[];
  readonly pushContact: string | undefined;
  readonly pushWebhookUrl: string | undefined;
  readonly pushWebhookSecret: string | undefined;
  readonly smtpUrl: string | undefined;
  readonly smtpFrom: string | undefined;
  /** Of UDP. */
  readonly mediaPort: number;
  /** How many; one per processor, if nothing is said. */
  readonly mediaWorkers: number | undefined;
  readonly mediaAddresses: readonly string[];
  /** Bits per second. */
  readonly mediaBitrate: number;
  /** A file, for telephones that are held. */
  readonly holdMusic: string | undefined;
  /** A folder. */
  readonly prompts: string | undefined;
  /** First and last UDP port of plain RTP. */
  readonly rtpPorts: string | undefined;
  /** Of UDP and TCP, for phones; undefined: none reach this server so. */
  readonly sipPort: number | undefined;
  /** Of TLS, for phones; undefined: none reach this server so. */
  readonly sipTlsPort: number | undefined;
  /** Files; both or none. */
  readonly sipTlsCert: string | undefined;
  readonly sipTlsKey: string | undefined;
  readonly sipTlsCa: readonly string[];
  /** Names by which phones reach this server, beside the one that people do. */
  readonly sipDomains: readonly string[];
  /** ISO 3166, in which telephone numbers without a country are meant. */
  readonly country: string | undefined;
  /** With their scopes and digests. */
  readonly apiKeys: readonly string[];
  readonly voicemail: boolean;
  readonly logLevel: LogLevel;
  readonly phoneDir: string | undefined;
  readonly limits: ChangeableLimits;
}

export type SettingName = keyof Config;

const about = <T>(type: z.ZodType<T>, meta: SettingMeta): z.ZodType<T> => type.meta({ ...meta });

const schema: { readonly [Name in SettingName]: z.ZodType<Config[Name]> } = {
  host: about(text.default('localhost'), {
    argument: 'ADDRESS',
    description: 'where to listen; localhost is this machine only',
  }),
  port: about(whole(0, 65_535).default(8080), { argument: 'PORT', description: 'port to listen on; 0 for any free one' }),
  dataDir: about(text.default('.offhook'), { argument: 'DIR', description: 'where data is kept; :memory: keeps none' }),
  open: about(onOff.default(false), { description: 'let everybody who reaches this server take a name and call' }),
  lan: about(onOff.default(false), {
    description: 'serve the local network over HTTPS with a certificate of its own; open, if people do not sign in otherwise',
  }),
  origins: about(origins('https://app.example.com').default([]), {
    argument: 'LIST',
    description: 'origins of other sites whose pages may use this server and show its phone in a frame',
  }),
  iceServers: about(list(url(/^(stun|turn)s?:\S+$/, 'must be stun:, turn: or turns: URLs')).default([]), {
    argument: 'LIST',
    description: 'STUN and TURN servers, e.g. stun:stun.example.com,turn:turn.example.com?transport=udp',
  }),
  turnSecret: about(secret.optional(), {
    argument: 'SECRET',
    secret: true,
    description: 'what the TURN servers share with this one (coturn: static-auth-secret)',
  }),
  turnTtl: about(whole(60, 7 * 24 * hour).default(12 * hour), {
    argument: 'SECONDS',
    description: 'how long TURN credentials are good for',
  }),
  webhookUrl: about(url(/^https?:\/\/\S+$/, 'must be an http: or https: URL').optional(), {
    argument: 'URL',
    hidesUser: true,
    description: 'where what happens to calls is posted',
  }),
  webhookSecret: about(secret.optional(), {
    argument: 'SECRET',
    secret: true,
    description: 'key that signs what is posted',
  }),
  webhookSecretNext: about(secret.optional(), {
    argument: 'SECRET',
    secret: true,
    description: 'the key that is to replace it: while both are set, both sign',
  }),
  webhookAllow: about(origins('https://hooks.example.com').default([]), {
    argument: 'LIST',
    description: 'origins of receivers that programs may name though they are not on the public internet, or not encrypted',
  }),
  trustProxy: about(whole(0, 10).default(0), {
    argument: 'COUNT',
    description: 'reverse proxies in front whose X-Forwarded-For is to be believed',
  }),
  accounts: about(onOff.default(false), {
    description: 'people have accounts with a password; the first start shows a link for the first administrator',
  }),
  publicUrl: about(url(/^https?:\/\/[^/\s]+$/, 'must be an origin such as https://calls.example.com').optional(), {
    argument: 'URL',
    description: 'where browsers reach this server, for links to it',
  }),
  oidcIssuer: about(secureUrl.optional(), {
    argument: 'URL',
    description: 'provider of OpenID Connect at which people with accounts may sign in',
  }),
  oidcClientId: about(text.optional(), { argument: 'ID', description: 'what the provider calls this server' }),
  oidcClientSecret: about(secret.optional(), {
    argument: 'SECRET',
    secret: true,
    description: 'what the provider shares with this server, if anything',
  }),
  oidcName: about(text.default('OpenID Connect'), { argument: 'NAME', description: 'what people call the provider' }),
  oidcSignUp: about(onOff.default(false), {
    description: 'let whoever signs in at the provider come in, also without an invitation',
  }),
  tokenSecret: about(text.min(32, 'must have at least 32 characters').optional(), {
    argument: 'SECRET',
    secret: true,
    description: 'what your application signs tokens with (HS256), so that its people sign in with these',
  }),
  tokenKeys: about(list(text).default([]), {
    argument: 'FILES',
    description: 'public keys of your application, PEM or JWK, if it signs tokens with EdDSA, ES256 or RS256',
  }),
  tokenJwks: about(secureUrl.optional(), {
    argument: 'URL',
    description: 'where the public keys of your application are to be had, as a JSON Web Key Set',
  }),
  tokenAudience: about(text.default('offhook'), { argument: 'NAME', description: 'whom tokens have to be meant for (aud)' }),
  tokenIssuer: about(text.optional(), { argument: 'NAME', description: 'whom tokens have to come from (iss)' }),
  s3Endpoint: about(url(/^https?:\/\/[^/\s?#]+\/?$/, 'must be an http: or https: URL').optional(), {
    argument: 'URL',
    description: 'service that keeps the files people send, if not the disk of this server: S3, or one that speaks as it does',
  }),
  s3Bucket: about(text.optional(), { argument: 'NAME', description: 'bucket for files' }),
  s3Region: about(text.default('us-east-1'), { argument: 'NAME', description: 'region of the bucket, where there are any' }),
  s3AccessKeyId: about(text.optional(), { argument: 'ID', description: 'who this server is to that service' }),
  s3SecretAccessKey: about(secret.optional(), {
    argument: 'SECRET',
    secret: true,
    description: 'what this server signs its requests to that service with',
  }),
  pushContact: about(url(/^(mailto:|https:\/\/)\S+$/, 'must be a mailto: or https: URL').optional(), {
    argument: 'URL',
    description: 'whom push services may turn to about this server; publicUrl, if nothing is said',
  }),
  pushAllow: about(origins('https://push.example.com').default([]), {
    argument: 'LIST',
    description: 'origins of push services that are not on the public internet',
  }),
  pushWebhookUrl: about(url(/^https?:\/\/\S+$/, 'must be an http: or https: URL').optional(), {
    argument: 'URL',
    hidesUser: true,
    description: 'where calls are posted for devices that Web Push does not reach (FCM, APNs)',
  }),
  pushWebhookSecret: about(secret.optional(), {
    argument: 'SECRET',
    secret: true,
    description: 'key that signs these',
  }),
  smtpUrl: about(url(/^smtps?:\/\/\S+$/, 'must be an smtp: or smtps: URL').optional(), {
    argument: 'URL',
    secret: true,
    description: 'mail server that takes invitations to meetings: smtp://user:password@mail.example.com:587',
  }),
  smtpFrom: about(url(/^[^\s@<>"]+@[^\s@<>"]+$/, 'must be an address such as meetings@example.com').optional(), {
    argument: 'ADDRESS',
    description: 'whom these come from',
  }),
  apiKeys: about(list(text.regex(apiKeyPattern, 'must be keys as `offhook api-key` prints them')).default([]), {
    argument: 'LIST',
    description: 'programs that may use the REST API: name:scope+scope:digest, as `offhook api-key` makes them',
  }),
  mediaPort: about(whole(1, 65_000).default(40_000), {
    argument: 'PORT',
    description:
      'UDP port of the first media worker, by which sessions of several people go; the others have those that follow',
  }),
  mediaWorkers: about(whole(0, mediaWorkersMost).optional(), {
    argument: 'COUNT',
    description:
      'media workers at most, started as sessions need them; one per processor, if nothing is said; 0: there are no sessions',
  }),
  mediaAddresses: about(list(text.refine((value) => isIP(value) !== 0, 'must be IP addresses')).default([]), {
    argument: 'LIST',
    description: 'where browsers reach the media workers, if not at addresses of this machine',
  }),
  mediaBitrate: about(whole(100_000, 1_000_000_000).default(mediaLimits.participantBitrate), {
    argument: 'BITS',
    description: 'bits per second that one participant of a session may send; what is more is dropped',
  }),
  holdMusic: about(text.optional(), {
    argument: 'FILE',
    description:
      'what telephones hear while they are held: WAV, or Opus in Ogg or WebM, ten minutes at most; music of ours, if nothing is said',
  }),
  prompts: about(text.optional(), {
    argument: 'DIR',
    description:
      'folder of what callers hear of this server, in words of your own: voicemail-greeting.wav, meeting-pin.wav and so on, also Opus in Ogg or WebM; where there is none, what comes with it',
  }),
  rtpPorts: about(text.refine((value) => portsOf(value) !== undefined, 'must be ports such as 30000-30999').optional(), {
    argument: 'FIRST-LAST',
    description: 'UDP ports by which programs let participants of sessions come in by plain RTP; none, if nothing is said',
  }),
  sipPort: about(whole(1, 65_535).optional(), {
    argument: 'PORT',
    description: 'port of UDP and TCP for SIP phones of people and those that dial into sessions; none, if nothing is said',
  }),
  sipTlsPort: about(whole(1, 65_535).optional(), {
    argument: 'PORT',
    description: 'port of TLS for them, usually 5061; none, if nothing is said',
  }),
  sipTlsCert: about(text.optional(), {
    argument: 'FILE',
    description: 'certificate for that (PEM, with those between it and its authority); one of its own, if nothing is said',
  }),
  sipTlsKey: about(text.optional(), { argument: 'FILE', description: 'its private key (PEM)' }),
  sipTlsCa: about(list(text).default([]), {
    argument: 'FILES',
    description: 'certificates (PEM) of authorities that servers called by TLS may have, beside the public ones',
  }),
  sipDomains: about(list(text).default([]), {
    argument: 'NAMES',
    description: 'names at which phones register, beside the host of publicUrl; any, if neither is said',
  }),
  country: about(text.refine(isCountry, 'must be a country such as DE').optional(), {
    argument: 'CODE',
    description: 'country of telephone numbers that are dialled without one, such as DE (ISO 3166)',
  }),
  voicemail: about(onOff.default(false), {
    description: 'callers may leave a message for people who have not said in their settings whether they want that',
  }),
  logLevel: about(z.enum(['info', 'warn', 'error', 'silent'], 'must be info, warn, error or silent').default('info'), {
    argument: 'LEVEL',
    description: 'info, warn, error or silent',
  }),
  phoneDir: about(text.optional(), { argument: 'DIR', description: 'the built web phone, if not the one that came along' }),
  limits: about(Limits.default(defaultLimits), { fileOnly: true, description: 'limits that may be changed' }),
};

export const settingNames: readonly SettingName[] = Object.keys(schema) as SettingName[];

export const defaults: Config = z.object(schema).parse({});

export function metaOf(name: SettingName): SettingMeta {
  return schema[name].meta() as unknown as SettingMeta;
}

const hidden = '(hidden)';

/** A value as it may be printed. */
export function printable(name: SettingName, value: unknown): string {
  const { secret, hidesUser } = metaOf(name);
  if (value === undefined) return '';
  if (secret === true) return hidden;
  const shown = JSON.stringify(value);
  // The user ends with the last @ before the path (URL standard, authority state).
  return hidesUser === true ? shown.replace(/(\/\/|^")[^/?#]*@/, `$1${hidden}@`) : shown;
}

interface Wrong {
  /** Inside a setting that is an object. */
  readonly path: string;
  readonly message: string;
}

/** The value that a setting has when this was said of it; undefined stands for nothing. */
export function readSetting(name: SettingName, value: unknown): { readonly value: unknown } | { readonly wrong: Wrong } {
  const { success, data, error } = schema[name].safeParse(value);
  if (success) return { value: data };
  const [issue] = error.issues;
  const path = [name, ...(issue?.path ?? []).filter((part) => typeof part === 'string')].join('.');
  return { wrong: { path, message: issue?.message ?? 'is wrong' } };
}
