/** What people say of themselves and of one another: every request × what somebody is to somebody else, over the real server. */
import { peopleRequests } from '@offhook/core/protocol';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { RunningServer } from '../../packages/server/src/server.ts';
import { ask, firstAdmin, guest, invite, signUp } from '../support/accounts.ts';
import { mint, secret } from '../support/tokens.ts';
import { audio, callId, claim, entryId, offer, postFile, startServer, Wire } from '../support/wire.ts';
import type { Identity, Message, SignedIn } from '../support/wire.ts';

let server: RunningServer;
let names = 0;
const opened: Wire[] = [];

beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  for (const wire of opened) wire.close();
  await server.stop();
});

interface Known {
  readonly wire: SignedIn;
  readonly identity: Identity;
  readonly address: string;
}

async function come(name = 'Person'): Promise<Known> {
  names += 1;
  const identity = await claim(server.port, `${name} ${names}`);
  return { identity, address: identity.user.address, wire: await signIn(identity) };
}

async function signIn(identity: Identity): Promise<SignedIn> {
  const wire = await Wire.signIn(server.port, identity);
  opened.push(wire);
  return wire;
}

async function must(wire: Wire, message: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const { ok, error } = await wire.request(message);
  expect(error).toBeUndefined();
  return ok ?? {};
}

const codeOf = ({ error }: Message): string => error?.code ?? 'ok';
const look = async (wire: Wire, address: string): Promise<unknown> =>
  ((await must(wire, { type: 'look', addresses: [address] }))['people'] as unknown[])[0];

/** A picture by its first bytes. */
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1A\n', 'latin1'), Buffer.alloc(100)]);

async function sendPicture({ identity }: Known, content: Uint8Array = png): Promise<string> {
  return (await postFile(server.port, identity.token, content, { name: 'me.png' })).body.file?.file ?? '';
}

describe('a status', () => {
  it('is seen by those who watch, and by those who look', async () => {
    const [anna, bo] = [await come(), await come()];
    await must(bo.wire, { type: 'watch', addresses: [anna.address] });
    const status = { text: 'In the workshop', emoji: '🔧' };
    await must(anna.wire, { type: 'profile', change: { status: { ...status, text: '  In the\nworkshop ' } } });
    const { people } = await bo.wire.take('presence');
    expect(people).toMatchObject([{ address: anna.address, presence: 'online', status }]);
    expect(await look(bo.wire, anna.address)).toMatchObject({ status });
    await must(anna.wire, { type: 'profile', change: { status: null } });
    expect((await bo.wire.take('presence'))['people']).toEqual([
      { address: anna.address, name: anna.identity.user.name, presence: 'online' },
    ]);
  });

  it('is over when it was to be over, and refused where nobody could read it', async () => {
    const [anna, bo] = [await come(), await come()];
    await must(anna.wire, { type: 'profile', change: { status: { text: 'Gone', until: Date.now() - 1 } } });
    expect(await look(bo.wire, anna.address)).not.toHaveProperty('status');
    const before = await must(anna.wire, { type: 'profile' });
    for (const text of ['', 'x'.repeat(81)]) {
      expect(codeOf(await anna.wire.request({ type: 'profile', change: { status: { text } } }))).toBe('status_invalid');
    }
    expect(await must(anna.wire, { type: 'profile' })).toEqual(before);
  });

  it('is told on the other devices, and kept for those who come later', async () => {
    const anna = await come();
    const other = await signIn(anna.identity);
    await must(anna.wire, { type: 'profile', change: { status: { text: 'Here' } } });
    expect(await other.take('profile')).toMatchObject({ profile: { status: { text: 'Here' } } });
    expect(await must(other, { type: 'profile' })).toEqual({ profile: { status: { text: 'Here' }, tellsSeen: false } });
  });
});

describe('being away', () => {
  it('is what all devices say together', async () => {
    const [anna, bo] = [await come(), await come()];
    await must(bo.wire, { type: 'watch', addresses: [anna.address] });
    const second = await signIn(anna.identity);
    anna.wire.send({ type: 'activity', active: false });
    await anna.wire.flush();
    expect(await look(bo.wire, anna.address)).toMatchObject({ presence: 'online' });
    second.send({ type: 'activity', active: false });
    expect((await bo.wire.take('presence'))['people']).toMatchObject([{ presence: 'away' }]);
    anna.wire.send({ type: 'activity', active: true });
    expect((await bo.wire.take('presence'))['people']).toMatchObject([{ presence: 'online' }]);
  });
});

