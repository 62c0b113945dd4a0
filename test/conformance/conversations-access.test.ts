/** Who may do what: every request about conversations × what somebody is to a conversation, each cell over the real server. */
import { conversationEphemerals, conversationRequests } from '@offhook/core/protocol';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { defaults } from '../../packages/server/src/config.ts';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { claim, entryId, postFile, startServer, Wire } from '../support/wire.ts';
import type { Message, SignedIn } from '../support/wire.ts';

const roles = ['author', 'member', 'former', 'stranger'] as const;
type Role = (typeof roles)[number];
type Kind = 'group' | 'direct' | 'room';
type What = keyof typeof conversationRequests | keyof typeof conversationEphemerals;

/** `ok`, the code of the refusal, or whether something of the conversation is seen at all. */
type Verdict =
  | 'ok'
  | 'seen'
  | 'unseen'
  | 'not_yours'
  | 'not_a_group'
  | 'conversation_not_found'
  | 'conversation_exists'
  | 'file_not_found'
  | 'bad_message';
type Row = readonly [author: Verdict, member: Verdict, former: Verdict, stranger: Verdict];

const nf = 'conversation_not_found';
const inIt: Row = ['ok', 'ok', nf, nf];
const authors: Row = ['ok', 'not_yours', nf, nf];
const files: Row = ['ok', 'ok', 'file_not_found', 'file_not_found'];
const sees: Row = ['seen', 'seen', 'unseen', 'unseen'];
const all: Row = ['ok', 'ok', 'ok', 'ok'];
const never: Row = ['bad_message', 'bad_message', 'bad_message', 'bad_message'];

const group: Readonly<Record<What, Row>> = {
  say: inIt,
  edit: authors,
  delete: authors,
  react: inIt,
  read: inIt,
  conversations: sees,
  conversation: inIt,
  entries: inIt,
  search: sees,
  file: files,
  group: ['ok', 'conversation_exists', 'conversation_exists', 'conversation_exists'],
  change: inIt,
  leave: inIt,
  typing: sees,
};
const noGroup: Row = ['not_a_group', 'not_a_group', nf, nf];
/** Nobody was ever in a conversation of two and is so no longer: there "former" is one more stranger. No group has its id. */
const direct: Readonly<Record<What, Row>> = { ...group, group: never, change: noGroup, leave: noGroup };
/** Everybody is in it; it is nobody's. */
const room: Readonly<Record<What, Row>> = {
  ...direct,
  say: all,
  edit: ['ok', 'not_yours', 'not_yours', 'not_yours'],
  delete: ['ok', 'not_yours', 'not_yours', 'not_yours'],
  react: all,
  read: all,
  change: ['not_a_group', 'not_a_group', 'not_a_group', 'not_a_group'],
  leave: ['not_a_group', 'not_a_group', 'not_a_group', 'not_a_group'],
  conversations: ['seen', 'seen', 'seen', 'seen'],
  conversation: all,
  entries: all,
  search: ['seen', 'seen', 'seen', 'seen'],
  file: all,
  typing: ['unseen', 'unseen', 'unseen', 'unseen'],
};
const tables = { group, direct, room };
const cells = (Object.keys(tables) as Kind[]).flatMap((kind) =>
  (Object.keys(tables[kind]) as What[]).flatMap((what) =>
    roles.map((role, at) => ({ kind, what, role, verdict: tables[kind][what][at] ?? nf })),
  ),
);

const names: Readonly<Record<Role, string>> = { author: 'Anna', member: 'Bo', former: 'Eve', stranger: 'Fay' };
let server: RunningServer;
let wires: Readonly<Record<Role, SignedIn>>;
let authorToken: string;
let groups = 0;

beforeAll(async () => {
  const unlimited = { saysPerSecond: 1e6, sayBurst: 1e6, searchesPerSecond: 1e6, searchBurst: 1e6, messageBurst: 1e6 };
  server = await startServer({ limits: { ...defaults.limits, ...unlimited } });
  const signedIn = await Promise.all(
    roles.map(async (role) => {
      const identity = await claim(server.port, names[role]);
      if (role === 'author') authorToken = identity.token;
      return [role, await Wire.follow(server.port, identity)] as const;
    }),
  );
  wires = Object.fromEntries(signedIn) as Record<Role, SignedIn>;
});
afterAll(() => server.stop());

/** A conversation of this kind with one message of the author; its id, and where the message stands. */
async function make(kind: Kind): Promise<{ conversation: string; position: number; word: string; file: string }> {
  groups += 1;
  const word = `secret${groups}`;
  const conversation = { group: `group-${String(groups).padStart(12, '0')}`, direct: 'anna~bo', room: 'everyone' }[kind];
  const { author } = wires;
  if (kind === 'group') await author.request({ type: 'group', conversation, name: 'Friends', people: ['bo', 'eve'] });
  const { body } = await postFile(server.port, authorToken, word);
  const file = body.file?.file ?? '';
  const { ok } = await author.request({ type: 'say', in: { conversation }, entry: entryId(), text: word, files: [file] });
  if (kind === 'group') {
    const change = { type: 'left', people: ['eve'] };
    await author.request({ type: 'change', conversation, entry: entryId(), change });
  }
  return { conversation, position: (ok?.['entry'] as { position: number } | undefined)?.position ?? 0, word, file };
}

