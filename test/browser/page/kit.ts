/**
 * What a test page does with the SDK, as an application would: `window.kit`, called from tests by name. Calls are named by the
 * address of the other person: the one that lives, or else the latest.
 */
/// <reference types="@offhook/client/global" />
import type * as Sdk from '@offhook/client';
import { safetyCode, watchQuality } from '@offhook/client/diagnostics';
import type { Heard } from '@offhook/client/diagnostics';
import { ownStream, ownStreams } from './own-stream.ts';
import { hears, hearsNothing, sees, seesNothing, seesStill } from './proofs.ts';
import { includes } from './seen.ts';
import type { Seen, Told, Wanted } from './seen.ts';
import { generations, holdings, iceServersGiven, permissionsAsked } from './spies.ts';
import type { Holdings } from './spies.ts';
import { gathered, mediaReport, paths } from './stats.ts';
import { until } from './until.ts';

declare global {
  // oxlint-disable-next-line no-var -- only `var` declares a property of the global object
  var kit: Kit;
}

export interface ConnectOptions {
  readonly token: string;
  /** Media goes through TURN servers only. */
  readonly relayOnly?: boolean;
}

export interface CallOptions {
  readonly audio?: boolean;
  readonly video?: boolean;
  /** Sends a canvas and an oscillator instead of camera and microphone. */
  readonly own?: boolean;
}

interface Followed {
  readonly call: Sdk.Call;
  readonly player: HTMLVideoElement;
  readonly since: Partial<Record<Sdk.CallState, number>>;
}

export class Kit {
  #phone: Sdk.Phone | undefined;
  readonly #calls: Followed[] = [];
  #consultation: Sdk.Consultation | undefined;
  readonly #told: Told[] = [];
  readonly #errors: Sdk.OffhookError[] = [];
  readonly #lineStates: string[] = [];