describe('do not disturb', () => {
  it('holds in the quiet hours, by the clock of the server', async () => {
    const [anna, bo] = [await come(), await come()];
    const quietHours = { timeZone: 'Asia/Tokyo', days: Array.from({ length: 7 }, () => ({ from: 0, to: 0 })) };
    await must(anna.wire, { type: 'settings', change: { quietHours } });
    const call = callId();
    await must(bo.wire, { type: 'invite', call, to: anna.address, media: audio, offer });
    expect(await bo.wire.take('ended')).toMatchObject({ call, cause: 'do_not_disturb' });
    await must(anna.wire, { type: 'settings', change: { quietHours: null } });
    await must(bo.wire, { type: 'invite', call: callId(), to: anna.address, media: audio, offer });
    await anna.wire.take('incoming');
  });

  it('ends by itself', async () => {
    const [anna, bo] = [await come(), await come()];
    await must(bo.wire, { type: 'watch', addresses: [anna.address] });
    const change = { doNotDisturb: true, doNotDisturbUntil: Date.now() + 1_500 };
    await must(anna.wire, { type: 'settings', change });
    expect((await bo.wire.take('presence'))['people']).toMatchObject([{ presence: 'do_not_disturb' }]);
    expect((await bo.wire.take('presence'))['people']).toMatchObject([{ presence: 'online' }]);
  });

  it.each([
    ['a zone that is none', { timeZone: 'Mars/Olympus', days: Array.from({ length: 7 }, () => null) }],
    ['six days', { timeZone: 'UTC', days: Array.from({ length: 6 }, () => null) }],
    ['a minute that is none', { timeZone: 'UTC', days: Array.from({ length: 7 }, () => ({ from: 0, to: 1_440 })) }],
  ])('has no hours with %s', async (_, quietHours) => {
    const anna = await come();
    expect(codeOf(await anna.wire.request({ type: 'settings', change: { quietHours } }))).toBe('bad_message');
  });
});

describe('last seen', () => {
  it('is told among those who tell it, and to nobody else', async () => {
    const [anna, bo, eve] = [await come(), await come(), await come()];
    for (const { wire } of [anna, bo]) await must(wire, { type: 'profile', change: { tellsSeen: true } });
    const before = Date.now();
    await anna.wire.request({ type: 'bye' });
    const seen = (await look(bo.wire, anna.address)) as { presence: string; seenAt: number };
    expect(seen.presence).toBe('offline');
    expect(seen.seenAt).toBeGreaterThanOrEqual(before - 1);
    expect(await look(eve.wire, anna.address)).not.toHaveProperty('seenAt');
    await must(bo.wire, { type: 'profile', change: { tellsSeen: false } });
    expect(await look(bo.wire, anna.address)).not.toHaveProperty('seenAt');
  });
});

describe('contacts', () => {
  it('are a list of one’s own, favourites first, told on the other devices', async () => {
    const [anna, bo, cleo] = [await come(), await come('Bo'), await come('Cleo')];
    const other = await signIn(anna.identity);
    await must(anna.wire, { type: 'contact', user: bo.address, is: true });
    await must(anna.wire, { type: 'contact', user: cleo.address, is: true, starred: true });
    await must(anna.wire, { type: 'contact', user: cleo.address, is: true });
    await other.take('contacts');
    const listed = async (wire: Wire): Promise<unknown> =>
      ((await must(wire, { type: 'contacts' }))['contacts'] as { address: string; starred: boolean; presence: string }[]).map(
        ({ address, starred, presence }) => [address, starred, presence],
      );
    expect(await listed(other)).toEqual([
      [cleo.address, true, 'online'],
      [bo.address, false, 'online'],
    ]);
    expect(await listed(bo.wire)).toEqual([]);
    await must(anna.wire, { type: 'contact', user: cleo.address, is: false });
    await must(anna.wire, { type: 'contact', user: cleo.address, is: false });
    expect(await listed(anna.wire)).toEqual([[bo.address, false, 'online']]);
    expect(codeOf(await anna.wire.request({ type: 'contact', user: anna.address, is: true }))).toBe('forbidden');
    expect(codeOf(await anna.wire.request({ type: 'contact', user: 'nobody-at-all', is: true }))).toBe('user_not_found');
  });
});

