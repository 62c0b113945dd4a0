/** What a telephone hears while somebody rings whom it has been led on to: it has been answered before, and makes no ringing by itself. */

const rate = 8_000;
/** As most of Europe rings (ITU-T E.180, supplement 2): one second of five. */
const hertz = 425;
const [soundSeconds, roundSeconds] = [1, 5];
const loudness = 0.1;
/** So long it takes until it is as loud as that, and to be silent again: without it clicks. */
const edgeSeconds = 0.01;

let rendered: Int16Array | undefined;

/** One round, 8,000 samples a second, to be played over and over. */
export function ringingTone(): Int16Array {
  rendered ??= Int16Array.from({ length: roundSeconds * rate }, (_, at) => {
    const seconds = at / rate;
    const edge = Math.max(0, Math.min(1, seconds / edgeSeconds, (soundSeconds - seconds) / edgeSeconds));
    return Math.round(32_767 * loudness * edge * Math.sin(2 * Math.PI * hertz * seconds));
  });
  return rendered;
}
