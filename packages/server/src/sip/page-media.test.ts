/** A page that speaks SIP and WebRTC, where somebody else comes in the place of whom it talks with, and where both sides begin at once. */
import { Request } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
import { from } from '../engine/engine.fixture.ts';
import type { AnchoredMedia } from './anchored.ts';
import { PageMedia } from './page-media.ts';
import { PhoneWorld } from './phones.fixture.ts';
import type { Phone } from './phone.fixture.ts';

/** As browsers describe what they send. The certificate is of the one who has this letter. */
function webRtc(ufrag: string, { letter = 'A', setup = 'actpass', direction = 'sendrecv', mids = ['0'] } = {}): string {
  const keys = [
    `a=ice-ufrag:${ufrag}`,
    'a=ice-pwd:0123456789012345678901',
    `a=fingerprint:sha-256 ${`${letter}B:`.repeat(31)}AB`,
    `a=setup:${setup}`,
  ];
  const sections = mids.flatMap((mid) => ['m=audio 9 UDP/TLS/RTP/SAVPF 111', `a=mid:${mid}`, ...keys, `a=${direction}`]);
  return ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${mids.join(' ')}`, ...sections, ''].join('\r\n');
}

let at: PhoneWorld;
let phone: Phone;
const id = 'call-of-alice-and-bob';
const into = 'call-of-bob-and-carol';
const alice = webRtc('alic');
const ofPage = webRtc('page', { letter: 'B', setup: 'passive', mids: ['sound'] });
const ofWorker = webRtc('work', { letter: 'C' });
/** What the page was told, with or without its being asked. */
const heard = (what: string): string[] => phone.heard.filter((one) => one.startsWith(what));

/** alice calls the page, which takes it; what it answers anew is `ofPage` as well. */
async function ring(): Promise<void> {
  await at.world.ask(from('alice'), {
    type: 'invite',
    call: id,
    to: 'bob',
    media: { audio: true, video: false },
    offer: { type: 'offer', sdp: alice },
  });
  const last = { candidate: '', usernameFragment: 'alic' };
  at.world.engine.ephemeral(from('alice'), { type: 'candidates', call: id, epoch: 1, candidates: [last], end: false });
  await at.settle();
}

async function talk(): Promise<void> {
  await ring();
  phone.answer(ofPage);
  await at.settle();
}

beforeEach(async () => {
  at = new PhoneWorld();
  at.media.described = ofWorker;
  for (const who of ['alice', 'carol']) await at.world.signIn(who);
  phone = await at.phone('bob', { transport: 'ws' });
  phone.answersAnew = ofPage;
});

const lead = async (): Promise<void> => {
  await at.world.ask(from('alice'), { type: 'transfer', call: id, to: { user: 'carol' }, into });
  await at.settle();
};
const rung = (): string | undefined => {
  const event = at.world.deliveries.findLast(({ event: one }) => one.type === 'incoming')?.event;
  return event?.type === 'incoming' ? event.view.offer?.sdp : undefined;
};

describe('a page that rings', () => {
  it('is offered the browser, which begins the handshake', async () => {
    await ring();
    expect(phone.ringing?.offer).toContain('a=ice-ufrag:alic');
    expect(phone.ringing?.offer).toContain('a=setup:active');
  });

  it('is offered a worker where nobody talks yet, and calls by it once it has taken that', async () => {
    const [bob, carol] = [from('bob').person, from('carol').person];
    await at.world.engine.administration.place(id, { caller: bob, callee: carol, media: { audio: true, video: false } });
    await at.settle();
    expect(phone.ringing?.offer).toContain('a=ice-ufrag:work');
    phone.answer(ofPage);
    await at.settle();
    expect(at.media.asked).toContain(`accept browser ${ofPage}`);
    expect(rung()).toBe(ofWorker);
  });
});

describe('a page that is led on', () => {
  it('is offered a worker in the place of its own section, and the other side another one', async () => {
    await talk();
    await lead();
    const [offered = ''] = heard('offered');
    expect(offered).toContain('a=ice-ufrag:work');
    expect(offered).toContain('a=setup:active');
    expect(offered).toContain('a=mid:sound');
    expect(at.media.asked).toEqual([
      'end',
      'offer phone',
      'answer phone',
      expect.stringMatching(/^accept phone /),
      'offer browser',
      `accept browser ${ofPage}`,
      'offer browser',
    ]);
    expect(rung()).toBe(ofWorker);
  });

  it('hears that it rings there, and goes on with whoever takes it', async () => {
    await talk();
    await lead();
    at.world.engine.ephemeral(from('carol'), { type: 'ringing', call: into });
    await at.settle();
    expect(at.media.asked.at(-1)).toBe('play ringing');
    const event = at.world.deliveries.findLast(({ event: one }) => one.type === 'incoming')?.event;
    const epoch = event?.type === 'incoming' ? event.view.epoch : 0;
    const answer = { type: 'answer', sdp: webRtc('caro') } as const;
    await at.world.ask(from('carol'), { type: 'accept', call: into, epoch, answer });
    await at.settle();
    expect(at.media.asked.slice(-2)).toEqual(['play nothing', `accept browser ${answer.sdp}`]);
    phone.leg?.hangUp();
    await at.settle();
    expect(at.media.asked.slice(-2)).toEqual(['end', 'end']);
    expect(at.world.engine.liveCalls).toBe(0);
  });

  it('loses its call where it cannot be carried, and keeps nothing', async () => {
    await talk();
    at.media.isGone = true;
    await lead();
    expect([phone.heard.at(-1), at.world.engine.liveCalls]).toEqual(['ended', 0]);
  });

  it('is offered nothing more where it hangs up before a worker is there', async () => {
    await talk();
    at.media.meanwhile = () => {
      at.media.meanwhile = undefined;
      phone.leg?.hangUp();
    };
    await lead();
    expect(at.said.filter((one) => one === 'server>bob-desk INVITE')).toHaveLength(1);
    expect(at.world.engine.liveCalls).toBe(0);
  });

  it('is carried by others where the worker is lost, with one offer for both bridges', async () => {
    await talk();
    await lead();
    const before = heard('offered').length;
    at.media.lose();
    await at.settle();
    expect(heard('offered')).toHaveLength(before + 1);
  });

  it('may hold meanwhile: it is answered as before, and then offered the worker', async () => {
    await talk();
    // Her browser never answers, as she leaves.
    const held = phone.leg?.offer(() =>
      Promise.resolve(webRtc('page', { letter: 'B', direction: 'sendonly', mids: ['sound'] })),
    );
    await at.settle();
    await lead();
    await at.world.clock.advance(2_000);
    await at.settle();
    expect(await held).toContain('a=ice-ufrag:alic');
    expect(await held).toContain('a=recvonly');
    expect(heard('offered')).toEqual([expect.stringContaining('a=ice-ufrag:work')]);
    expect(rung()).toBe(ofWorker);
  });

  it('talks on where something was still to be offered to it by whoever leads it on', async () => {
    await talk();
    // It answers the first half a second later, and the other waits for that.
    at.lost.add('bob-desk>server 200');
    for (const n of [1, 2])
      await at.world.ask(from('alice'), {
        type: 'describe',
        call: id,
        epoch: 1,
        description: { type: 'offer', sdp: alice, n },
      });
    await lead();
    await at.world.clock.advance(2_000);
    await at.settle();
    expect(heard('offered')).toEqual([
      expect.stringContaining('a=ice-ufrag:alic'),
      expect.stringContaining('a=ice-ufrag:work'),
    ]);
    expect(rung()).toBe(ofWorker);
    expect([heard('ended'), at.world.engine.liveCalls]).toEqual([[], 1]);
  });

  it('holds whoever it is led to, in the direction that it says', async () => {
    await talk();
    await lead();
    const sdp = webRtc('page', { letter: 'B', direction: 'sendonly', mids: ['sound'] });
    const held = phone.leg?.offer(() => Promise.resolve(sdp));
    await at.settle();
    expect(await held).toContain('a=ice-ufrag:work');
    expect(await held).toContain('a=recvonly');
  });
});

describe('where the browser has begun anew while it rang, and the page does so as it takes the call', () => {
  it('neither waits for the other', async () => {
    await ring();
    const again = { type: 'offer', sdp: webRtc('ali2', { letter: 'D' }) } as const;
    await at.world.ask(from('alice'), { type: 'reoffer', call: id, epoch: 2, offer: again });
    await at.settle();
    phone.answer(ofPage);
    // The ways to her browser are waited for, before the page is offered them.
    await at.settle();
    const held = phone.leg?.offer(() => Promise.resolve(webRtc('page', { letter: 'B', direction: 'sendonly' })));
    await at.settle();
    expect(await held).toContain('a=recvonly');
    await at.world.clock.advance(2_000);
    await at.settle();
    expect(heard('offered')).toEqual([expect.stringContaining('a=ice-ufrag:ali2')]);
    const invites = at.messages.filter((one) => one instanceof Request && one.method === 'INVITE');
    expect(invites).toHaveLength(3);
    expect([...at.world.engine.administration.live()]).toMatchObject([{ live: { kind: 'active' } }]);
  });
});

/** Nothing more follows. */
const whole = (description: string): string => `${description}a=end-of-candidates\r\n`;

it('goes by one worker, however many begin anew at once, and lets go of it', async () => {
  const bridges: string[] = [];
  const offered = Promise.withResolvers<string>();
  const page = new PageMedia({
    clock: at.world.clock,
    describe: () => undefined,
    connected: () => undefined,
    leg: () => ({ offer: (make: () => Promise<string>) => make().then(() => offered.promise) }) as never,
    anchor: () => {
      const name = `worker ${bridges.push('open')}`;
      const anchored = {
        offerPage: () => Promise.resolve(ofWorker),
        pageAnswered: () => Promise.resolve(),
        browserOffers: () => Promise.resolve({ type: 'answer', sdp: name }),
        offerBrowser: () => Promise.resolve({ type: 'offer', sdp: name }),
        play: () => undefined,
        close: () => void (bridges[Number(name.slice(7)) - 1] = 'closed'),
      };
      return anchored as unknown as AnchoredMedia;
    },
  });
  await page.ring({ type: 'offer', sdp: whole(alice) });
  await page.taken(whole(ofPage), { type: 'offer', sdp: whole(alice) });
  const another = { type: 'offer', sdp: webRtc('caro', { letter: 'D' }) } as const;
  const asked = Promise.all([page.browserOffers(another), page.browserOffers(another), page.offerBrowser()]);
  offered.resolve(ofPage);
  expect((await asked).map(({ sdp }) => sdp)).toEqual(['worker 1', 'worker 1', 'worker 1']);
  page.close();
  expect(bridges).toEqual(['closed']);
});

it('is asked again where it could not be led to a worker', async () => {
  const bridges: string[] = [];
  let isRefused = true;
  const page = new PageMedia({
    clock: at.world.clock,
    describe: () => undefined,
    connected: () => undefined,
    leg: () =>
      ({
        offer: async (make: () => Promise<string>) => {
          await make();
          if (isRefused) throw new Error('488');
          return ofPage;
        },
      }) as never,
    anchor: () => {
      bridges.push('open');
      const anchored = {
        offerPage: () => Promise.resolve(ofWorker),
        pageAnswered: () => Promise.resolve(),
        offerBrowser: () => Promise.resolve({ type: 'offer', sdp: `worker ${bridges.length}` }),
        play: () => undefined,
        close: () => void bridges.push('closed'),
      };
      return anchored as unknown as AnchoredMedia;
    },
  });
  await page.ring({ type: 'offer', sdp: whole(alice) });
  await page.taken(whole(ofPage), { type: 'offer', sdp: whole(alice) });
  await expect(page.offerBrowser()).rejects.toThrow('488');
  isRefused = false;
  expect(await page.offerBrowser()).toEqual({ type: 'offer', sdp: 'worker 3' });
  expect(bridges).toEqual(['open', 'closed', 'open']);
});
