/** A page that speaks SIP and WebRTC: its sound goes to the other side by itself, and here what the two say is passed on. */
import { beforeEach, describe, expect, it } from 'vitest';
import { from } from '../engine/engine.fixture.ts';
import { PhoneWorld } from './phones.fixture.ts';
import type { Phone } from './phone.fixture.ts';

/** As browsers describe what they send, without the candidates, which they tell later. */
function webRtc(ufrag: string, ...kinds: readonly string[]): string {
  const session = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0'];
  const keys = [`a=ice-ufrag:${ufrag}`, 'a=ice-pwd:0123456789012345678901', `a=fingerprint:sha-256 ${'AB:'.repeat(31)}AB`];
  const sections = kinds.flatMap((kind, mid) => [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF 111`,
    'c=IN IP4 0.0.0.0',
    `a=mid:${mid}`,
    ...keys,
  ]);
  return [...session, ...sections, ''].join('\r\n');
}

let at: PhoneWorld;
let phone: Phone;
let call: string;

beforeEach(async () => {
  at = new PhoneWorld();
  await at.world.signIn('alice');
  phone = await at.phone('bob');
  phone.call('alice', webRtc('bobs', 'audio'));
  await at.settle();
  call = [...at.world.engine.administration.live()].flatMap((one) => ('live' in one ? one.live.id : []))[0]!;
});

const accept = (): Promise<unknown> =>
  at.world.ask(from('alice'), { type: 'accept', call, epoch: 1, answer: { type: 'answer', sdp: webRtc('own1', 'audio') } });
const offers = (ufrag: string, ...kinds: readonly string[]): Promise<unknown> =>
  at.world.ask(from('alice'), {
    type: 'describe',
    call,
    epoch: 1,
    description: { type: 'offer', sdp: webRtc(ufrag, ...kinds), n: 1 },
  });
async function gathers(ufrag: string): Promise<void> {
  const candidate = { candidate: `candidate:1 1 udp 2122260223 192.0.2.7 4000 typ host`, sdpMid: '0', usernameFragment: ufrag };
  at.world.engine.ephemeral(from('alice'), { type: 'candidates', call, epoch: 1, candidates: [candidate], end: true });
  await at.settle();
}

describe('a page that calls by SIP', () => {
  it('is answered with all the ways to the browser, once they are known', async () => {
    await accept();
    await at.settle();
    expect(phone.heard).toEqual([]);
    await gathers('own1');
    expect(phone.heard).toEqual([expect.stringMatching(/^taken: .*a=candidate:1 1 udp .*a=end-of-candidates/s)]);
  });

  it('is asked for more where the browser wants that before it has told all of its ways', async () => {
    await accept();
    await offers('own1', 'audio', 'video');
    await at.settle();
    await gathers('own1');
    expect(phone.heard.map((one) => one.split(/[:\r]/)[0])).toEqual(['taken', 'offered']);
    expect(phone.heard[1]).toMatch(/m=video .*/);
    expect(at.world.deliveries.at(-1)?.event).toMatchObject({
      type: 'described',
      description: { type: 'answer', n: 1, sdp: 'another answer of phone' },
    });
    expect([...at.world.engine.administration.live()]).toHaveLength(1);
  });

  it('is asked for more only once it has acknowledged what it was answered', async () => {
    at.lost.add('bob-desk>server ACK');
    await accept();
    await offers('own1', 'audio', 'video');
    await at.settle();
    await gathers('own1');
    expect(phone.heard.map((one) => one.split(/[:\r]/)[0])).toEqual(['taken']);
    // The answer comes again, and its ACK.
    await at.world.clock.advance(500);
    await at.settle();
    expect(phone.heard.map((one) => one.split(/[:\r]/)[0])).toEqual(['taken', 'offered']);
  });
});
