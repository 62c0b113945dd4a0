/** The forms that settings have, as they are written in files, flags and the environment. */
import { z } from 'zod';
import { isOrigin } from './ports/public-internet.ts';

export const whole = (least: number, most: number): z.ZodType<number> =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value),
    z
      .int(`must be a whole number from ${least} to ${most}`)
      .min(least, `must be at least ${least}`)
      .max(most, `must be at most ${most}`),
  );
export const onOff: z.ZodType<boolean> = z.preprocess(
  (value) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value),
  z.boolean('must be true or false'),
);
export const list = (item: z.ZodType<string>): z.ZodType<readonly string[]> =>
  z.preprocess(
    (value) =>
      typeof value === 'string'
        ? value
            .split(',')
            .map((part) => part.trim())
            .filter((part) => part !== '')
        : value,
    z.array(item, 'must be a list'),
  );
export const text: z.ZodString = z.string('must be text').min(1, 'must not be empty');
export const url = (pattern: RegExp, message: string): z.ZodType<string> => text.regex(pattern, message);
/** As they are compared: in lower case, without the port that goes without saying. */
export const origins = (example: string): z.ZodType<readonly string[]> =>
  list(text.refine(isOrigin, `must be origins such as ${example}`).transform((value) => new URL(value).origin));
/** Over http only on this machine. */
export const secureUrl: z.ZodType<string> = url(
  /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/])\S+$/,
  'must be an https: URL',
);
export const secret: z.ZodType<string> = text.min(8, 'must have at least 8 characters');