describe('a picture', () => {
  it('is read by whoever was told which, as what it is, and gone with its removal', async () => {
    const [anna, bo] = [await come(), await come()];
    const picture = await sendPicture(anna);
    await must(anna.wire, { type: 'profile', change: { picture } });
    expect(await look(bo.wire, anna.address)).toMatchObject({ picture });
    const address = `http://127.0.0.1:${server.port}/v1/pictures/${picture}`;
    const response = await fetch(address);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(png);
    await must(anna.wire, { type: 'profile', change: { picture: null } });
    expect((await fetch(address)).status).toBe(404);
    expect(await look(bo.wire, anna.address)).not.toHaveProperty('picture');
  });

  it('is nothing else than a small picture of one’s own', async () => {
    const [anna, bo] = [await come(), await come()];
    const large = Buffer.concat([png, Buffer.alloc(512 * 1024 - png.length)]);
    const texts = await postFile(server.port, anna.identity.token, 'a text');
    const said = await sendPicture(anna);
    await must(anna.wire, { type: 'say', in: { user: bo.address }, entry: entryId(), text: '', files: [said] });
    const wrong = [await sendPicture(bo), texts.body.file?.file ?? '', said, 'nothing', await sendPicture(anna, large)];
    for (const picture of wrong.slice(0, 4))
      expect(codeOf(await anna.wire.request({ type: 'profile', change: { picture } })), picture).toBe('picture_refused');
    await must(anna.wire, { type: 'profile', change: { picture: wrong[4] } });
    // What is in a message is no picture of a person, and the reverse.
    expect((await fetch(`http://127.0.0.1:${server.port}/v1/pictures/${said}`)).status).toBe(404);
    expect(codeOf(await bo.wire.request({ type: 'file', file: wrong[4] }))).toBe('file_not_found');
  });
});

/** Anna has blocked Bo. */
async function apart(): Promise<{ anna: Known; bo: Known }> {
  const [anna, bo] = [await come('Anna'), await come('Bo')];
  await must(anna.wire, { type: 'profile', change: { status: { text: 'Hi' }, tellsSeen: true } });
  await must(bo.wire, { type: 'profile', change: { tellsSeen: true } });
  await must(bo.wire, { type: 'watch', addresses: [anna.address] });
  await must(anna.wire, { type: 'block', user: bo.address, on: true });
  return { anna, bo };
}

describe('whoever is blocked', () => {
  it('sees whoever has blocked them offline at once, and anew when they are unblocked; is told nothing', async () => {
    const { anna, bo } = await apart();
    const nothing = { address: anna.address, name: anna.identity.user.name, presence: 'offline' };
    expect(await bo.wire.take('presence')).toMatchObject({ people: [nothing] });
    expect(await look(bo.wire, anna.address)).toEqual(nothing);
    const { people } = await must(bo.wire, { type: 'people', query: 'anna' });
    expect((people as { address: string }[]).find(({ address }) => address === anna.address)).toEqual(nothing);
    await must(anna.wire, { type: 'settings', change: { doNotDisturb: true } });
    await must(anna.wire, { type: 'settings', change: { doNotDisturb: false } });
    await must(anna.wire, { type: 'block', user: bo.address, on: false });
    expect((await bo.wire.take('presence', 5_000))['people']).toMatchObject([{ presence: 'online', status: { text: 'Hi' } }]);
    expect(bo.wire.received.map(({ type }) => type)).not.toContain('blocked');
  });

  it('finds them unreachable, and the call is in no list of theirs', async () => {
    const { anna, bo } = await apart();
    const call = callId();
    await must(bo.wire, { type: 'invite', call, to: anna.address, media: audio, offer });
    expect(await bo.wire.take('ended')).toMatchObject({ call, cause: 'unreachable' });
    expect(await must(bo.wire, { type: 'history' })).toMatchObject({ entries: [{ call, cause: 'unreachable' }] });
    expect(await must(anna.wire, { type: 'history' })).toEqual({ entries: [] });
    expect(await must(anna.wire, { type: 'conversations' })).toMatchObject({ conversations: [{ kind: 'room', last: 0 }] });
    await anna.wire.flush();
    expect(anna.wire.received.map(({ type }) => type)).not.toContain('incoming');
    expect(codeOf(await anna.wire.request({ type: 'invite', call: callId(), to: bo.address, media: audio, offer }))).toBe(
      'blocked',
    );
  });

  it('does not write to them alone, nor takes them into a group; in groups they are together as before', async () => {
    const [anna, bo] = [await come(), await come()];
    const conversation = `group-of-people-${names}`;
    await must(bo.wire, { type: 'group', conversation, name: 'Both', people: [anna.address] });
    await must(bo.wire, { type: 'say', in: { user: anna.address }, entry: entryId(), text: 'Before' });
    await must(anna.wire, { type: 'block', user: bo.address, on: true });
    anna.wire.received.length = 0;
    const direct = { user: anna.address };
    const said = { in: direct, entry: entryId(), text: 'After' };
    expect(codeOf(await bo.wire.request({ type: 'say', ...said }))).toBe('person_unavailable');
    expect(codeOf(await bo.wire.request({ type: 'edit', in: direct, position: 1, text: 'x' }))).toBe('person_unavailable');
    expect(codeOf(await bo.wire.request({ type: 'react', in: direct, position: 1, value: '👍', on: true }))).toBe(
      'person_unavailable',
    );
    expect(
      codeOf(await bo.wire.request({ type: 'group', conversation: `${conversation}-2`, name: 'X', people: [anna.address] })),
    ).toBe('person_unavailable');
    expect(codeOf(await anna.wire.request({ type: 'say', ...said, in: { user: bo.address } }))).toBe('blocked');
    bo.wire.send({ type: 'typing', in: direct });
    bo.wire.send({ type: 'acme.hello', to: direct, data: 1 });
    expect(await bo.wire.take('error')).toMatchObject({ error: { code: 'not_delivered' } });
    await must(bo.wire, { type: 'read', in: direct, position: 1 });
    await must(anna.wire, { type: 'read', in: { user: bo.address }, position: 1 });
    await anna.wire.flush();
    await bo.wire.flush();
    expect(anna.wire.received).toEqual([]);
    expect(bo.wire.received.filter(({ type }) => type === 'read')).toEqual([]);
    await must(bo.wire, { type: 'say', in: { conversation }, entry: entryId(), text: 'In the group' });
    expect(await anna.wire.take('entries')).toMatchObject({ entries: [{ text: 'In the group' }] });
  });

  it('stays so over a restart of the server, and for those who are away', async () => {
    const { anna, bo } = await apart();
    await anna.wire.request({ type: 'bye' });
    await must(bo.wire, { type: 'invite', call: callId(), to: anna.address, media: audio, offer });
    await bo.wire.take('ended');
    const again = await signIn(anna.identity);
    expect(await must(again, { type: 'blocked' })).toEqual({
      people: [{ address: bo.address, name: bo.identity.user.name }],
    });
    expect(await must(again, { type: 'history' })).toEqual({ entries: [] });
  });
});

