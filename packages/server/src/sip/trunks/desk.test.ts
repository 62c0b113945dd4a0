import { writeNameAddr, writeUri } from '@offhook/sip';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../ports.ts';
import { carrier, elsewhere, invite, TrunkSite } from './desk.fixture.ts';

const refused = async (asked: Promise<unknown>): Promise<string> => {
  const error: unknown = await asked.catch((one: unknown) => one);
  if (!(error instanceof Refusal)) throw error;
  return error.code;
};

/** Of two answers that are to be the same but for chance. */
const shape = (text: string | undefined): string => (text ?? '').replaceAll(/nonce="[^"]+"/g, '');
const account = (address: string, role: 'admin' | 'guest') =>
  ({ type: 'account', account: { address, role, createdAt: 1 } }) as const;

describe('a call that comes in', () => {
  it('is of the trunk from whose address it comes, by the transport of the trunk if that is TLS', async () => {
    const site = await TrunkSite.open();
    const trunk = await site.trunk({ incoming: { addresses: ['192.0.2.0/28'] }, codecs: ['PCMA'], srtp: 'required' });
    expect(await site.incoming(invite())).toMatchObject({
      trunk,
      called: '+4930123450',
      caller: '+4940654321',
      callerName: 'Bo',
      codecs: ['PCMA'],
      srtp: 'required',
    });
    expect(await site.incoming(invite(), { ...carrier, address: '::ffff:192.0.2.2' })).toMatchObject({ trunk });
    expect(await site.incoming(invite(), elsewhere)).toBe('no trunk');
    // Pages come from there as well, where a proxy has the address of a PBX.
    for (const transport of ['ws', 'wss'] as const) {
      expect(await site.incoming(invite(), { ...carrier, transport })).toBe('no trunk');
      expect(site.desk.knows({ ...carrier, transport })).toBe(false);
    }
    for (const transport of ['tcp', 'tls'] as const)
      expect(await site.incoming(invite(), { ...carrier, transport })).toMatchObject({ trunk });
    await site.desk.book.change(trunk, { transport: 'tls' });
    expect(await site.incoming(invite())).toBe('no trunk');
    expect(await site.incoming(invite(), { ...carrier, transport: 'tls' })).toMatchObject({ trunk });
    await site.desk.book.change(trunk, { transport: 'udp', enabled: false });
    expect(await site.incoming(invite())).toBe('no trunk');
    await site.desk.book.change(trunk, { enabled: true, incoming: { addresses: [] } });
    expect(await site.incoming(invite())).toBe('no trunk');
  });

  it('tells who we are there, where the trunk asks within the call', async () => {
    const site = await TrunkSite.open();
    const incoming = { addresses: ['192.0.2.0/28'] };
    const trunk = await site.trunk({ incoming, username: 'us', password: 'four words of theirs' });
    const credentials = { username: 'us', password: 'four words of theirs' };
    expect(await site.incoming(invite())).toMatchObject({ trunk, credentials });
    await site.desk.book.change(trunk, { password: null });
    expect(await site.incoming(invite())).toMatchObject({ trunk, credentials: undefined });
  });

  it('is of the trunk that signs in; who knows no password is told the same as who knows no name', async () => {
    const site = await TrunkSite.open();
    const trunk = await site.trunk({ incoming: { username: 'pbx', password: 'come in, come in' } });
    expect(await site.incoming(invite(), elsewhere)).toBe('no trunk');
    expect(await site.incoming(await site.signed('pbx', 'come in, come in', elsewhere), elsewhere)).toMatchObject({ trunk });
    const wrong = await site.desk.incoming(await site.signed('pbx', 'let me in', elsewhere), elsewhere);
    const stranger = await site.signed('nobody', 'let me in', elsewhere);
    expect(await site.incoming(stranger, elsewhere)).toBe('no trunk');
    const other = await site.registry.authenticate(stranger, elsewhere);
    const [one, two] = [
      wrong && 'refused' in wrong ? wrong.refused : undefined,
      'refusal' in other ? other.refusal : undefined,
    ];
    expect([one?.status, one?.fields.map(({ name, value }) => `${name} ${shape(value).replace(/tag=\S+/, '')}`)]).toEqual([
      two?.status,
      two?.fields.map(({ name, value }) => `${name} ${shape(value).replace(/tag=\S+/, '')}`),
    ]);
    expect(one?.status).toBe(401);
  });

  it('is not listened to where somebody guesses, but at addresses of trunks', async () => {
    const site = await TrunkSite.open();
    await site.trunk({ incoming: { addresses: [carrier.address], username: 'pbx', password: 'come in, come in' } });
    for (let n = 0; n < 12; n++) await site.incoming(await site.signed('pbx', `guess ${n}`, elsewhere), elsewhere);
    expect([site.registry.shuns(elsewhere), site.desk.knows(elsewhere), site.desk.knows(carrier)]).toEqual([true, false, true]);
  });

  it('goes to the number in the Request-URI, else in P-Called-Party-ID, else in To, else to that of the trunk', async () => {
    const site = await TrunkSite.open();
    const trunk = await site.trunk({ incoming: { addresses: [carrier.address] }, numbers: { format: 'national' } });
    const called = async (...about: Parameters<typeof invite>): Promise<unknown> => {
      const heard = await site.incoming(invite(...about));
      return typeof heard === 'object' ? heard.called : heard;
    };
    expect(await called({}, 'sip:030123450@offhook.example;user=phone')).toBe('+4930123450');
    expect(await called({}, 'tel:+49-30-123450')).toBe('+4930123450');
    const ours = 'sip:line-7@offhook.example';
    expect(await called({ To: '<sip:030123451@carrier.example>' }, ours)).toBe('+4930123451');
    expect(
      await called({ To: '<sip:030123451@carrier.example>', 'P-Called-Party-ID': '<sip:030123452@carrier.example>' }, ours),
    ).toBe('+4930123452');
    expect(await called({}, ours)).toBe(404);
    await site.desk.book.change(trunk, { number: '+4930123459' });
    expect(await called({}, ours)).toBe('+4930123459');
    expect(await called({ To: '"x <sip:' }, ours)).toBe('+4930123459');
  });

  it('tells who calls: as it is asserted by those who are trusted, and nothing of who does not want it', async () => {
    const site = await TrunkSite.open();
    const trunk = await site.trunk({ incoming: { addresses: [carrier.address] } });
    const caller = async (fields: Parameters<typeof invite>[0]): Promise<unknown> => {
      const heard = await site.incoming(invite(fields));
      return typeof heard === 'object' ? [heard.caller, heard.callerName] : heard;
    };
    const asserted = { 'P-Asserted-Identity': ['"Cleo" <sip:+4989111222@carrier.example>', '<tel:+4989111222>'] };
    expect(await caller(asserted)).toEqual(['+4940654321', 'Bo']);
    await site.desk.book.change(trunk, { trusted: true });
    expect(await caller(asserted)).toEqual(['+4989111222', 'Cleo']);
    expect(await caller({ ...asserted, Privacy: 'id;critical' })).toEqual([undefined, undefined]);
    const anonymous = { From: '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1' };
    expect(await caller({ ...asserted, ...anonymous })).toEqual([undefined, undefined]);
    expect(await caller({ From: '"Anna \u0007B" <sip:anna@carrier.example>;tag=1' })).toEqual([undefined, 'Anna B']);
    expect(await caller({ 'P-Asserted-Identity': '"x <sip:' })).toEqual(['+4940654321', 'Bo']);
  });
});

