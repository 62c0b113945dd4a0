/** What forwards media, each in a process of its own: our worker, Janus, and a bare loop around libdatachannel. */
import { MediaPool } from '../../packages/server/src/media/pool.ts';
import { freePort } from '../../test/browser/harness/ports.ts';
import { Child } from '../harness/child.ts';
import { findJanus, Janus } from './janus.ts';

export interface Forwarder {
  readonly pid: number;
  /** The answer to what somebody offers to publish. */
  publish(name: string, offer: string): Promise<string>;
  /** Lets somebody receive what these publish. */
  subscribe(name: string, from: readonly string[], answer: (offer: string) => Promise<string>): Promise<void>;
  stop(): Promise<void>;
}

export type Party = 'bare' | 'offhook' | 'janus';

export const titles: Readonly<Record<Party, string>> = { bare: 'bare libdatachannel', offhook: 'Offhook', janus: 'Janus' };

/** Janus only where it is installed. */
export const parties: readonly Party[] = findJanus() === undefined ? ['bare', 'offhook'] : ['bare', 'offhook', 'janus'];

const starts: Readonly<Record<Party, () => Promise<Forwarder>>> = {
  async bare() {
    const child = new Child(new URL('./bare-forward.ts', import.meta.url), { args: [String(await freePort())] });
    return {
      pid: await child.ask('pid'),
      publish: (name, sdp) => child.ask('publish', { name, sdp }),
      subscribe: async (name, from, answer) =>
        child.ask('answer', { name, sdp: await answer(await child.ask('subscribe', { name, from })) }),
      stop: () => child.stop(),
    };
  },

  async offhook() {
    const pool = new MediaPool({
      port: await freePort(),
      workers: 1,
      bitrate: 1_000_000_000,
      log: { info() {}, warn() {}, error() {} },
    });
    const session = 'session';
    const offers = new Map<string, (revision: number, offer: string) => void>();
    pool.onEvent((event) => {
      if (event.type === 'offer') offers.get(event.participant)?.(event.revision, event.offer);
    });
    return {
      get pid() {
        return pool.pids[0] ?? 0;
      },
      publish: async (name, offer) => (await pool.publish(session, name, offer, ['audio', 'video'])).answer,
      async subscribe(name, from, answer) {
        const offered = new Promise<[revision: number, offer: string]>((resolve) => {
          offers.set(name, (...offer) => resolve(offer));
        });
        pool.subscribe(
          session,
          name,
          from.map((participant) => ({ participant, mid: '0' })),
        );
        const [revision, offer] = await offered;
        await pool.answer(session, name, revision, await answer(offer));
      },
      stop: () => pool.stop(),
    };
  },

  async janus() {
    const janus = await Janus.start(findJanus() ?? '', await freePort());
    return {
      pid: janus.pid,
      publish: (name, offer) => janus.publish(name, offer),
      subscribe: (_, from, answer) => janus.subscribe(from, answer),
      stop: () => janus.stop(),
    };
  },
};

export function startForwarder(party: Party): Promise<Forwarder> {
  return starts[party]();
}
