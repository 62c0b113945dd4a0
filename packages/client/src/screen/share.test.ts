import type { CallView } from '@offhook/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Call } from '../call.ts';
import { connect } from '../connect.ts';
import { FakeStream, FakeTrack } from '../fake-media.fixture.ts';
import { settle, World } from '../world.fixture.ts';
import { shareOf, shareScreen } from './share.ts';

const answer = { type: 'answer' as const, sdp: 'v=0\r\nm=audio 0 sendrecv\r\na=ice-ufrag:there\r\n' };
const [bo, carla] = [
  { address: 'bo', name: 'Bo' },
  { address: 'carla', name: 'Carla' },
];
const still = { n: 0, held: false, muted: false, camera: false };
const next = 'call-with-carla-0123456';

let world: World;
let call: Call;
let screen: FakeTrack;
/** Until then the person chooses. */
let choosing: Promise<void>;

async function happens(event: object): Promise<void> {
  world.seq += 1;
  world.socket.give({ seq: world.seq, ...event });
  await settle();
}

/** Bo has led this side on to Carla. */
function led(role: CallView['role']): Promise<void> {
  const view: CallView = {
    call: next,
    role,
    peer: carla,
    stage: 'active',
    here: true,
    media: { audio: true, video: false },
    epoch: 3,
    candidates: [],
    end: false,
    waiting: false,
    rings: false,
    away: false,
    mine: still,
    theirs: still,
    replaces: [call.id],
    transferredBy: bo,
  };
  return happens({ type: 'transferred', call: call.id, view });
}

beforeEach(async () => {
  world = new World();
  screen = new FakeTrack('video');
  choosing = Promise.resolve();
  const getDisplayMedia = async (): Promise<FakeStream> => {
    await choosing;
    return new FakeStream([screen]);
  };
  vi.stubGlobal('navigator', { mediaDevices: { getDisplayMedia } });
  const opening = connect({ token: 'secret' }, world.platform);
  await world.welcome();
  const phone = await opening;
  const placing = phone.call(bo);
  await settle();
  const [placed] = phone.calls;
  world.socket.answer('invite', { call: placed?.id });
  call = await placing;
  await happens({ type: 'accepted', call: call.id, epoch: 1, answer });
  world.peer.become('connected');
});
afterEach(() => vi.unstubAllGlobals());

describe('a screen that is shared', () => {
  it.each(['caller', 'callee'] as const)(
    '[E42] ends when this side is led on, and never reaches the new one: as the %s',
    async (role) => {
      const share = await shareScreen(call);
      const told: string[] = [];
      share.on('ended', () => told.push('ended'));
      await settle();
      expect(world.peer.sending).toEqual(['audio', 'video']);
      const before = [...world.peers];
      await led(role);
      if (role === 'callee')
        await happens({ type: 'described', call: next, epoch: 4, description: { ...answer, type: 'offer' } });
      expect([told, screen.readyState, shareOf(call)]).toEqual([['ended'], 'ended', undefined]);
      const later = world.peers.slice(before.length);
      expect(later.map(({ sending }) => sending)).toEqual([['audio']]);
      expect(before.flatMap(({ sending }) => sending)).toEqual([]);
      const updates = world.socket.sent.filter((message) => message['type'] === 'update' && message['call'] === next);
      expect(updates).toMatchObject([{ side: { screen: false } }]);
    },
  );

  it('is not shown to somebody else than for whom it was chosen', async () => {
    const choice = Promise.withResolvers<undefined>();
    choosing = choice.promise;
    const sharing = shareScreen(call);
    await led('caller');
    choice.resolve(undefined);
    await expect(sharing).rejects.toMatchObject({ code: 'wrong_state' });
    expect([screen.readyState, shareOf(call)]).toEqual(['ended', undefined]);
  });
});
