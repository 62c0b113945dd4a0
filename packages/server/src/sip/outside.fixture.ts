/** Trunks and numbers of ours, for tests of calls with the telephone network. */
import type { NumberLead } from '@offhook/core';
import { nameAddr, sipUri } from '@offhook/sip';
import type { Request } from '@offhook/sip';
import type { Numbers } from '../ports/numbers.ts';
import type { FromTrunk, Permit, Trunks, Way } from '../ports/trunks.ts';
import { Refusal } from '../ports.ts';

export const berlin: string = '+4930123456';
export const ours: string = '+4989900';
export const carriers: readonly string[] = ['192.0.2.101', '192.0.2.102', '192.0.2.103'];

/** Trunks at addresses of carriers: what was taken of them, and given back. */
export class TrunkBook implements Trunks {
  readonly permits: string[] = [];
  readonly tried: string[] = [];
  full: string[] = [];
  /** Whoever is there may lead on. */
  transfers = false;
  exhaust: () => void = () => undefined;
  credentials: Way['credentials'];
  /** How each of the carriers is spoken with. */
  manners: readonly Pick<Way, 'codecs' | 'srtp'>[] = [];
  /** By which of the carriers numbers are reached, one way each. */
  ways: readonly string[][] = [[carriers[0]!]];

  incoming(invited: Request, { address }: { address: string }): ReturnType<Trunks['incoming']> {
    if (!carriers.includes(address)) return Promise.resolve(undefined);
    const called = 'user' in invited.uri ? String(invited.uri.user) : '';
    const { uri, displayName } = invited.from;
    const caller = 'user' in uri && uri.user !== 'anonymous' ? String(uri.user) : undefined;
    const call: FromTrunk = {
      trunk: 'carrier',
      called,
      ...(caller !== undefined && { caller }),
      ...(displayName !== undefined && { callerName: displayName }),
      ...this.#manner(0),
      transfers: this.transfers,
      permit: this.#permit(called),
    };
    return Promise.resolve({ call });
  }

  outgoing(user: string, number: string): ReturnType<Trunks['outgoing']> {
    if (number.startsWith('+1900')) return Promise.reject(new Refusal('destination_refused'));
    const ways = this.ways.map((places, n): Way => ({
      trunk: `carrier-${n}`,
      target: sipUri('carrier.example', { user: number }),
      from: nameAddr(sipUri('offhook.example', { user: ours })),
      routes: [],
      fields: { 'P-Asserted-Identity': `<sip:${ours}@offhook.example>` },
      to: places.map((address) => ({ transport: 'udp', address, port: 5060 })),
      ...(this.credentials && { credentials: this.credentials }),
      ...this.#manner(n),
    }));
    return Promise.resolve({ ways, permit: this.#permit(`${user} to ${number}`) });
  }

  dialled(text: string): string | undefined {
    const digits = text.replace(/[^\d+]/g, '');
    if (digits === '112') return digits;
    if (digits.startsWith('+')) return digits;
    return digits.startsWith('0') ? `+49${digits.slice(1)}` : undefined;
  }

  #manner(n: number): Pick<Way, 'codecs' | 'srtp'> {
    return this.manners[n] ?? { codecs: ['PCMA'], srtp: 'off' };
  }

  #permit(what: string): Permit {
    let isOver = false;
    this.permits.push(`taken: ${what}`);
    return {
      by: (trunk) => {
        this.tried.push(trunk);
        return !this.full.includes(trunk);
      },
      answered: () => this.permits.push(`answered: ${what}`),
      ended: () => {
        if (!isOver) this.permits.push(`ended: ${what}`);
        isOver = true;
      },
      onExhausted: (listener) => (this.exhaust = () => listener('destination_refused')),
    };
  }
}

/** Which numbers are ours, and what was told of calls that came to nobody. */
export class Numbered implements Numbers {
  leads: Record<string, NumberLead> = { [ours]: { to: 'user', user: 'alice' } };
  readonly lostCalls: string[] = [];
  lead(number: string): NumberLead | undefined {
    return this.leads[number];
  }
  of(user: string): string | undefined {
    return Object.keys(this.leads).find(
      (number) => this.leads[number]?.to === 'user' && Reflect.get(this.leads[number], 'user') === user,
    );
  }
  lost({ called }: FromTrunk, lead: NumberLead | undefined): void {
    this.lostCalls.push(`${called} ${lead?.to}`);
  }
}