type Place = Awaited<ReturnType<typeof make>>;

const messages: Readonly<Record<What, (place: Place) => Readonly<Record<string, unknown>>>> = {
  say: ({ conversation }) => ({ in: { conversation }, entry: entryId(), text: 'x' }),
  edit: ({ conversation, position }) => ({ in: { conversation }, position, text: 'x' }),
  delete: ({ conversation, position }) => ({ in: { conversation }, position }),
  react: ({ conversation, position }) => ({ in: { conversation }, position, value: '👍', on: true }),
  read: ({ conversation, position }) => ({ in: { conversation }, position }),
  conversations: () => ({}),
  conversation: ({ conversation }) => ({ in: { conversation } }),
  entries: ({ conversation }) => ({ in: { conversation } }),
  search: ({ word }) => ({ query: word }),
  file: ({ file }) => ({ file }),
  group: ({ conversation }) => ({ conversation, name: 'Mine', people: [] }),
  change: ({ conversation }) => ({ conversation, entry: entryId(), change: { type: 'renamed', name: `Name ${groups}` } }),
  leave: ({ conversation }) => ({ conversation, entry: entryId() }),
  typing: ({ conversation }) => ({ in: { conversation } }),
};

/** All that the author can see of it. */
async function seenByAuthor({ conversation }: Place): Promise<unknown> {
  const { author } = wires;
  const [view, entries] = await Promise.all(
    ['conversation', 'entries'].map((type) => author.request({ type, in: { conversation } })),
  );
  return [view?.ok, entries?.ok];
}

async function settled(kind?: Kind): Promise<void> {
  // What is told of the room is gathered.
  if (kind === 'room') await new Promise((resolve) => setTimeout(resolve, 120));
  for (const wire of Object.values(wires)) await wire.flush();
}

function clear(): void {
  for (const wire of Object.values(wires)) wire.received.length = 0;
}

function judge(what: What, reply: Message, place: Place): string {
  if (reply.error !== undefined) return reply.error.code;
  if (what !== 'conversations' && what !== 'search') return 'ok';
  return JSON.stringify(reply.ok).includes(`"${place.conversation}"`) ? 'seen' : 'unseen';
}

it('knows a verdict for every request', () => {
  const known = [...Object.keys(conversationRequests), ...Object.keys(conversationEphemerals)].sort();
  for (const table of Object.values(tables)) expect(Object.keys(table).sort()).toEqual(known);
});

describe('[K4]', () => {
  test.each(cells)('$what in a $kind, by $role: $verdict', async ({ kind, what, role, verdict }) => {
    const place = await make(kind);
    const wire = wires[role];
    await settled(kind);
    clear();
    const before = await seenByAuthor(place);
    const message = { type: what, ...messages[what](place) };
    if (what === 'typing') {
      wire.send(message);
      await settled(kind);
      const others = role === 'author' ? wires.member : wires.author;
      const isHeard = others.received.some(({ type }) => type === 'typing');
      // Said a moment ago by a test before this one, it may be left out.
      if (kind === 'direct' && verdict === 'seen') return;
      expect(isHeard ? 'seen' : 'unseen').toBe(verdict);
      return;
    }
    expect(judge(what, await wire.request(message), place)).toBe(verdict);
    await settled(kind);
    const told = (['former', 'stranger'] as const).flatMap((other) => wires[other].received);
    if (kind !== 'room') expect(told).toEqual([]);
    if (verdict === 'ok' || verdict === 'seen') return;
    expect(await seenByAuthor(place)).toEqual(before);
    for (const other of Object.values(wires)) expect(other.received).toEqual([]);
  });

  test.each(['stranger', 'former'] as const)('nobody comes in by an address: %s', async (role) => {
    const place = await make('direct');
    for (const id of ['anna~bo', 'bo~anna']) {
      const { error } = await wires[role].request({ type: 'entries', in: { conversation: id } });
      expect(error?.code).toBe(nf);
    }
    const { ok } = await wires[role].request({ type: 'entries', in: { user: 'bo' } });
    expect(JSON.stringify(ok)).not.toContain(place.word);
    expect((await wires[role].request({ type: 'search', query: place.word, in: { user: 'bo' } })).ok).toEqual({ entries: [] });
  });

  test('whoever was taken out hears it, and nothing after it', async () => {
    const { author, member } = wires;
    const { conversation } = await make('group');
    await settled();
    clear();
    await author.request({ type: 'change', conversation, entry: entryId(), change: { type: 'left', people: ['bo'] } });
    await author.request({ type: 'say', in: { conversation }, entry: entryId(), text: 'about Bo' });
    await settled();
    expect(member.received).toMatchObject([{ type: 'left', conversation }]);
  });
});
