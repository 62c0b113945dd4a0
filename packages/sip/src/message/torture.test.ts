import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromBytes } from '../bytes.ts';
import type { Abilities } from './check.ts';
import { checkRequest, checkResponse, inspect } from './check.ts';
import { MessageError } from './errors.ts';
import type { Message } from './message.ts';
import { isRequest } from './message.ts';
import { parseMessage, UnreadableError } from './parse.ts';
import type { Verdict } from './torture.fixture.ts';
import { torture } from './torture.fixture.ts';
import { writeMessage } from './write.ts';

const abilities: Abilities = {
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'MESSAGE'],
  schemes: ['sip', 'sips', 'tel'],
  extensions: ['100rel', 'timer'],
  contentTypes: ['application/sdp', 'text/plain'],
  answers: { INVITE: ['application/sdp'] },
};

function judge(text: string): Verdict {
  let message: Message;
  try {
    message = parseMessage(text);
    if (isRequest(message)) checkRequest(message);
    else checkResponse(message);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    return text.startsWith('SIP/') ? 'dropped' : error.status;
  }
  if (!isRequest(message)) return 'valid';
  return inspect(message, abilities)?.status ?? 'valid';
}

/** What is decided further in: by the registrar, and by whoever asks for credentials. */
const further: Readonly<Record<string, Verdict>> = { unksm2: 'valid', regaut01: 'valid' };

it('has each case of RFC 4475 once', () => {
  expect(new Set(torture.map(({ name }) => name)).size).toBe(49);
});

describe.each(torture)('$name (RFC 4475 §$section)', ({ name, verdict, message, why }) => {
  it(`[G1] ${verdict}: ${why}`, () => {
    expect(judge(message)).toBe(further[name] ?? verdict);
  });
});

/** The archive of the RFC is not ours to publish: it lies in `shared` beside the repository, or beside what holds a worktree of it. */
function archive(): string | undefined {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'shared/testdata/rfc4475');
    if (existsSync(found)) return found;
  }
  return undefined;
}

const folder = archive();
const missing =
  folder === undefined ? ', which are not judged where shared/testdata/rfc4475 is not beside this repository' : '';
const read = (name: string): string => fromBytes(readFileSync(join(folder ?? '', `${name}.dat`)));

describe.skipIf(folder === undefined)(`the messages of RFC 4475 itself${missing}`, () => {
  it.each(torture)('[G1] $name is judged like ours: $verdict', ({ name, verdict }) => {
    expect(judge(read(name))).toBe(further[name] ?? verdict);
  });

  it.each(torture)('[G2] $name, where it can be read, is read from what is written in the same way', ({ name }) =>
    roundTrip(read(name)),
  );
});

describe('our messages', () => {
  it.each(torture)('[G2] $name, where it can be read, is read from what is written in the same way', ({ message }) =>
    roundTrip(message),
  );
});

function fields({ fields: all }: Message): string[][] {
  return all.filter(({ key }) => key !== 'content-length').map(({ name, value }) => [name, value]);
}

function roundTrip(text: string): void {
  let first: Message;
  try {
    first = parseMessage(text);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableError);
    return;
  }
  const again = parseMessage(writeMessage(first));
  expect(fields(again)).toEqual(fields(first));
  expect(again.body).toBe(first.body);
  expect(writeMessage(again)).toBe(writeMessage(first));
}

const named = (name: string): Message => parseMessage(torture.find((one) => one.name === name)?.message ?? '');

describe('what is read', () => {
  it('[G3] of folds and white space', () => {
    const message = named('wsinv');
    expect(message.toTag).toBe('4711x');
    expect(message.from).toMatchObject({ displayName: String.raw`O. \ "Mar"` });
    expect(message.maxForwards).toBe(42);
    expect(message.cseq).toEqual({ number: 7, method: 'INVITE' });
    expect(message.vias.map(({ transport, host, params }) => [transport, host, params.get('branch')])).toEqual([
      ['UDP', '198.51.100.7', 'nocookie'],
      ['TCP', 'one.example.net', 'z9hG4bKone'],
      ['UDP', '192.0.2.9', 'z9hG4bKtwo'],
    ]);
    expect(message.get('subject')).toBe('');
    expect(message.get('x-folded')).toBe('one two');
    expect(message.get('x-commas')).toBe(',;,;;');
    expect([...(message.contacts[0]?.params ?? [])]).toEqual([
      ['new', 'value'],
      ['alone', undefined],
      ['q', '0.5'],
    ]);
  });

  it('[G4] of escapes', () => {
    const message = named('esc01');
    expect(isRequest(message) && message.uri).toMatchObject({ user: 'sip:omar@example.net', host: 'example.org' });
    expect(message.to.uri).toMatchObject({ user: 'lena' });
    const [, contact] = message.contacts;
    const { params } = contact!.uri as { params: Iterable<unknown> };
    expect([...params]).toEqual([
      ['lr', undefined],
      ['val', 'a%42'],
    ]);
    expect(named('escnull').contacts.map(({ uri }) => (uri as { user?: string }).user)).toEqual(['\0', '\0\0']);
    expect(named('esc02').contacts).toHaveLength(2);
    expect(named('esc02').to.displayName).toBe('%Q%41');
  });

  it('[G5] of parameters inside and outside of <>', () => {
    const [outside, inside] = ['cparam01', 'cparam02'].map((name) => named(name).contacts[0]);
    expect(outside?.params.has('mystery')).toBe(true);
    expect(inside?.params.has('mystery')).toBe(false);
    expect(inside?.uri).toMatchObject({ user: '+4930555' });
  });

  it('[G6] of bytes: a body, a display name, a reason phrase', () => {
    expect(named('mpart01').body).toContain('\x000\x82\r\n\r\n\x01\xff\xfe\r\0\n');
    expect(named('intmeth').to.displayName).toBe('BS:\b NUL:\0 DEL:\x7f');
    expect(named('intmeth').has("x-.!%*+_`'~")).toBe(true);
    expect(named('dblreq').body).toBe('');
  });

  it('[G7] of a Date that is not in GMT: nothing, but only when it is asked for', () => {
    expect(() => named('baddate').date).toThrow(MessageError);
  });

  it('[G8] of an unsupported extension, type or answer: what would be supported', () => {
    const refusal = (name: string): unknown => {
      const message = named(name);
      return isRequest(message) ? inspect(message, abilities)?.fields : undefined;
    };
    expect(refusal('bext01')).toEqual({ Unsupported: 'teleport, telepathy' });
    expect(refusal('invut')).toEqual({ Accept: 'application/sdp, text/plain' });
    expect(refusal('intmeth')).toEqual({ Allow: abilities.methods.join(', ') });
  });
});
