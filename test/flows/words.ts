/** Messages in the words of a ladder: the type, and the fields that matter to those who read along. */
import type { CallView, Cause, Description, Ephemeral, Event, Media, ReplyOf, Request, Side } from '@offhook/core';

/** A message of either side as it is on the wire: the fields that ladders show, of whatever type it is. */
interface Message {
  readonly type?: string;
  readonly id?: string;
  readonly re?: string;
  readonly ok?: Answer;
  readonly error?: { readonly code: string };
  readonly call?: string;
  readonly view?: CallView;
  readonly to?: string | { readonly call: string } | { readonly user: string };
  readonly into?: string;
  readonly media?: Media;
  readonly epoch?: number;
  readonly description?: Description;
  readonly offer?: unknown;
  readonly answer?: unknown;
  readonly end?: boolean;
  readonly state?: string;
  readonly side?: Side;
  readonly reason?: string;
  readonly cause?: Cause;
  readonly elsewhere?: string;
  readonly waiting?: boolean;
  readonly resume?: string;
  readonly seq?: number;
  readonly calls?: readonly string[];
}

type Answer = Partial<Pick<ReplyOf<'hello'>, 'resumed' | 'calls' | 'ended'> & Pick<ReplyOf<'invite'>, 'merged'>>;

/** What has nothing to do with the course of a call. */
const aside: ReadonlySet<string> = new Set<(Request | Ephemeral | Event)['type'] | 'pong'>([
  'watch',
  'presence',
  'ice',
  'people',
  'history',
  'settings',
  'ping',
  'pong',
]);

/** Answers that people wait for, or that decide something. Of the others, those that say no more than `ok` are left out. */
const awaited: ReadonlySet<string> = new Set<Request['type']>(['invite', 'accept']);

export class Words {
  /** The types of requests, by who sent them and their id. */
  readonly #asked = new Map<string, string>();
  /** Names of calls, by their ids. */
  readonly #calls: ReadonlyMap<string, string>;

  /** `calls`: how calls are told apart; '' and those not in it are called nothing. */
  constructor(calls: ReadonlyMap<string, string>) {
    this.#calls = calls;
  }

  /** What to write for this message of a page, or for one to it; undefined: nothing. */
  of(page: string, text: string): string | undefined {
    const message = JSON.parse(text) as Message;
    const { type, id, re } = message;
    if (re !== undefined) return this.#reply(this.#asked.get(`${page} ${re}`) ?? '', message);
    if (type === undefined) return undefined;
    if (id !== undefined) this.#asked.set(`${page} ${id}`, type);
    return aside.has(type) ? undefined : [type, ...this.#fields(message)].join(' ');
  }

  #reply(asked: string, { ok, error }: Message): string | undefined {
    if (aside.has(asked)) return undefined;
    if (error !== undefined) return `error ${asked} code=${error.code}`;
    const { resumed, calls = [], ended = [], merged } = ok ?? {};
    const parts = [
      ...(resumed === undefined ? [] : [`resumed=${resumed}`]),
      ...calls.map((view) => `[${this.#view(view).join(' ')}]`),
      ...ended.map(({ call, cause }) => `[${['ended', ...this.#call(call), `cause=${cause}`].join(' ')}]`),
      ...(merged === undefined ? [] : [`merged=[${this.#view(merged).join(' ')}]`]),
    ];
    return parts.length > 0 || awaited.has(asked) ? [`ok ${asked}`, ...parts].join(' ') : undefined;
  }

  #fields(message: Message): string[] {
    const { type, call, view, to, media, epoch, description, offer, answer, end, state, side } = message;
    const { reason, cause, elsewhere, waiting, resume, seq, into, calls = [] } = message;
    return [
      ...this.#call(call),
      ...(view === undefined ? [] : this.#view(view)),
      ...(to === undefined ? [] : this.#to(to)),
      ...(into === undefined ? [] : ['into', ...this.#call(into)]),
      ...mediaOf(media),
      ...(epoch === undefined ? [] : [`epoch=${epoch}`]),
      ...(description === undefined ? [] : [`${description.type} n=${description.n ?? 0}`]),
      ...(offer === undefined ? [] : ['offer']),
      ...(answer === undefined ? [] : ['answer']),
      ...(end === true ? ['end'] : []),
      ...(state === undefined ? [] : [state]),
      ...(side === undefined ? [] : sideOf(side)),
      ...(reason === undefined ? [] : [`reason=${reason}`]),
      ...(cause === undefined ? [] : [`cause=${cause}`]),
      ...(elsewhere === undefined ? [] : [`elsewhere=${elsewhere}`]),
      ...(waiting === true ? ['waiting'] : []),
      ...(type === 'hello' ? [resume === undefined ? 'new' : 'resume', seq === undefined ? 'without seq' : 'seq'] : []),
      ...(calls.length > 0 ? [`calls=${calls.length}`] : []),
    ];
  }

  #to(to: NonNullable<Message['to']>): string[] {
    if (typeof to === 'string') return [`to=${to}`];
    return 'user' in to ? [`to=${to.user}`] : ['with', ...this.#call(to.call)];
  }

  #view({ call, role, peer, stage, here, epoch, waiting, media, transferredBy, forwardedFrom }: CallView): string[] {
    const isLed = (transferredBy ?? forwardedFrom) !== undefined;
    return [
      ...this.#call(call),
      ...(role === 'callee' ? [`from=${peer.address}`] : isLed ? [`to=${peer.address}`] : []),
      ...(transferredBy === undefined ? [] : [`by=${transferredBy.address}`]),
      ...(forwardedFrom === undefined ? [] : [`for=${forwardedFrom.address}`]),
      ...mediaOf(media),
      stage,
      `epoch=${epoch}`,
      `here=${here}`,
      ...(waiting ? ['waiting'] : []),
    ];
  }

  #call(id: string | undefined): string[] {
    const name = id === undefined ? undefined : this.#calls.get(id);
    return name === undefined || name === '' ? [] : [`(${name})`];
  }
}

function mediaOf(media: Media | undefined): string[] {
  return media?.video === true ? ['video'] : [];
}

function sideOf({ n, held, camera }: Side): string[] {
  return [`n=${n}`, `held=${held}`, `camera=${camera}`];
}
