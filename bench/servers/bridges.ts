/** What carries calls between browsers and telephones, each in a process of its own: our worker, and rtpengine. */
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import { freePort } from '../../test/browser/harness/ports.ts';
import { findRtpengine, Rtpengine } from './rtpengine.ts';

/** A browser rings a telephone, which speaks PCMU. */
export interface Bridging {
  readonly pid: number;
  /** What the telephone is offered for what a browser offers. */
  ring(call: string, browserOffer: string): Promise<string>;
  /** What the browser is answered for what the telephone has answered. */
  taken(call: string, phoneAnswer: string): Promise<string>;
  stop(): Promise<void>;
}

export type BridgeParty = 'offhook' | 'rtpengine';

export const bridgeTitles: Readonly<Record<BridgeParty, string>> = { offhook: 'Offhook', rtpengine: 'rtpengine' };

/** rtpengine only where it is installed. */
export const bridgeParties: readonly BridgeParty[] = findRtpengine() === undefined ? ['offhook'] : ['offhook', 'rtpengine'];

const at = '127.0.0.1';
/** Of telephones, two for each call. */
const ports = { first: 22_000, last: 23_999 };

const starts: Readonly<Record<BridgeParty, () => Promise<Bridging>>> = {
  async offhook() {
    const log = { info() {}, warn() {}, error() {} };
    const pool = new MediaPool({ port: await freePort(), workers: 1, listen: at, rtpPorts: ports, log });
    const offers = new Map<string, string>();
    return {
      get pid() {
        return pool.pids[0] ?? 0;
      },
      ring(call, browserOffer) {
        offers.set(call, browserOffer);
        return pool.bridges.offer(call, 'phone', { at, codecs: ['PCMU'] });
      },
      async taken(call, phoneAnswer) {
        await pool.bridges.accept(call, 'phone', phoneAnswer);
        return pool.bridges.answerOffer(call, 'browser', offers.get(call) ?? '');
      },
      stop: () => pool.stop(),
    };
  },

  async rtpengine() {
    const engine = await Rtpengine.start(findRtpengine() ?? '', await freePort(), { first: 24_000, last: 27_999 });
    return {
      pid: engine.pid,
      ring: (call, sdp) =>
        engine.ask('offer', {
          'call-id': call,
          'from-tag': 'browser',
          sdp,
          'transport-protocol': 'RTP/AVP',
          ICE: 'remove',
          'rtcp-mux': ['demux'],
          ...(sdp.includes('opus') && { codec: { transcode: ['PCMU'], mask: ['opus'] } }),
        }),
      async taken(call, sdp) {
        const answer = await engine.ask('answer', { 'call-id': call, 'from-tag': 'browser', 'to-tag': 'phone', sdp });
        // It leaves out what there is only one of.
        return answer.replace(/^t=.*$/mu, '$&\r\na=group:BUNDLE 0');
      },
      stop: () => engine.stop(),
    };
  },
};

export function startBridging(party: BridgeParty): Promise<Bridging> {
  return starts[party]();
}
