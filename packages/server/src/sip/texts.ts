/**
 * What phones write and are written (MESSAGE, RFC 3428): messages of the conversations of their users.
 *
 *      phone ── MESSAGE ──► conversation ── stored ──► 202          who types there (RFC 3994) ──► told to the other
 *      conversation of two ── what the other says ──► each phone: one MESSAGE at a time (§8)
 */
import { cleanText, conversationLimits, directId } from '@offhook/core';
import type { Address, DeviceId, Entry, ErrorCode, From } from '@offhook/core';
import { devices, fieldsOf, nameAddr, Params, Request, responseTo, toUtf8, writeCSeq, writeNameAddr } from '@offhook/sip';
import type { Binding, Response } from '@offhook/sip';
import type { Conversations } from '../ports/conversations.ts';
import type { SipPhone, SipPhoneNews } from '../ports/sip-phones.ts';
import type { Bus, Clock, Delivery, Hash, Outcome, Store } from '../ports.ts';
import { addressFor, dialledIn } from './addresses.ts';
import type { SipAgent } from './agent.ts';
import { Latest } from './latest.ts';

export interface PhoneTextsDeps {
  readonly agent: SipAgent;
  readonly store: Pick<Store, 'user'>;
  readonly bus: Bus;
  readonly conversations: Pick<Conversations, 'request' | 'typing'>;
  readonly clock: Clock;
  readonly hash: Hash;
  readonly register: {
    flows(device: DeviceId): readonly Binding[];
    onNews(listener: (news: SipPhoneNews) => void): void;
  };
  /** The host part of addresses of users. */
  readonly domain: string;
}

const textType = 'text/plain';
const typingType = 'application/im-iscomposing+xml';
/** What a datagram takes with what is around it (§8); what is longer is cut off. */
const textMost = 1_000;
/** Older ones are no news: what is told of them is that they were changed. */
const newsMs = 60_000;
/** That wait for one phone. What comes beyond them it is not sent. */
const waitingMost = 20;
/** Contacts that take no messages, and conversations of which it is known what was sent last. */
const remembered = 20_000;

type Message = Extract<Entry, { kind: 'message' }>;

export class PhoneTexts {
  readonly #deps: PhoneTextsDeps;
  readonly #unsubscribes = new Map<DeviceId, () => void>();
  /** By contact: what is to be sent there, one after the other. */
  readonly #waiting = new Map<string, Request[]>();
  /** Contacts that have said that they take none. */
  readonly #deaf = new Latest<true>(remembered);
  /** The position of the last one, by device and conversation. */
  readonly #told = new Latest<number>(remembered);

  constructor(deps: PhoneTextsDeps) {
    this.#deps = deps;
    deps.register.onNews(({ phone, state }) => {
      if (state === 'away' || state === 'gone') {
        this.#unsubscribes.get(phone.device)?.();
        this.#unsubscribes.delete(phone.device);
      } else if (!this.#unsubscribes.has(phone.device)) {
        this.#unsubscribes.set(
          phone.device,
          deps.bus.subscribe(phone.user, (delivery) => this.#hear(phone, delivery)),
        );
      }
    });
  }