describe('every request by everybody', () => {
  const roles = ['other', 'blocked', 'stranger', 'restricted'] as const;
  type Role = (typeof roles)[number];
  type What = keyof typeof peopleRequests | 'watch' | 'people';
  /** What somebody gets of Anna: all, her name alone, nothing of her, a refusal, or only what is their own. */
  type Verdict = 'all' | 'name' | 'nothing' | 'forbidden' | 'own';
  const table: Readonly<Record<What, readonly [Verdict, Verdict, Verdict, Verdict]>> = {
    watch: ['all', 'name', 'all', 'nothing'],
    people: ['all', 'name', 'all', 'nothing'],
    look: ['all', 'name', 'all', 'nothing'],
    contacts: ['all', 'name', 'all', 'nothing'],
    contact: ['own', 'own', 'own', 'forbidden'],
    profile: ['own', 'own', 'own', 'own'],
    block: ['own', 'own', 'own', 'forbidden'],
    blocked: ['name', 'name', 'name', 'nothing'],
  };
  let site: RunningServer;
  let anna: SignedIn;
  let wires: Readonly<Record<Role, SignedIn>>;
  const deviceId = { device: { id: 'a-device-of-its-own' } };

  beforeAll(async () => {
    site = await startServer({ tokenSecret: secret });
    const enter = async (address: string, claims = {}): Promise<SignedIn> => {
      const token = await mint(address, { claims });
      return Wire.signIn(site.port, { token } as Identity, deviceId);
    };
    anna = await enter('anna');
    await must(anna, { type: 'profile', change: { status: { text: 'Secret' } } });
    const made = await Promise.all(roles.map(async (role) => [role, await enter(role)] as const));
    for (const [, wire] of made) await must(wire, { type: 'contact', user: 'anna', is: true });
    await must(anna, { type: 'block', user: 'blocked', on: true });
    // Blocked while they still knew of Anna: with the token they have now, they are told of her no more.
    await must(Object.fromEntries(made)['restricted'] as SignedIn, { type: 'block', user: 'anna', on: true });
    wires = {
      ...(Object.fromEntries(made) as Record<Role, SignedIn>),
      restricted: await enter('restricted', { grants: { outgoing: ['other'] } }),
    };
  });
  afterAll(async () => {
    for (const wire of [anna, ...Object.values(wires)]) wire.close();
    await site.stop();
  });

  const messages: Readonly<Record<What, Readonly<Record<string, unknown>>>> = {
    watch: { addresses: ['anna'] },
    people: {},
    look: { addresses: ['anna'] },
    contacts: {},
    contact: { user: 'anna', is: true, starred: true },
    profile: { change: { status: { text: 'Mine' } } },
    block: { user: 'anna', on: true },
    blocked: {},
  };
  const cells = (Object.keys(table) as What[]).flatMap((what) =>
    roles.map((role, at) => ({ what, role, verdict: table[what][at] ?? 'nothing' })),
  );

  it('knows a verdict for every request', () => {
    expect(Object.keys(table).sort()).toEqual([...Object.keys(peopleRequests), 'people', 'watch'].sort());
  });

  test.each(cells)('$what by $role: $verdict', async ({ what, role, verdict }) => {
    const before = await Promise.all(['profile', 'contacts', 'blocked'].map((type) => must(anna, { type })));
    const { ok, error } = await wires[role].request({ type: what, ...messages[what] });
    const text = JSON.stringify(ok ?? {});
    const got =
      error !== undefined
        ? error.code
        : text.includes('Secret')
          ? 'all'
          : text.includes('"anna"')
            ? 'name'
            : verdict === 'own'
              ? 'own'
              : 'nothing';
    expect(got).toBe(verdict);
    expect(await Promise.all(['profile', 'contacts', 'blocked'].map((type) => must(anna, { type })))).toEqual(before);
  });

  it.each([true, false])('finds out by no block whether somebody is there (on: %s)', async (on) => {
    for (const user of ['anna', 'nobodyhere'])
      expect(codeOf(await wires.restricted.request({ type: 'block', user, on })), user).toBe('forbidden');
    for (const role of ['other', 'stranger'] as const) await must(wires[role], { type: 'block', user: 'anna', on });
    await must(wires.restricted, { type: 'block', user: 'other', on });
    const { people } = await must(wires.restricted, { type: 'blocked' });
    expect(people).toEqual(on ? [{ address: 'other', name: 'other' }] : []);
  });
});

