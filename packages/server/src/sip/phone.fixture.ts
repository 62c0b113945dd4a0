/** A desk phone of somebody, on a wire of the test. */
import { Dialog, fieldsOf, nameAddr, Params, Request, responseTo, sipUri, toUtf8 } from '@offhook/sip';
import type { FieldValues, NameAddr, Response } from '@offhook/sip';
import type { SipAgent } from './agent.ts';
import { IncomingInvite } from './incoming.ts';
import type { LegEvents, SipLeg } from './leg.ts';
import { OutgoingInvite } from './outgoing.ts';

/** Of the server. */
export const serverAt = '192.0.2.9';

export const phoneOffer: string = sdp('sendrecv');

/** What a phone offers. */
export function sdp(direction: string, address = '192.0.2.1'): string {
  const lines = ['v=0', `o=- 1 1 IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0', 'm=audio 4000 RTP/AVP 0'];
  return [...lines, `a=${direction}`, ''].join('\r\n');
}

/** A desk phone: rings, and does what its person does. */
export class Phone {
  readonly agent: SipAgent;
  readonly #login: string;
  #written = 0;
  /** What rings here. */
  ringing: IncomingInvite | undefined;
  leg: SipLeg | undefined;
  readonly heard: string[] = [];
  /** What it answers to an offer within a call. */
  answersAnew = 'another answer of phone';
  /** It answers busy at once, say. */
  refusesWith: number | undefined;
  /** Told of each NOTIFY that is in no call. */
  onNotify: (notify: Request) => void = () => undefined;
  notifiedWith = 200;
  /** Answers what it is told outside of dialogs. */
  onRequest: ((request: Request) => number) | undefined;
  /** What it answers when it is written to; undefined: nothing. */
  readsWith: number | undefined = 200;
  /** It asks who we are by this challenge, until somebody says so. */
  asks: string | undefined;

  constructor(login: string, agent: (serve: ConstructorParameters<typeof SipAgent>[0]['serve']) => SipAgent) {
    this.#login = login;
    this.agent = agent((transaction, request, from) => {
      if (request.method === 'MESSAGE') {
        this.heard.push(`written: ${request.text}`);
        const answer = this.readsWith;
        if (answer !== undefined) this.agent.respond(transaction, responseTo(request, answer, { toTag: 'x' }));
        return;
      }
      if (request.method === 'NOTIFY' && this.onRequest !== undefined)
        return this.agent.respond(transaction, responseTo(request, this.onRequest(request), { toTag: 'x' }));
      const invite = new IncomingInvite(this.agent, transaction, request, from);
      if (this.refusesWith !== undefined) return invite.refuse(this.refusesWith);
      if (this.asks !== undefined && !request.has('Proxy-Authorization'))
        return invite.refuse(407, { 'Proxy-Authenticate': this.asks });
      this.ringing = invite;
      invite.onCancelled = () => this.heard.push('cancelled');
      invite.progress(180);
    });
  }

  answer(sdpAnswer = 'answer of phone'): void {
    this.leg = this.ringing?.accept(sdpAnswer, this.#events());
  }

  /** Writes to somebody; resolves with the answer. */
  write(to: string, text: string, more: { readonly type?: string; readonly fields?: FieldValues } = {}): Promise<Response> {
    return this.ask(this.outside('MESSAGE', to, more.fields).withBody(more.type ?? 'text/plain', toUtf8(text)));
  }

  /** A request outside of dialogs. */
  outside(method: string, to: string, fields: FieldValues = {}): Request {
    const all = {
      From: `<sip:${this.#login}@offhook.example>;tag=1`,
      To: `<sip:${to}@offhook.example>`,
      'Call-ID': `outside-${++this.#written}`,
      CSeq: `1 ${method}`,
      ...fields,
    };
    return new Request(method, sipUri(serverAt, { user: to }), fieldsOf(all));
  }

  ask(request: Request): Promise<Response> {
    const at = { transport: 'udp', address: serverAt, port: 5060 } as const;
    return new Promise((resolve, reject) =>
      this.agent.ask(request, at, {
        response: (response) => {
          if (request.method === 'SUBSCRIBE' && request.toTag === undefined && response.status === 200)
            this.#follow(Dialog.ofClient(request, response));
          resolve(response);
        },
        failed: (status) => reject(new Error(String(status))),
      }),
    );
  }

  #follow({ key }: Dialog): void {
    this.agent.enter(key, {
      request: (transaction, notify) => {
        this.onNotify(notify);
        this.agent.respond(transaction, responseTo(notify, this.notifiedWith));
      },
      acknowledged: () => undefined,
    });
  }

  call(to: string, offer: string = phoneOffer, as?: NameAddr, more: FieldValues = {}): OutgoingInvite {
    const from = as ?? nameAddr(sipUri('offhook.example', { user: this.#login }), { params: Params.none });
    const order = {
      target: sipUri(serverAt, { user: to }),
      to: [{ transport: 'udp', address: serverAt, port: 5060 }],
      from,
      offer,
    } as const;
    return new OutgoingInvite(
      this.agent,
      { ...order, fields: { Authorization: 'Digest username="x"', ...more } },
      {
        ...this.#events(),
        ringing: () => this.heard.push('ringing'),
        early: (answer) => this.heard.push(`early: ${answer}`),
        taken: (leg, answer) => {
          this.leg = leg;
          this.heard.push(`taken: ${answer}`);
        },
        refused: (status) => this.heard.push(`refused: ${status}`),
      },
    );
  }

  #events(): LegEvents {
    return {
      offered: (offer) => {
        this.heard.push(`offered: ${offer}`);
        return Promise.resolve(this.answersAnew);
      },
      wanted: () => Promise.resolve('offer of phone'),
      answered: (answer) => this.heard.push(`answered: ${answer}`),
      pressed: () => undefined,
      referred: () => 603,
      ended: () => this.heard.push('ended'),
    };
  }
}