describe('a number that is called', () => {
  it('is understood as it is dialled in the country of the server', async () => {
    const { desk } = await TrunkSite.open();
    expect(['030 123450', '+44 20 7946 0958', '112', ' 110 ', 'bo', '12'].map((text) => desk.dialled(text))).toEqual([
      '+4930123450',
      '+442079460958',
      '112',
      '110',
      undefined,
      undefined,
    ]);
  });

  it('is reached by trunks in the order of their priorities, those of one by weight; not by those that take none', async () => {
    const site = await TrunkSite.open();
    await site.allow();
    const heavy = await site.trunk({ host: '192.0.2.10', priority: 5, weight: 30 });
    const light = await site.trunk({ host: '192.0.2.11', priority: 5, weight: 10 });
    const last = await site.trunk({ host: '192.0.2.12', priority: 7 });
    await site.trunk({ host: '192.0.2.13', outgoing: false });
    await site.trunk({ host: '192.0.2.14', enabled: false });
    const order = async (): Promise<string[]> =>
      (await site.desk.outgoing('anna', '+4930123450')).ways.map(({ trunk }) => trunk);
    site.chance = 0.1;
    expect(await order()).toEqual([light, heavy, last]);
    site.chance = 0.9;
    expect(await order()).toEqual([heavy, light, last]);
    site.unknown.add('192.0.2.10');
    expect(await order()).toEqual([light, last]);
    for (const host of ['192.0.2.11', '192.0.2.12']) site.unknown.add(host);
    expect(await refused(site.desk.outgoing('anna', '+4930123450'))).toBe('no_trunk');
  });

  it('is written as the trunk wants it, from the number of whoever calls, with the login of the trunk', async () => {
    const site = await TrunkSite.open();
    await site.allow();
    const trunk = await site.trunk({
      host: 'carrier.example',
      port: 5070,
      proxy: 'edge.carrier.example:5080',
      transport: 'tls',
      domain: 'we.carrier.example',
      username: 'we',
      password: 'open sesame',
      number: '+4930123450',
      numbers: { format: 'national', prefix: '0' },
      codecs: ['G722', 'PCMA'],
      srtp: 'required',
    });
    const way = async () => {
      const [{ target, from, to, routes, ...rest } = never()] = (await site.desk.outgoing('anna', '+431588580')).ways;
      return { ...rest, target: writeUri(target), from: writeNameAddr(from), to: to[0]?.address, routes };
    };
    const usual = {
      trunk,
      target: 'sip:000431588580@carrier.example:5070;user=phone;transport=tls',
      from: '<sip:030123450@we.carrier.example>',
      to: 'edge.carrier.example',
      routes: ['<sip:edge.carrier.example:5080;transport=tls;lr>'],
      fields: {},
      credentials: { username: 'we', password: 'open sesame' },
      codecs: ['G722', 'PCMA'],
      srtp: 'required',
    };
    expect(await way()).toEqual(usual);
    await site.desk.book.setUserOutgoing('anna', { number: '+4930123459' });
    expect((await way()).from).toBe('<sip:030123459@we.carrier.example>');
    await site.desk.book.change(trunk, { trusted: true });
    await site.desk.book.setUserOutgoing('anna', { number: '+4930123459', withheld: true });
    expect(await way()).toMatchObject({
      from: '"Anonymous" <sip:anonymous@anonymous.invalid>',
      fields: { 'P-Asserted-Identity': '<sip:030123459@we.carrier.example>', Privacy: 'id' },
    });
    await site.desk.book.change(trunk, { trusted: false });
    expect((await way()).fields).toEqual({ Privacy: 'id' });
  });

  it('is refused where no rule allows it, by what is wrong with it', async () => {
    const site = await TrunkSite.open();
    await site.trunk();
    const code = (number: string): Promise<string> => refused(site.desk.outgoing('anna', number));
    expect(await code('+4930123450')).toBe('destination_denied');
    await site.allow({ rules: [{ prefix: '+', allow: true }] });
    expect(await code('+431588580')).toBe('international_denied');
    expect(await code('+499001234567')).toBe('premium_denied');
    for (const wrong of ['030123450', '+49', 'anna', '+49 30 123450', '+4930123450;x=y'])
      expect(await code(wrong)).toBe('number_invalid');
    await site.desk.book.setUserOutgoing('bo', { rules: [{ prefix: '+43', allow: true, international: true }] });
    expect((await site.desk.outgoing('bo', '+431588580')).ways).toHaveLength(1);
    expect(await code('+431588580')).toBe('international_denied');
  });

  it('is a matter of the role of who calls', async () => {
    const site = await TrunkSite.open();
    await site.trunk();
    await site.store.commit([account('anna', 'admin'), account('guest-1', 'guest')]);
    await site.allow({
      rules: [{ prefix: '+49', allow: true }],
      roles: { admin: [{ prefix: '+43', allow: true, international: true }], guest: [{ prefix: '+49', allow: false }] },
    });
    expect((await site.desk.outgoing('anna', '+431588580')).ways).toHaveLength(1);
    expect(await refused(site.desk.outgoing('bo', '+431588580'))).toBe('destination_denied');
    expect((await site.desk.outgoing('bo', '+4930123450')).ways).toHaveLength(1);
    expect(await refused(site.desk.outgoing('guest-1', '+4930123450'))).toBe('destination_denied');
  });

  it('for help is called though nobody can tell what its caller may', async () => {
    const site = await TrunkSite.open();
    const trunk = await site.trunk();
    await site.allow({ rules: [], emergency: { trunk } });
    site.store.userOutgoing = () => Promise.reject(new Error('the disk is gone'));
    expect((await site.desk.outgoing('anna', '112')).ways).toHaveLength(1);
    await expect(site.desk.outgoing('anna', '+4930123450')).rejects.toThrow('the disk is gone');
  });

  it('for help goes by the trunk that is named for it, whatever the rules say, and tells who calls; else it is refused', async () => {
    const site = await TrunkSite.open();
    await site.trunk({ host: '192.0.2.10' });
    await site.allow();
    expect(await refused(site.desk.outgoing('anna', '112'))).toBe('emergency_refused');
    const trunk = await site.trunk({ host: '192.0.2.11', number: '+4930123450', numbers: { format: 'digits', prefix: '0' } });
    await site.desk.book.change(trunk, { outgoing: false });
    await site.allow({ rules: [], emergency: { trunk, numbers: ['19222'] } });
    await site.desk.book.setUserOutgoing('anna', { withheld: true });
    for (const number of ['112', '19222']) {
      const { ways } = await site.desk.outgoing('anna', number);
      expect(ways.map((one) => [one.trunk, writeUri(one.target), writeNameAddr(one.from)])).toEqual([
        [trunk, `sip:${number}@192.0.2.11;user=phone`, '<sip:4930123450@192.0.2.11>'],
      ]);
    }
    expect(await refused(site.desk.book.remove(trunk))).toBe('emergency_trunk');
    expect(await refused(site.desk.book.change(trunk, { enabled: false }))).toBe('emergency_trunk');
    await site.allow({ emergency: {} });
    await site.desk.book.change(trunk, { enabled: false });
    expect(await refused(site.allow({ emergency: { trunk } }))).toBe('trunk_not_found');
    expect(await refused(site.desk.outgoing('anna', '112'))).toBe('emergency_refused');
    await site.desk.book.remove(trunk);
  });
});

function never(): never {
  throw new Error('nothing of this kind');
}

it('makes no trunk under the id of another one', async () => {
  const { book } = (await TrunkSite.open()).desk;
  const incoming = { addresses: ['192.0.2.0/28'], username: 'pbx', password: 'come in, come in' };
  const asked = { name: ' Carrier ', host: 'sip.carrier.example', username: 'we', password: 'open sesame', incoming };
  const made = await book.create(asked, 'id');
  expect(await book.create(asked, 'id')).toEqual(made);
  const others = [
    { host: 'sip.other.example' },
    { password: 'other' },
    { incoming: { ...incoming, password: 'let me in, let me in' } },
  ];
  for (const other of others) expect(await refused(book.create({ ...asked, ...other }, 'id'))).toBe('idempotency_mismatch');
  expect(book.list()).toEqual([made]);
});