  async connect({ token, relayOnly = false }: ConnectOptions): Promise<void> {
    const phone = await Offhook.connect({ token, ...(relayOnly && { rtc: { iceTransportPolicy: 'relay' } }) });
    this.#phone = phone;
    this.connected(phone);
    phone.on('incoming', (call) => this.#follow(call));
    phone.on('calls', (calls) => this.#followAll(calls));
    phone.on('state', (state) => this.#lineStates.push(state));
    phone.on('error', (error) => this.#errors.push(error));
    phone.on('message', ({ type, from, data }) => this.#told.push({ type, user: from.user, data }));
    this.#followAll(phone.calls);
  }

  /** The code of the error with which placing it was refused, if it was. */
  async call(to: Sdk.Callee, options: CallOptions = {}): Promise<string | undefined> {
    return outcome(this.#my.call(to, mediaOf(options)));
  }

  async answer(from: string, options: CallOptions = {}): Promise<string | undefined> {
    await this.until(from, 'incoming');
    return outcome(this.#call(from).answer(mediaOf(options)));
  }

  async reject(from: string, reason?: 'declined' | 'busy'): Promise<void> {
    await this.until(from, 'incoming');
    this.#call(from).reject(reason);
  }

  /** Says something instead of answering. The code of the error with which that was refused, if it was. */
  async rejectWith(from: string, message: string): Promise<string | undefined> {
    await this.until(from, 'incoming');
    return outcome(this.#call(from).reject({ message }));
  }

  hangUp(peer: string): void {
    this.#call(peer).hangup();
  }

  hold(peer: string): void {
    this.#call(peer).hold();
  }

  resume(peer: string): void {
    this.#call(peer).resume();
  }

  /** Leads the other on to somebody, without a word. The code of the error with which that was refused, if it was. */
  transferTo(peer: string, to: Sdk.Callee): Promise<string | undefined> {
    return outcome(this.#call(peer).transfer(to));
  }

  /** Asks somebody whether they take the call with this person over. */
  async consult(peer: string, to: Sdk.Callee, options?: CallOptions): Promise<void> {
    this.#consultation = await this.#call(peer).consult(to, options && mediaOf(options));
  }

  /** The code of the error with which completing it was refused, if it was. */
  complete(): Promise<string | undefined> {
    return outcome(this.#consulting.complete());
  }

  cancel(): void {
    this.#consulting.cancel();
  }

  mute(peer: string, on: boolean): void {
    this.#call(peer).mute(on);
  }

  setCamera(peer: string, on: boolean): Promise<string | undefined> {
    return outcome(this.#call(peer).setCamera(on));
  }

  /** How the call sounds, so many seconds in a row. */
  async quality(peer: string, seconds: number): Promise<Heard[]> {
    const heard: Heard[] = [];
    const stop = watchQuality(this.#call(peer), (one) => heard.push(one));
    await until(
      `${seconds} seconds measured`,
      () => (heard.length >= seconds ? heard : undefined),
      () => this.report(),
    );
    stop();
    return heard;
  }

  safetyCode(peer: string): Promise<string | undefined> {
    return safetyCode(this.#call(peer));
  }

  /** Waits until the call with this person is in this state. */
  async until(peer: string, state: Sdk.CallState, patienceMs?: number): Promise<Seen> {
    const what = `${state} with ${peer}`;
    const call = await until(
      what,
      () => this.#latest(peer, state),
      () => this.report(),
      patienceMs,
    );
    return seen(call);
  }

  /** Waits until the call with this person looks like this in all that is named. */
  async untilSeen(peer: string, wanted: Wanted, patienceMs?: number): Promise<Seen> {
    const matches = (call: Followed): boolean => includes(seen(call), wanted);
    const what = `${JSON.stringify(wanted)} with ${peer}`;
    const call = await until(
      what,
      () => this.#of(peer).find(matches),
      () => this.report(),
      patienceMs,
    );
    return seen(call);
  }

  /** Waits until the call with this person has rung here for so long. */
  async untilRung(peer: string, milliseconds: number): Promise<void> {
    const { since } = await this.until(peer, 'incoming');
    const at = (since.incoming ?? 0) + milliseconds;
    await until(
      'to have rung',
      () => performance.timeOrigin + performance.now() >= at,
      () => this.report(),
    );
  }

  /** All calls there have been with this person. */
  calls(peer: string): Seen[] {
    return this.#of(peer).map(seen);
  }

  hears(patienceMs?: number): Promise<void> {
    return hears(() => this.report(), patienceMs);
  }

  hearsNothing(): Promise<void> {
    return hearsNothing(() => this.report());
  }

  sees(patienceMs?: number): Promise<void> {
    return sees(() => this.report(), patienceMs);
  }

  seesNothing(): Promise<void> {
    return seesNothing(() => this.report());
  }

  /** Waits until the picture of this person stands still: Firefox goes on to send the last one once a second. */
  seesStill(peer: string): Promise<void> {
    return seesStill(this.#followed(peer).player, () => this.report());
  }

  /** Waits until nothing more is open than this. */
  async holdsOnly(wanted: Holdings): Promise<void> {
    await until(
      `to hold only ${JSON.stringify(wanted)}`,
      () => includes(holdings(), wanted),
      () => this.report(),
    );
  }

  permissionsAsked(): readonly { readonly audio: boolean; readonly video: boolean }[] {
    return permissionsAsked();
  }

  paths(): Promise<string[]> {
    return paths();
  }

  /** As a browser tells of it when a device has moved to another network. */
  changeNetwork(): void {
    for (const type of ['offline', 'online']) dispatchEvent(new Event(type));
  }

  generations(): string[] {
    return generations();
  }

  /** Waits until ICE has begun a generation other than these. */
  async untilRestarted(before: readonly string[]): Promise<void> {
    await until(
      'another ICE generation',
      () => generations().length > 0 && generations().every((ufrag) => !before.includes(ufrag)),
      () => this.report(),
    );
  }

  /** Waits until all candidates have been found; their types. */
  untilGathered(): Promise<string[]> {
    return until('all candidates', gathered, () => this.report());
  }

  /** What new peer connections are given as ICE servers. */
  iceServers(): RTCIceServer[] {
    return iceServersGiven();
  }

  send(to: Sdk.Receiver, type: string, data: unknown): boolean {
    return this.#my.send(to, type, data);
  }

  untilTold(count: number): Promise<Told[]> {
    return until(
      `${count} messages`,
      () => this.#told.length >= count && this.#told,
      () => this.report(),
    );
  }

  /** The code of the first error that a phone or a call has told of. */
  untilError(): Promise<string> {
    return until(
      'an error',
      () => this.#errors[0]?.code,
      () => this.report(),
    );
  }

  /** What has become of the tracks that were given to calls as streams of the application. */
  ownTracks(): string[] {
    return ownStreams
      .flatMap((stream) => stream.getTracks())
      .map(({ kind, readyState, enabled }) => `${kind} ${readyState} ${enabled ? 'enabled' : 'disabled'}`);
  }

  /** Waits until the connection to the server has become this, and then that. */
  async untilLine(first: Sdk.ConnectionState, then?: Sdk.ConnectionState): Promise<void> {
    const wanted = then === undefined ? first : `${first},${then}`;
    await until(
      `the line to be ${wanted}`,
      () => this.#lineStates.join().endsWith(wanted),
      () => this.report(),
    );
  }

  /** The code of the error with which the change was refused, if it was. */
  changeSettings(change: Partial<Sdk.Settings>): Promise<string | undefined> {
    return outcome(this.#my.changeSettings(change));
  }

  async history(): Promise<Sdk.HistoryEntry[]> {
    return (await this.#my.history()).entries;
  }

  /** Ends every call, as a person would. */
  hangUpAll(): void {
    for (const call of this.#phone?.calls ?? []) call.hangup();
  }

  /** What a failed test should say about this page. */
  async report(): Promise<unknown> {
    return {
      me: this.#phone?.user.address,
      line: this.#lineStates,
      errors: this.#errors.map(({ code, cause }) => `${code}: ${String(cause)}`),
      calls: this.#calls.map(seen),
      media: await mediaReport(),
    };
  }

  /** For kits that do more. */
  protected connected(_phone: Sdk.Phone): void {}

  /** The call with this person, and what plays it. */
  protected with(peer: string): Omit<Followed, 'since'> {
    return this.#followed(peer);
  }

  get #my(): Sdk.Phone {
    if (this.#phone === undefined) throw new Error('not connected');
    return this.#phone;
  }

  /** Of those that ring here it must hear by `incoming`, as an application does. */
  #followAll(calls: readonly Sdk.Call[]): void {
    for (const call of calls) {
      const isKnown = this.#calls.some((followed) => followed.call === call);
      if (!isKnown && call.state !== 'incoming') this.#follow(call);
    }
  }

  get #consulting(): Sdk.Consultation {
    if (this.#consultation === undefined) throw new Error('nobody was consulted');
    return this.#consultation;
  }

  #follow(call: Sdk.Call): void {
    const since: Followed['since'] = {};
    const note = (): void => void (since[call.state] = performance.timeOrigin + performance.now());
    const player = document.createElement('video');
    this.#calls.unshift({ call, player, since });
    note();
    call.on('state', note);
    call.on('error', (error) => this.#errors.push(error));
    player.autoplay = true;
    player.srcObject = call.remoteStream;
    document.body.append(player);
    call.on('ended', () => player.remove());
  }

  /** Those that live first, and then the latest first. */
  #of(peer: string): Followed[] {
    const calls = this.#calls.filter(({ call }) => call.peer.address === peer);
    return [...calls.filter(({ call }) => call.state !== 'ended'), ...calls.filter(({ call }) => call.state === 'ended')];
  }

  #latest(peer: string, state: Sdk.CallState): Followed | undefined {
    const [latest] = this.#of(peer);
    return latest?.call.state === state ? latest : undefined;
  }

  #call(peer: string): Sdk.Call {
    return this.#followed(peer).call;
  }

  #followed(peer: string): Followed {
    const [latest] = this.#of(peer);
    if (latest === undefined) throw new Error(`there was no call with ${peer}`);
    return latest;
  }
}

function seen({ call, since }: Followed): Seen {
  const { id, state, isIncoming, ringing, early, waiting, held, muted, camera, peerAway, remote } = call;
  const { duration, cause, causeText, answeredOn, message } = call;
  const [by, meant] = [call.transferredBy?.address, call.forwardedFrom?.address];
  const about = { by, meant, duration, cause, causeText, answeredOn, message, error: call.error?.code, since };
  return { id, state, isIncoming, ringing, early, waiting, held, muted, camera, peerAway, remote, ...about };
}

/** The code of the error, if there is one. Anything but the SDK's own errors is a fault. */
export async function outcome(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    if (error instanceof Offhook.OffhookError) return error.code;
    throw error;
  }
}

function mediaOf({ audio, video, own = false }: CallOptions): Sdk.MediaOptions {
  return own ? { stream: ownStream() } : { audio, video };
}