describe('what was told to those it does not concern', () => {
  it('shows nobody whose account is closed or whose visit is over', async () => {
    const site = await startServer({ accounts: true });
    try {
      const admin = await firstAdmin(site);
      await guest(site.port, admin, 'Gil', { stayMs: 1 });
      const member = await signUp(site.port, await invite(site.port, admin, { role: 'member' }), 'Mem');
      const wire = await Wire.signIn(site.port, admin);
      const seen = async (): Promise<unknown> =>
        ((await must(wire, { type: 'people' }))['people'] as { name: string }[]).map(({ name }) => name);
      expect(await seen()).toEqual(['Ada', 'Mem']);
      await ask(site.port, 'DELETE', `/v1/accounts/${member.user.address}`, undefined, admin.token);
      expect(await seen()).toEqual(['Ada']);
      expect(((await must(wire, { type: 'people', query: 'mem' }))['people'] as unknown[]).length).toBe(0);
      wire.close();
    } finally {
      await site.stop();
    }
  });

  it('tells a restricted token of no conversation that others begin with it', async () => {
    const site = await startServer({ tokenSecret: secret });
    try {
      const enter = async (address: string, claims = {}): Promise<SignedIn> =>
        Wire.signIn(site.port, { token: await mint(address, { claims }) } as Identity, {
          device: { id: `device-of-${address}` },
        });
      const [bo, gil, eve] = [await enter('bo'), await enter('gil', { grants: { outgoing: ['bo'] } }), await enter('eve')];
      await must(gil, { type: 'conversations' });
      await must(eve, { type: 'say', in: { user: 'gil' }, entry: entryId(), text: 'Psst' });
      eve.send({ type: 'typing', in: { user: 'gil' } });
      await eve.flush();
      await must(bo, { type: 'say', in: { user: 'gil' }, entry: entryId(), text: 'Hello' });
      const first = await gil.take('entries');
      expect(first).toMatchObject({ entries: [{ text: 'Hello' }] });
      expect(gil.received).toMatchObject([{ type: 'conversation', conversation: { conversation: 'bo~gil' } }]);
      for (const wire of [bo, gil, eve]) wire.close();
    } finally {
      await site.stop();
    }
  });
});