  /** Answers a MESSAGE of a phone, once what it says is stored. */
  async serve(request: Request, phone: SipPhone): Promise<Response> {
    const refused = (status: number, fields: Readonly<Record<string, string | number>> = {}): Response =>
      responseTo(request, status, { toTag: this.#deps.agent.random(), fields });
    const type = request.contentType?.value.toLowerCase() ?? textType;
    const charset = request.contentType?.params.get('charset')?.toLowerCase() ?? 'utf-8';
    if ((type !== textType && type !== typingType) || !['utf-8', 'us-ascii'].includes(charset))
      return refused(415, { Accept: `${textType}, ${typingType}` });
    if (request.has('Content-Encoding')) return refused(415, { 'Accept-Encoding': 'identity' });
    if (request.body.length > conversationLimits.textBytes) return refused(413);
    const to = dialledIn(request.uri);
    const user = await this.#deps.store.user(phone.user);
    if (to === undefined || user === undefined) return refused(to === undefined ? 404 : 403);
    const person = { address: user.address, name: user.name };
    const from: From = { person, device: phone.device, deviceName: phone.name, connection: `sip:${phone.device}` };
    if (type === typingType) {
      if (/<state>\s*active\s*<\/state>/.test(request.text))
        this.#deps.conversations.typing(from, { type: 'typing', in: { user: to } });
      return refused(200);
    }
    const clean = cleanText(request.text);
    if ('error' in clean) return refused(clean.error === 'text_too_long' ? 413 : 400);
    const outcome = await this.#say(from, to, request);
    return 'ok' in outcome
      ? refused(202)
      : refused(statusOf(outcome.error), outcome.error === 'rate_limited' ? { 'Retry-After': 5 } : {});
  }

  /** One that comes again is known by its Call-ID and number, however late. */
  #say(from: From, to: Address, request: Request): Promise<Outcome> {
    const { conversations, hash } = this.#deps;
    const entry = hash.digest(`sip message ${from.device} ${request.callId} ${request.cseq.number}`);
    return new Promise((resolve) =>
      conversations.request(from, { type: 'say', id: entry, in: { user: to }, entry, text: request.text }, resolve),
    );
  }

  #hear(phone: SipPhone, { event }: Delivery): void {
    if (event.type !== 'entries') return;
    for (const entry of event.entries) if (this.#isNews(phone, entry)) this.#tell(phone, entry);
  }

  /** What somebody else has said to the user of this phone alone, just now and in words. */
  #isNews({ device, user }: SipPhone, entry: Entry): entry is Message {
    if (entry.kind !== 'message' || entry.from.address === user || entry.text === '') return false;
    if (entry.conversation !== directId(user, entry.from.address)) return false;
    const key = `${device} ${entry.conversation}`;
    const isOld = entry.position <= (this.#told.get(key) ?? 0) || entry.at < this.#deps.clock.now() - newsMs;
    if (!isOld) this.#told.set(key, entry.position);
    return !isOld;
  }

  #tell({ device }: SipPhone, message: Message): void {
    const { clock, register } = this.#deps;
    for (const [binding] of devices(register.flows(device), clock.now())) {
      if (binding === undefined) continue;
      const key = `${device} ${writeNameAddr(binding.contact)}`;
      if (this.#deaf.get(key) === true) continue;
      const waiting = this.#waiting.get(key);
      const request = this.#request(binding, message);
      if (waiting === undefined) {
        this.#waiting.set(key, []);
        this.#send(key, binding, request);
      } else if (waiting.length < waitingMost) waiting.push(request);
    }
  }

  #request({ contact, path }: Binding, { from, text, at }: Message): Request {
    const { agent, domain } = this.#deps;
    const fields = {
      'Max-Forwards': 70,
      Route: path,
      From: writeNameAddr({ ...addressFor(from, domain), params: Params.of({ tag: agent.random() }) }),
      To: writeNameAddr(nameAddr(contact.uri)),
      'Call-ID': agent.random(),
      CSeq: writeCSeq({ number: 1, method: 'MESSAGE' }),
      Date: new Date(at).toUTCString(),
    };
    return new Request('MESSAGE', contact.uri, fieldsOf(fields)).withBody(`${textType};charset=UTF-8`, toUtf8(short(text)));
  }

  /** Whatever comes of it, the message is in the conversation. */
  #send(key: string, binding: Binding, request: Request): void {
    const next = (status: number): void => {
      if ([405, 415, 416, 501].includes(status)) this.#deaf.set(key, true);
      const following = this.#deaf.get(key) === true ? undefined : this.#waiting.get(key)?.shift();
      if (following === undefined) this.#waiting.delete(key);
      else this.#send(key, binding, following);
    };
    this.#deps.agent.ask(request, binding.flow, {
      response: ({ status }) => (status < 200 ? undefined : next(status)),
      failed: next,
    });
  }
}

/** At most so many bytes, whole characters. */
function short(text: string): string {
  if (Buffer.byteLength(text) <= textMost) return text;
  let [cut, bytes] = ['', 0];
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > textMost) break;
    cut += character;
  }
  return `${cut}…`;
}

function statusOf(error: ErrorCode): number {
  switch (error) {
    case 'user_not_found':
      return 404;
    case 'text_too_long':
      return 413;
    case 'text_empty':
      return 400;
    case 'rate_limited':
      return 503;
    case 'store_failed':
    case 'internal':
      return 500;
    default:
      return 403;
  }
}
