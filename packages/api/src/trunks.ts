/** Trunks to carriers and PBXs, and who may call which telephone numbers. */
import type {
  NumberList,
  NumberSetting,
  OutgoingSetting,
  OutgoingSettings,
  OwnNumber,
  Trunk,
  TrunkChange,
  TrunkCreation,
  TrunkList,
  UserOutgoingSetting,
  UserOutgoingView,
} from '@offhook/core';
import type { PageOptions } from './options.ts';
import { path, query } from './rest.ts';
import type { CreateOptions, Rest } from './rest.ts';

/**
 * The way to the telephone network. Rejects with `trunks_unavailable` where the server has no port for SIP.
 *
 *     const { trunk } = await offhook.trunks.create({ name: 'Carrier', host: 'sip.carrier.example', username: '4930123450', password });
 *     await offhook.trunks.setOutgoing({ rules: [{ prefix: '+49', allow: true }] });
 *     await offhook.trunks.setNumber('+4930123450', { lead: { to: 'user', user: 'bo' } });
 */
export class TrunkApi {
  readonly #rest: Rest;

  /** @internal */
  constructor(rest: Rest) {
    this.#rest = rest;
  }

  /** All trunks, oldest first, and what they are doing. */
  list(): Promise<readonly Trunk[]> {
    return this.#rest.every('/trunks', 'trunks');
  }

  /** The same page by page. */
  listPage(page: PageOptions = {}): Promise<TrunkList> {
    return this.#rest.ask('GET', `/trunks${query({ ...page })}`);
  }

  /** A trunk as it is now. Passwords are never shown. */
  async get(trunk: string): Promise<Trunk> {
    return (await this.#rest.ask<{ trunk: Trunk }>('GET', path`/trunks/${trunk}`)).trunk;
  }

  /** Makes a trunk; calls come and go by it at once. */
  async create(creation: TrunkCreation, options: CreateOptions = {}): Promise<Trunk> {
    return (await this.#rest.ask<{ trunk: Trunk }>('POST', '/trunks', creation, options)).trunk;
  }

  /** Changes what is named, for calls from now on; `null` takes something away. */
  async change(trunk: string, change: TrunkChange): Promise<Trunk> {
    return (await this.#rest.ask<{ trunk: Trunk }>('PATCH', path`/trunks/${trunk}`, change)).trunk;
  }

  /** Removes a trunk. Calls that go by it go on. Rejects with `emergency_trunk` where emergency numbers go by it. */
  async remove(trunk: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/trunks/${trunk}`);
  }

  /** Which telephone numbers may be called. */
  getOutgoing(): Promise<OutgoingSettings> {
    return this.#rest.ask('GET', '/outgoing');
  }

  /** Says which telephone numbers may be called, as a whole. */
  setOutgoing(settings: OutgoingSetting): Promise<OutgoingSettings> {
    return this.#rest.ask('PUT', '/outgoing', settings);
  }

  /** What somebody may call beside that, as whom, and what they have used. */
  getUserOutgoing(address: string): Promise<UserOutgoingView> {
    return this.#rest.ask('GET', path`/users/${address}/outgoing`);
  }

  /** Says what somebody may call beside that, and as whom, as a whole. */
  setUserOutgoing(address: string, settings: UserOutgoingSetting): Promise<UserOutgoingView> {
    return this.#rest.ask('PUT', path`/users/${address}/outgoing`, settings);
  }

  /** All numbers of yours, in their order. */
  numbers(): Promise<readonly OwnNumber[]> {
    return this.#rest.every('/numbers', 'numbers');
  }

  /** The same page by page. */
  numbersPage(page: PageOptions = {}): Promise<NumberList> {
    return this.#rest.ask('GET', `/numbers${query({ ...page })}`);
  }

  /** A number of yours, and where calls to it lead. */
  async number(number: string): Promise<OwnNumber> {
    return (await this.#rest.ask<{ number: OwnNumber }>('GET', path`/numbers/${number}`)).number;
  }

  /** Says where calls to a number lead, as a whole. */
  async setNumber(number: string, setting: NumberSetting): Promise<OwnNumber> {
    return (await this.#rest.ask<{ number: OwnNumber }>('PUT', path`/numbers/${number}`, setting)).number;
  }

  /** Forgets a number: calls to it lead nowhere. */
  async removeNumber(number: string): Promise<void> {
    await this.#rest.ask('DELETE', path`/numbers/${number}`);
  }
}
