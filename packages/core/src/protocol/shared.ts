/** What all messages are made of: common values, and the frames of requests and events. Browser code imports only its types. */
import { z } from 'zod';
import { isHarmless } from '../conversation/text.ts';
import { limits, serverLimits } from '../limits.ts';

export const keys = <K extends string>(table: Record<K, unknown>): [K, ...K[]] => Object.keys(table) as [K, ...K[]];
export const text = (most: number) => z.string().min(1).max(most);
/** What an application notes: it comes back as it was, and harms nobody who shows it. */
export const note = (most: number) =>
  text(most).refine(isHarmless, 'must not have control characters, lone surrogates or characters that are not drawn');
export const number = (least: number, most: number) => z.int().min(least).max(most);

export const RequestId = text(serverLimits.idLength).describe('Chosen by the client; a repeated id repeats the answer.');
export const CallId = z
  .string()
  .regex(new RegExp(`^[\\w-]{16,${serverLimits.idLength}}$`))
  .describe("The caller's id for the call: random, at least 96 bits.");
export const Address = text(limits.addressLength * 2).describe('The address of a user, e.g. `alice`.');
export const Name = text(limits.nameLength * 4).describe('A name as people see it.');
export const DeviceId = text(serverLimits.idLength).describe('A stored device of a user.');

export const Device = z.object({
  id: DeviceId,
  name: Name,
  connected: z.boolean().describe('One of its pages is connected at the moment.'),
  current: z.boolean().describe('The one that asks.'),
  seenAt: z.number().describe('When it was last connected, to the hour: milliseconds since the Unix epoch.'),
});

export const Media = z
  .object({ audio: z.boolean(), video: z.boolean() })
  .describe('The kinds of media a person wants to begin with.');

export const Person = z.object({ address: Address, name: Name });

/** With every message a device tells what it has heard, so that hardly anything has to be kept for a resume. */
export const heard = {
  seq: z.int().min(0).optional().describe('All events up to this one have arrived.'),
};

export const request = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ id: RequestId, type: z.literal(type), ...heard, ...shape });

export const event = <T extends string, S extends z.ZodRawShape>(type: T, shape: S) =>
  z.object({ type: z.literal(type), ...shape });

export type CallId = z.infer<typeof CallId>;
/** The address of a user, by which others call: `alice`. */
export type Address = z.infer<typeof Address>;
export type DeviceId = z.infer<typeof DeviceId>;
/** A place where somebody is signed in. */
export type Device = z.infer<typeof Device>;
/** Kinds of media. */
export type Media = z.infer<typeof Media>;
/** Somebody, as others see them. */
export type Person = z.infer<typeof Person>;
