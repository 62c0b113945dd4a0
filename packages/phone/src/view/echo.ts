/** What was measured by speaking to the echo test, in words. */
import { e } from '../texts/echo.ts';
import { formats, percent } from './formats.ts';
import type { Ended, Measured } from './state.ts';

/** Less is not worth a word. */
const leastLoss = 0.005;

/** `24 ms there and back, nothing lost`. */
export function measuredText({ roundTripMs, loss }: Measured): string {
  const milliseconds = formats().number.format(Math.max(1, Math.round(roundTripMs)));
  return e.measured(milliseconds, loss < leastLoss ? undefined : percent(loss));
}

/** What a call of the echo test has shown; undefined where it never came to that. */
export function echoText({ durationMs, quality, measured }: Ended): string | undefined {
  if (durationMs === undefined) return undefined;
  if (quality === undefined || measured === undefined) return e.tooShort;
  return `${e.heard[quality]}: ${measuredText(measured)}.`;
}

/** What to do where nothing came back. */
export function echoAdvice({ measured }: Ended): string | undefined {
  return measured?.silent === true ? e.silent : undefined;
}
