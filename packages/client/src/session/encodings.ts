/** In which sizes a picture is sent, so that receivers get one that is not much larger than they see it; only those that anybody watches. */
import { Latest } from './peers.ts';

/** Bits per second, from the smallest. */
const most: readonly number[] = [150_000, 500_000, 1_500_000];
/**
 * From how many pixels on a picture is sent in which sizes, by their bits per second; the largest is the picture itself, each smaller one has
 * half its width. Chromium makes no more of them than three from 960 × 540 on and two from 480 × 270 on, whatever it is asked for, and leaves
 * out the last ones (`kSimulcastFormats` of libwebrtc): of more than it makes, the picture itself would be missing. The smallest is about
 * as wide as that of 1,280 pixels, or wider, by which the server chooses.
 */
const sizes: readonly { readonly pixels: number; readonly bitrates: readonly number[] }[] = [
  { pixels: 1_200 * 675, bitrates: most },
  { pixels: 480 * 270, bitrates: [150_000, 900_000] },
  { pixels: 1, bitrates: [500_000] },
];
/** All that there are: their number is agreed on once, and a picture may grow. */
const rids = ['l', 'm', 'h'];

/** undefined: it does not say how large it is, as one that has ended. */
function bitratesOf({ width = 0, height = 0 }: MediaTrackSettings): readonly number[] | undefined {
  return sizes.find(({ pixels }) => width * height >= pixels)?.bitrates;
}

/** Whether it is large enough to be sent in more sizes than one. */
export function isLarge(settings: MediaTrackSettings): boolean {
  return (bitratesOf(settings)?.length ?? 0) > 1;
}

/** From the smallest; of the last ones as many are off as are too many for its size. */
export function encodingsOf(settings: MediaTrackSettings): RTCRtpEncodingParameters[] {
  return encodingsBy(bitratesOf(settings) ?? most);
}

function encodingsBy(bitrates: readonly number[]): RTCRtpEncodingParameters[] {
  const last = bitrates.length - 1;
  return rids.map((rid, at) => ({
    rid,
    active: at <= last,
    scaleResolutionDownBy: 2 ** Math.max(0, last - at),
    maxBitrate: bitrates[at] ?? Math.max(...bitrates),
  }));
}

/** What is wanted of one sender. */
interface Wanted {
  /** So many are watched, from the smallest. */
  count: number;
  /** In which sizes, by their bits per second; undefined: in those that it has. */
  bitrates: readonly number[] | undefined;
  readonly work: Latest;
}

export class Encodings {
  readonly #wanted = new WeakMap<RTCRtpSender, Wanted>();

  /** So many are sent from now on, from the smallest. `failed`: what is wanted cannot be sent by this connection any more. */
  watch(sender: RTCRtpSender, count: number, failed: () => void): void {
    const wanted = this.#of(sender);
    wanted.count = count;
    this.#send(sender, wanted, failed);
  }

  /**
   * In the sizes for a picture that measures this now: windows and cameras change theirs while they are sent. `isAnew`: the browser may have
   * changed what it was told.
   */
  fit(sender: RTCRtpSender, settings: MediaTrackSettings, isAnew: boolean, failed: () => void): void {
    const bitrates = bitratesOf(settings);
    const wanted = this.#of(sender);
    if (bitrates === undefined || (bitrates === wanted.bitrates && !isAnew)) return;
    wanted.bitrates = bitrates;
    this.#send(sender, wanted, failed);
  }

  #of(sender: RTCRtpSender): Wanted {
    const wanted = this.#wanted.get(sender) ?? { count: rids.length, bitrates: undefined, work: new Latest() };
    this.#wanted.set(sender, wanted);
    return wanted;
  }

  #send(sender: RTCRtpSender, wanted: Wanted, failed: () => void): void {
    wanted.work.run(async () => {
      const parameters = sender.getParameters();
      const all = wanted.bitrates === undefined ? [] : encodingsBy(wanted.bitrates);
      let [isChanged, isMissed] = [false, false];
      for (const [at, encoding] of parameters.encodings.entries()) {
        const { active = true, scaleResolutionDownBy = encoding.scaleResolutionDownBy, maxBitrate } = all[at] ?? {};
        const isSent = active && at < wanted.count;
        const isSame = encoding.scaleResolutionDownBy === scaleResolutionDownBy;
        isChanged ||= encoding.active !== isSent || !isSame;
        isMissed ||= isSent && (!encoding.active || !isSame);
        encoding.active = isSent;
        if (wanted.bitrates !== undefined) Object.assign(encoding, { scaleResolutionDownBy, maxBitrate });
      }
      try {
        if (isChanged) await sender.setParameters(parameters);
      } catch {
        // What a browser does not stop goes on to be sent; what it does not begin again, or in another size, is missed.
        if (isMissed) failed();
      }
    });
  }
}
