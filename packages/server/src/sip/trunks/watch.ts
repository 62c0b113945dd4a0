/**
 * Whether the other end of a trunk is there: it is asked by OPTIONS now and then (RFC 3261 §11), and any answer of its own will do.
 *
 *     unknown ──► up ◄──────────────────────────────┐ one answer
 *                  └── nobody answers, again and again ──► down
 */
import { fieldsOf, nameAddr, Params, Request, sipUri, toUtf8, writeCSeq, writeNameAddr } from '@offhook/sip';
import { trunkLimits } from '@offhook/core';
import type { StoredTrunk } from '../../ports/trunk-store.ts';
import type { SipAgent } from '../agent.ts';
import { Asking } from '../asking.ts';
import { nextHop, routesBy } from './ways.ts';

export type Health = 'unknown' | 'up' | 'down';

export interface WatchDeps {
  readonly agent: SipAgent;
  /** Told when it is down, and when it is up again. */
  readonly changed: (health: Health) => void;
}

export class TrunkWatch {
  readonly #trunk: StoredTrunk;
  readonly #deps: WatchDeps;
  /** The same for all: they are one after the other. */
  readonly #callId: string;
  #cseq = 0;
  #health: Health = 'unknown';
  /** In a row. */
  #failures = 0;
  #isClosed = false;
  #cancelTimer: () => void = () => undefined;

  constructor(trunk: StoredTrunk, deps: WatchDeps) {
    this.#trunk = trunk;
    this.#deps = deps;
    this.#callId = deps.agent.random();
    this.#ask();
  }

  get health(): Health {
    return this.#health;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer();
  }

  #ask(): void {
    const { agent } = this.#deps;
    const { host, port, username = 'offhook' } = this.#trunk.settings;
    const domain = this.#trunk.settings.domain ?? host;
    const target = sipUri(host, { port });
    const from = nameAddr(sipUri(domain, { user: toUtf8(username) }), { params: Params.of({ tag: agent.random() }) });
    const request = new Request(
      'OPTIONS',
      target,
      fieldsOf({
        'Max-Forwards': 70,
        Route: routesBy(this.#trunk),
        From: writeNameAddr(from),
        To: writeNameAddr(nameAddr(target)),
        'Call-ID': this.#callId,
        CSeq: writeCSeq({ number: ++this.#cseq, method: 'OPTIONS' }),
        Accept: 'application/sdp',
      }),
    );
    void new Asking(agent, request, nextHop(this.#trunk), {
      response: ({ status }) => {
        // A proxy says 408 for who does not answer it.
        if (status >= 200) this.#heard(status !== 503 && status !== 408);
      },
      failed: () => this.#heard(false),
    });
  }

  #heard(isThere: boolean): void {
    if (this.#isClosed) return;
    const { changed, agent } = this.#deps;
    const before = this.#health;
    this.#failures = isThere ? 0 : this.#failures + 1;
    if (isThere) this.#health = 'up';
    else if (this.#failures >= trunkLimits.downAfter) this.#health = 'down';
    if (this.#health !== before && (this.#health === 'down' || before === 'down')) changed(this.#health);
    const everyMs = this.#trunk.settings.watchSeconds * 1_000;
    const nextMs = isThere ? everyMs : Math.min(everyMs, trunkLimits.watchAgainMs);
    this.#cancelTimer = agent.clock.schedule(nextMs, () => this.#ask());
  }
}
