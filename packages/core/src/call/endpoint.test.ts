import { describe, expect, it } from 'vitest';
import { answer, bob, candidate, offer, side, t0 } from './call.fixture.ts';
import { endpointMachine } from './endpoint.ts';
import type { EndpointInput } from './endpoint.ts';
import { lastWordMs, restartAfterMs, restartAgainMs } from './endpoint-outcome.ts';
import {
  answerReady,
  call,
  calleeActive,
  calleeAnswering,
  calleeConnecting,
  callerActive,
  callerConnecting,
  calling,
  candidatesReady,
  claiming,
  claimingEarly,
  connectedMedia,
  did,
  Drive,
  endedHere,
  incoming,
  live,
  offerReady,
  opening,
  prepared,
  reconnecting,
  ringingOut,
  said,
  sound,
  view,
  talked,
  called,
} from './endpoint.fixture.ts';

const sent = (message: object): object => ({ type: 'send', message });

describe('beginning', () => {
  it('[E1] opens media first, and invites when the offer is there', () => {
    const drive = new Drive();
    expect(drive.feed({ type: 'place', to: 'bob', media: sound })).toEqual([
      { type: 'open', epoch: 1, as: 'offerer', media: sound, polite: false },
    ]);
    expect(drive.feed(offerReady(2))).toEqual([]);
    expect(drive.feed(offerReady(1))).toEqual([sent({ type: 'invite', call, to: 'bob', media: sound, offer: offer('1') })]);
    expect(drive.kind('calling').invited).toBe(false);
  });

  it('[E1] says nothing to a server that knows of nothing', () => {
    for (const input of [{ type: 'hangup' }, { type: 'media_failed' }] satisfies EndpointInput[]) {
      const drive = opening();
      expect(drive.feed(input)).toEqual([{ type: 'close' }]);
      expect(drive.kind('ended').cause).toBe(input.type === 'hangup' ? 'cancelled' : 'media_failed');
    }
    expect(opening().feed({ type: 'resync', view: undefined })).toEqual([]);
  });

  it('[E2] rings and prepares, and lets nothing out', () => {
    const drive = new Drive();
    const shown = view({ candidates: [candidate('theirs')], end: true });
    expect(drive.feed({ type: 'incoming', view: shown })).toEqual([
      sent({ type: 'ringing', call }),
      { type: 'prepare', epoch: 1, offer: offer('1'), candidates: [candidate('theirs')], end: true },
    ]);
    expect(drive.feed(answerReady(1))).toEqual([]);
    expect(drive.feed(candidatesReady(1))).toEqual([]);
    expect(drive.feed(answerReady(2))).toEqual([]);
  });

  it('[E2] does not ring without an offer', () => {
    const drive = new Drive();
    const { offer: _offer, ...blind } = view();
    expect(drive.feed({ type: 'incoming', view: blind })).toEqual([]);
    expect(drive.state.kind).toBe('new');
  });

  it('[E3] captures when the person answers', () => {
    const drive = prepared();
    expect(drive.all.some(({ type }) => type === 'capture' || type === 'open')).toBe(false);
    expect(drive.feed({ type: 'answer', media: { audio: true, video: true } })).toContainEqual({
      type: 'capture',
      media: { audio: true, video: true },
    });
    expect(drive.kind('answering').mine).toEqual(side(1, { camera: true }));
  });

  it.each([
    ['ringing', 'reoffer'],
    ['answering', 'reoffer'],
    ['active', 'describe'],
  ] as const)('[E4] opens the next epoch when a page finds itself the caller of a call: %s', (stage, request) => {
    const drive = new Drive();
    expect(did(drive.feed({ type: 'restore', view: called({ stage, epoch: 3 }) }))).toEqual(['open 4']);
    expect(said(drive.feed(offerReady(4)))).toEqual([request]);
  });

  it('[E4] opens the next epoch as the callee of a call that is talked', () => {
    const drive = new Drive();
    const mine = side(4, { camera: true, muted: true });
    expect(drive.feed({ type: 'restore', view: talked({ epoch: 3, activeMs: 5_000, mine }) })).toEqual([
      { type: 'open', epoch: 4, as: 'offerer', media: { audio: true, video: true }, polite: true },
    ]);
    expect(drive.kind('opening')).toMatchObject({ mine, connectedAt: t0 - 5_000, server: 'active' });
  });

  it('[E4] shows no screen any more, and says so', () => {
    const drive = new Drive();
    const effects = drive.feed({ type: 'restore', view: talked({ mine: side(4, { camera: true, screen: true }) }) });
    const mine = side(5, { camera: true, screen: false });
    expect(did(effects)).toEqual(['open 2', 'apply']);
    expect(effects).toContainEqual(sent({ type: 'update', call, side: mine }));
    expect(drive.kind('opening').mine).toEqual(mine);
  });

  it('[E4] answers when it has claimed and not answered', () => {
    const drive = new Drive();
    const effects = drive.feed({ type: 'restore', view: view({ stage: 'answering', here: true }) });
    expect(did(effects)).toEqual(['prepare 1', 'capture']);
    expect(said(drive.feed(answerReady(1)))).toEqual(['answer']);
  });

  it('[E4] rings when it rings, and leaves alone what another connection holds', () => {
    const rings = new Drive();
    expect(said(rings.feed({ type: 'restore', view: view() }))).toEqual(['ringing']);
    for (const elsewhere of [view({ stage: 'answering' }), talked({ here: false }), called({ here: false })]) {
      const drive = new Drive();
      expect(drive.feed({ type: 'restore', view: elsewhere })).toEqual([]);
      expect(drive.state.kind).toBe('new');
    }
  });
});

describe('calling', () => {
  it('[E5] tells after the invite what was changed before', () => {
    const drive = opening();
    expect(said(drive.feed({ type: 'update', change: { muted: true } }))).toEqual([]);
    const effects = drive.feed(offerReady(1));
    expect(said(effects)).toEqual(['invite', 'update']);
    expect(effects[1]).toEqual(sent({ type: 'update', call, side: side(1, { muted: true }) }));
  });

  it.each([
    ['calling', calling],
    ['making a new offer', () => again(calling())],
  ])('[E6] ends when the invite is refused: %s', (_name, start) => {
    for (const [code, cause] of [
      ['user_not_found', 'unreachable'],
      ['too_many_calls', 'cancelled'],
    ] as const) {
      const drive = start();
      expect(did(drive.feed({ type: 'failed', request: 'invite', code }))).toEqual(['close']);
      expect(drive.kind('ended')).toMatchObject({ cause, error: code });
    }
  });

  it('[E7] tells ringing from waiting, also over a new offer', () => {
    const drive = calling();
    expect(drive.kind('calling').remote).toBeUndefined();
    drive.feed({ type: 'ringing', waiting: true });
    expect(drive.kind('calling')).toMatchObject({ invited: true, remote: 'waiting' });
    drive.feed({ type: 'network' });
    expect(drive.kind('opening').remote).toBe('waiting');
    drive.feed({ type: 'ringing', waiting: false }, offerReady(2));
    expect(drive.kind('calling')).toMatchObject({ invited: true, remote: 'ringing' });

    const restored = new Drive();
    restored.feed({ type: 'restore', view: called({ rings: true }) }, offerReady(2));
    expect(restored.kind('calling').remote).toBe('ringing');
  });

  it('[E46] hears what is told before the answer, of its present epoch', () => {
    const drive = calling();
    const early = { epoch: 1, description: { type: 'pranswer' as const, sdp: 'early' } };
    expect(drive.feed({ type: 'ringing', waiting: false, early: { ...early, epoch: 2 } })).toEqual([]);
    expect(drive.kind('calling').remote).toBe('ringing');
    expect(drive.feed({ type: 'ringing', waiting: false, early })).toEqual([{ type: 'remote', ...early }]);
    expect(drive.kind('calling')).toMatchObject({ invited: true, remote: 'early' });
    drive.feed({ type: 'ringing', waiting: true });
    expect(drive.kind('calling').remote).toBe('waiting');
    expect(drive.feed({ type: 'accepted', epoch: 1, answer: answer('1') })).toEqual([
      { type: 'remote', epoch: 1, description: answer('1') },
    ]);
  });

  it('[E8] makes a new offer when the network changes', () => {
    const drive = ringingOut();
    expect(did(drive.feed({ type: 'network' }))).toEqual(['open 2']);
    expect(drive.feed(offerReady(2))).toEqual([sent({ type: 'reoffer', call, epoch: 2, offer: offer('2') })]);
    expect(drive.kind('calling').invited).toBe(true);
  });

  it('[E8] says the candidates once more when the server has the new offer', () => {
    const told: EndpointInput = { type: 'done', request: 'reoffer' };
    const drive = again(ringingOut());
    drive.feed(offerReady(2));
    expect(drive.feed(told)).toEqual([{ type: 'repeat', epoch: 2, offer: false }]);
    drive.feed({ type: 'accepted', epoch: 2 });
    expect(drive.feed(told)).toEqual([{ type: 'repeat', epoch: 2, offer: false }]);
  });

  it('[E8] keeps an invite in mind that was not confirmed', () => {
    const drive = again(calling());
    expect(drive.feed({ type: 'resync', view: undefined })).toEqual([]);
    drive.feed(offerReady(2));
    expect(drive.kind('calling').invited).toBe(false);

    const confirmed = again(calling());
    confirmed.feed({ type: 'done', request: 'invite' }, offerReady(2));
    expect(confirmed.kind('calling').invited).toBe(true);
  });

  it('[E9] connects when the call is claimed', () => {
    const drive = ringingOut();
    expect(drive.feed({ type: 'accepted', epoch: 1, answer: answer('1') })).toEqual([
      { type: 'remote', epoch: 1, description: answer('1') },
    ]);
    expect(drive.kind('connecting').answered).toBe(true);

    const early = ringingOut();
    expect(early.feed({ type: 'accepted', epoch: 1 })).toEqual([]);
    expect(did(early.feed({ type: 'answered', epoch: 1, answer: answer('1') }))).toEqual(['remote 1']);
    expect(early.feed({ type: 'answered', epoch: 1, answer: answer('1') })).toEqual([]);
  });

  it('[E9] uses no answer to an offer that was replaced', () => {
    const drive = again(ringingOut());
    drive.feed(offerReady(2));
    expect(drive.feed({ type: 'accepted', epoch: 1, answer: answer('1') })).toEqual([]);
    expect(drive.kind('connecting').answered).toBe(false);
    expect(did(drive.feed({ type: 'answered', epoch: 2, answer: answer('2') }))).toEqual(['remote 2']);
  });

  it('[E9] goes on as the server is when the new offer comes after the claim', () => {
    const answering = again(ringingOut());
    answering.feed({ type: 'accepted', epoch: 1 });
    expect(said(answering.feed(offerReady(2)))).toEqual(['reoffer']);
    expect(answering.kind('connecting').answered).toBe(false);

    const active = again(ringingOut());
    active.feed({ type: 'accepted', epoch: 1 }, { type: 'answered', epoch: 1, answer: answer('1') });
    expect(said(active.feed(offerReady(2)))).toEqual(['describe']);
  });

  it.each([
    ['calling', calling],
    ['making a new offer', () => again(calling())],
  ])('[E10] becomes the callee when invites crossed: %s', (_name, start) => {
    const drive = start();
    const merged = view({
      call: 'call-of-bob-0123456789',
      peer: bob,
      stage: 'answering',
      here: true,
      mine: side(3),
      theirs: side(1),
    });
    const effects = drive.feed({ type: 'done', request: 'invite', merged });
    expect(did(effects)).toEqual(['prepare 1', 'capture']);
    expect(said(effects)).toEqual(['update']);
    expect(drive.state).toMatchObject({
      kind: 'connecting',
      call: merged.call,
      role: 'callee',
      mine: side(4),
      theirs: side(1),
    });
    expect(drive.feed(answerReady(1))).toEqual([sent({ type: 'answer', call: merged.call, epoch: 1, answer: answer('1') })]);
  });

  it('[E10] opens a media path of its own when the call it crossed was answered meanwhile', () => {
    const drive = calling();
    const merged = talked({ call: 'call-of-bob-0123456789', peer: bob, activeMs: 2_000 });
    expect(did(drive.feed({ type: 'done', request: 'invite', merged }))).toEqual(['open 2']);
    expect(drive.kind('opening')).toMatchObject({ call: merged.call, server: 'active', connectedAt: t0 - 2_000 });
  });

  it('[E11] makes an offer that came too late again as the next epoch', () => {
    const late: EndpointInput = { type: 'failed', request: 'reoffer', code: 'wrong_state' };
    const drive = again(ringingOut());
    drive.feed(offerReady(2), { type: 'accepted', epoch: 1, answer: answer('1') });
    expect(did(drive.feed(late))).toEqual(['open 3']);
    expect(said(drive.feed(offerReady(3)))).toEqual(['describe']);

    const unaware = again(ringingOut());
    unaware.feed(offerReady(2));
    expect(did(unaware.feed(late))).toEqual(['open 3']);
  });
});

describe('incoming', () => {
  it('[E12] claims at once, with the answer when it is there', () => {
    expect(prepared().feed({ type: 'answer', media: sound })).toEqual([
      sent({ type: 'accept', call, epoch: 1, answer: answer('1') }),
      { type: 'capture', media: sound },
    ]);
    expect(incoming().feed({ type: 'answer', media: sound })[0]).toEqual(sent({ type: 'accept', call, epoch: 1 }));
    expect(claiming().feed({ type: 'answer', media: sound })).toEqual([]);
  });

  it('[E12] answers when the answer is made after the claim', () => {
    const won = claimingEarly();
    won.feed(answerReady(1));
    expect(said(won.feed({ type: 'done', request: 'accept' }))).toEqual(['answer']);
    expect(won.kind('connecting').answered).toBe(true);
    expect(said(calleeAnswering().feed(answerReady(1)))).toEqual(['answer']);
  });

  it('[E13] sends the candidates it held when the claim is won, once', () => {
    const drive = prepared();
    drive.feed({ type: 'answer', media: sound });
    expect(drive.feed(candidatesReady(1))).toEqual([]);
    expect(drive.feed({ type: 'done', request: 'accept' })).toEqual([
      sent({ type: 'candidates', call, epoch: 1, candidates: [candidate('mine'), candidate('mine')], end: true }),
    ]);
    expect(said(drive.feed({ type: 'done', request: 'accept' }))).toEqual([]);
    expect(said(drive.feed(candidatesReady(1)))).toEqual(['candidates']);
  });

  it('[E14] voids what was made for the old offer', () => {
    const reoffered: EndpointInput = { type: 'reoffered', epoch: 2, offer: offer('2') };
    const rings = prepared();
    expect(did(rings.feed(reoffered))).toEqual(['prepare 2']);
    expect(rings.feed(reoffered)).toEqual([]);
    expect(rings.feed({ type: 'answer', media: sound })[0]).toEqual(sent({ type: 'accept', call, epoch: 2 }));

    const claimed = claiming();
    claimed.feed(reoffered);
    expect(said(claimed.feed({ type: 'done', request: 'accept' }))).toEqual([]);
    expect(claimed.feed(answerReady(2))).toEqual([sent({ type: 'answer', call, epoch: 2, answer: answer('2') })]);
  });

  it.each([
    ['has answered too late', () => fed(calleeAnswering(), answerReady(1))],
    ['has not answered yet', calleeAnswering],
  ])('[E14] answers the new offer when it has won and %s', (_name, start) => {
    const drive = start();
    expect(did(drive.feed({ type: 'reoffered', epoch: 2, offer: offer('2') }))).toEqual(['prepare 2']);
    expect(drive.feed(answerReady(1))).toEqual([]);
    expect(said(drive.feed(answerReady(2)))).toEqual(['answer']);
  });

  it('[E15] ends here at once when the person declines, and is told', () => {
    for (const reason of ['declined', 'busy', 'unreachable', 'no_answer'] as const) {
      const drive = incoming();
      expect(drive.feed({ type: 'reject', reason })).toEqual([sent({ type: 'reject', call, reason }), { type: 'close' }]);
      expect(drive.kind('ended').cause).toBe(reason);
    }
    expect(incoming().feed({ type: 'media_failed' })).toEqual([
      sent({ type: 'reject', call, reason: 'busy' }),
      { type: 'close' },
    ]);
  });

  it('[E16] has a deadline of its own', () => {
    const drive = incoming();
    expect(drive.later(45_000 + lastWordMs - 1).feed({ type: 'tick' })).toEqual([]);
    expect(did(drive.later(1).feed({ type: 'tick' }))).toEqual(['close']);
    expect(drive.kind('ended').cause).toBe('no_answer');
  });

  it('[E17] ends when the claim is refused', () => {
    for (const [code, cause] of [
      ['answered_elsewhere', 'answered_elsewhere'],
      ['call_ended', 'cancelled'],
      ['call_not_found', 'server_lost'],
      ['store_failed', 'media_failed'],
    ] as const) {
      const drive = claiming();
      expect(did(drive.feed({ type: 'failed', request: 'accept', code }))).toEqual(['close']);
      expect(drive.kind('ended')).toMatchObject({ cause, error: code });
    }
    expect(claiming().feed({ type: 'failed', request: 'update', code: 'call_ended' })).toEqual([]);
  });

  it('[E17] leaves it to the reply when another tab of the device has said busy meanwhile', () => {
    const drive = claiming();
    expect(drive.feed({ type: 'ended', cause: 'busy' })).toEqual([]);
    drive.feed({ type: 'done', request: 'accept' });
    expect(drive.state.kind).toBe('connecting');
    const over = claiming();
    over.feed({ type: 'ended', cause: 'busy' }, { type: 'failed', request: 'accept', code: 'call_ended' });
    expect(over.kind('ended').cause).toBe('cancelled');
  });

  it('[E18] takes a description as proof that the claim was won', () => {
    const drive = prepared();
    drive.feed({ type: 'answer', media: sound });
    const effects = drive.feed({ type: 'described', epoch: 1, description: offer('1b') });
    expect(said(effects)).toEqual(['candidates']);
    expect(did(effects)).toEqual(['remote 1']);
    expect(drive.state.kind).toBe('connecting');
    expect(drive.feed({ type: 'done', request: 'accept' })).toEqual([]);
  });
});

describe('connected', () => {
  it('[E19] is active when media has connected, and counts from there', () => {
    const drive = callerConnecting().later(3_000);
    expect(drive.feed(connectedMedia(1))).toEqual([sent({ type: 'media', call, epoch: 1, state: 'connected' })]);
    drive.later(5_000).feed({ type: 'media', epoch: 1, state: 'disconnected' });
    drive.later(1_000).feed(connectedMedia(1));
    drive.feed({ type: 'described', epoch: 2, description: offer('2') });
    drive.later(1_000).feed(connectedMedia(2));
    drive.feed({ type: 'hangup' });
    expect(drive.kind('ended').durationMs).toBe(7_000);
  });

  it('[E19] is active at once when media was faster than the reply', () => {
    const drive = claiming();
    drive.feed(connectedMedia(1));
    expect(said(drive.feed({ type: 'done', request: 'accept' }))).toEqual(['media']);
    expect(drive.state.kind).toBe('active');

    const lost = claiming();
    lost.feed(connectedMedia(1), { type: 'media', epoch: 1, state: 'disconnected' }, { type: 'done', request: 'accept' });
    expect(lost.state.kind).toBe('connecting');
  });

  it('[E20] answers once per offer and uses nothing of other epochs', () => {
    const drive = calleeAnswering();
    drive.feed(answerReady(1));
    expect(drive.feed(answerReady(1))).toEqual([]);
    for (const input of [
      { type: 'description_ready', epoch: 2, description: offer('2') },
      candidatesReady(2),
      connectedMedia(2),
      { type: 'described', epoch: 2, description: answer('2') },
      { type: 'candidates', epoch: 2, candidates: [candidate('x')], end: false },
      { type: 'answered', epoch: 2, answer: answer('2') },
    ] satisfies EndpointInput[])
      expect(drive.feed(input)).toEqual([]);
    expect(said(drive.feed({ type: 'description_ready', epoch: 1, description: offer('1') }))).toEqual(['describe']);
    expect(did(drive.feed({ type: 'candidates', epoch: 1, candidates: [candidate('x')], end: false }))).toEqual([
      'remote_candidates 1',
    ]);
  });

  it('[E21] takes an offer of a later epoch, in its own role', () => {
    const callee = calleeActive();
    expect(callee.feed({ type: 'described', epoch: 2, description: offer('2') })).toEqual([
      { type: 'remote', epoch: 2, description: offer('2'), open: { polite: true } },
      { type: 'capture', media: sound },
    ]);
    expect(callee.kind('connecting').epoch).toBe(2);
    expect(callerActive().feed({ type: 'described', epoch: 2, description: offer('2') })[0]).toMatchObject({
      open: { polite: false },
    });
  });

  it('[E21] goes on in one epoch when both open it', () => {
    const drive = new Drive();
    drive.feed({ type: 'restore', view: talked() });
    expect(did(drive.feed({ type: 'described', epoch: 2, description: offer('theirs') }))).toEqual(['remote 2', 'capture']);
    expect(drive.feed(offerReady(2))).toEqual([]);

    const caller = new Drive();
    caller.feed({ type: 'restore', view: talked({ role: 'caller' }) }, offerReady(2));
    expect(caller.feed({ type: 'described', epoch: 2, description: offer('theirs') })).toEqual([
      { type: 'remote', epoch: 2, description: offer('theirs') },
    ]);
    const callee = new Drive();
    callee.feed({ type: 'restore', view: talked() }, offerReady(2));
    expect(callee.feed({ type: 'described', epoch: 2, description: offer('theirs') })).toEqual([
      { type: 'remote', epoch: 2, description: offer('theirs'), open: { polite: true } },
      { type: 'capture', media: sound },
    ]);
    expect(did(callee.feed({ type: 'described', epoch: 2, description: offer('again') }))).toEqual(['remote 2']);
  });

  it('[E40] opens the next epoch when a negotiation failed in the present one', () => {
    const drive = callerActive();
    expect(drive.feed({ type: 'epoch_failed', epoch: 1 })).toEqual([
      { type: 'open', epoch: 2, as: 'offerer', media: sound, polite: false },
    ]);
    expect(drive.feed({ type: 'epoch_failed', epoch: 1 })).toEqual([]);
    expect(drive.feed(offerReady(2))).toEqual([
      { type: 'send', message: { type: 'describe', call: drive.kind('connecting').call, epoch: 2, description: offer('2') } },
    ]);
    expect(drive.feed({ type: 'epoch_failed', epoch: 1 })).toEqual([]);
    expect(drive.kind('connecting').epoch).toBe(2);
  });

  it('[E22] restarts ICE a while after media was lost, then at growing distances', () => {
    const drive = callerActive();
    const lost = drive.now;
    drive.feed({ type: 'media', epoch: 1, state: 'disconnected' });
    const restarts: number[] = [];
    for (let i = 0; i < 8; i += 1) {
      expect(drive.expire()).toEqual([{ type: 'restart_ice', epoch: 1 }]);
      restarts.push(drive.now - lost);
    }
    expect(restarts[0]).toBe(restartAfterMs);
    const distances = restarts.slice(1).map((at, i) => at - (restarts[i] ?? 0));
    expect(distances).toEqual([1, 2, 3, 4, 5, 5, 5].map((times) => times * restartAgainMs));
    drive.feed(connectedMedia(1));
    expect(endpointMachine.deadline(drive.state)).toBeUndefined();
  });

  it('[E22] restarts at once when media has failed', () => {
    const drive = callerActive();
    expect(did(drive.feed({ type: 'media', epoch: 1, state: 'failed' }))).toEqual(['restart_ice 1']);
    expect(endpointMachine.deadline(drive.state)).toBe(drive.now + restartAgainMs);
    const lost = reconnecting();
    expect(lost.feed({ type: 'media', epoch: 1, state: 'disconnected' })).toEqual([]);
    expect(did(lost.feed({ type: 'media', epoch: 1, state: 'failed' }))).toEqual(['restart_ice 1']);
  });

  it.each([
    ['that was up', callerActive],
    ['that does not come up', callerConnecting],
  ])(
    '[E22] does not restart a connection %s again and again where each restart fails as soon as it is answered',
    (_, start) => {
      const drive = start();
      const failed: EndpointInput = { type: 'media', epoch: 1, state: 'failed' };
      expect(did(drive.feed(failed))).toEqual(['restart_ice 1']);
      for (let i = 0; i < 3; i += 1) {
        const due = endpointMachine.deadline(drive.state);
        expect(drive.feed({ type: 'media', epoch: 1, state: 'disconnected' }, failed)).toEqual([]);
        expect(endpointMachine.deadline(drive.state)).toBe(due);
        expect(drive.expire()).toEqual([{ type: 'restart_ice', epoch: 1 }]);
      }
    },
  );

  it('[E22] restarts a connection that does not come up, and not before the answer', () => {
    const drive = callerConnecting();
    expect(did(drive.feed({ type: 'media', epoch: 1, state: 'failed' }))).toEqual(['restart_ice 1']);
    expect(drive.expire()).toEqual([{ type: 'restart_ice', epoch: 1 }]);
    drive.feed(connectedMedia(1));
    expect(endpointMachine.deadline(drive.state)).toBeUndefined();
    expect(calleeAnswering().feed({ type: 'media', epoch: 1, state: 'failed' })).toEqual([]);
  });

  it('[E23] restarts at once when the network changes or the other is back', () => {
    expect(did(callerActive().feed({ type: 'network' }))).toEqual(['restart_ice 1']);
    expect(did(callerConnecting().feed({ type: 'network' }))).toEqual(['restart_ice 1']);
    expect(calleeAnswering().feed({ type: 'network' })).toEqual([]);
    const drive = reconnecting();
    expect(drive.feed({ type: 'peer', state: 'away' })).toEqual([]);
    expect(drive.kind('reconnecting').peerAway).toBe(true);
    expect(did(drive.feed({ type: 'peer', state: 'here' }))).toEqual(['repeat 1', 'restart_ice 1']);
    expect(did(callerActive().feed({ type: 'peer', state: 'here' }))).toEqual(['repeat 1']);
  });

  it('[E45] opens the next epoch at once when the media of the other side are lost for good', () => {
    const lost = { type: 'epoch_failed', epoch: 1 } as const;
    for (const drive of [callerActive(), reconnecting(), callerConnecting()]) {
      expect(drive.feed({ ...lost, epoch: 2 })).toEqual([]);
      expect(did(drive.feed(lost))).toEqual(['open 2']);
      expect(drive.kind('opening')).toMatchObject({ epoch: 2, server: 'active' });
      expect(drive.feed(lost)).toEqual([]);
    }
  });

  it('[E24] tells of the loss and the return of media once each', () => {
    const drive = callerActive();
    const messages = drive.feed({ type: 'media', epoch: 1, state: 'disconnected' });
    expect(messages).toEqual([sent({ type: 'media', call, epoch: 1, state: 'interrupted' })]);
    expect(said(drive.feed({ type: 'media', epoch: 1, state: 'failed' }))).toEqual([]);
    expect(said(drive.feed(connectedMedia(1)))).toEqual(['media']);
    expect(drive.feed(connectedMedia(1))).toEqual([]);
  });

  it.each(live)('[E25] has values with growing numbers: %s', (name, start) => {
    const drive = start();
    const theServerKnows = !['opening', 'incoming', 'answering'].includes(name);
    const effects = drive.feed({ type: 'update', change: { held: true } });
    expect(did(effects)).toEqual(['apply']);
    expect(said(effects)).toEqual(theServerKnows ? ['update'] : []);
    expect(drive.feed({ type: 'update', change: { held: true } })).toEqual([]);
    expect(drive.feed({ type: 'update', change: {} })).toEqual([]);
    drive.feed({ type: 'update', change: { muted: true } });
    expect(drive.feed({ type: 'update', change: { screen: false } })).toEqual([]);
    drive.feed({ type: 'update', change: { screen: true } });
    expect(drive.state).toMatchObject({ mine: { n: 3, held: true, muted: true, screen: true } });
  });

  it('[E25] tells after the claim what was changed before', () => {
    const drive = claiming();
    drive.feed({ type: 'update', change: { muted: true } });
    expect(drive.feed({ type: 'done', request: 'accept' })).toEqual([
      sent({ type: 'update', call, side: side(1, { muted: true }) }),
    ]);
  });

  it.each(live)("[E26] takes the other's later values: %s", (_name, start) => {
    const drive = start();
    expect(did(drive.feed({ type: 'updated', side: side(2, { held: true }) }))).toEqual(['apply']);
    const before = drive.state;
    expect(drive.feed({ type: 'updated', side: side(2) })).toEqual([]);
    expect(drive.feed({ type: 'updated', side: side(1) })).toEqual([]);
    expect(drive.state).toBe(before);
  });
});

describe('losses and the end', () => {
  it('[E35] offers once more when its late answer has been stored', () => {
    const drive = calleeAnswering();
    drive.feed(answerReady(1));
    expect(drive.feed({ type: 'failed', request: 'describe', code: 'wrong_state' })).toEqual([]);
    expect(drive.feed({ type: 'done', request: 'answer' })).toEqual([{ type: 'repeat', epoch: 1, offer: true }]);
    expect(drive.feed({ type: 'done', request: 'describe' })).toEqual([]);
  });

  it('[E34] says once more what may not have been heard', () => {
    const resumed = { type: 'resumed' } as const;
    expect(calling().feed(resumed)).toEqual([{ type: 'repeat', epoch: 1, offer: false }]);
    expect(incoming().feed(resumed)).toEqual([sent({ type: 'ringing', call })]);
    expect(callerConnecting().feed(resumed)).toEqual([{ type: 'repeat', epoch: 1, offer: true }]);
    const told = (state: string): object => sent({ type: 'media', call, epoch: 1, state });
    expect(callerActive().feed(resumed)).toEqual([{ type: 'repeat', epoch: 1, offer: true }, told('connected')]);
    expect(reconnecting().feed(resumed)).toEqual([{ type: 'repeat', epoch: 1, offer: true }, told('interrupted')]);
    for (const start of [opening, claiming]) expect(start().feed(resumed)).toEqual([]);
  });

  it.each(live.filter(([name]) => name !== 'opening'))('[E28] ends when it was taken elsewhere: %s', (name, start) => {
    const drive = start();
    const caller = ['calling', 'ringing out', 'connecting as caller', 'active', 'reconnecting'].includes(name);
    const elsewhere = caller ? called({ stage: 'active', here: false }) : talked({ here: false });
    drive.feed({ type: 'resync', view: elsewhere });
    expect(drive.kind('ended').cause).toBe('answered_elsewhere');
  });

  it('[E28] finds its call ringing, and repeats its candidates', () => {
    const drive = calling();
    const shown = called({ rings: true, waiting: true, theirs: side(0) });
    expect(drive.feed({ type: 'resync', view: shown })).toEqual([{ type: 'repeat', epoch: 1, offer: false }]);
    expect(drive.kind('calling')).toMatchObject({ invited: true, remote: 'waiting' });
  });

  it('[E28] finds its call claimed or answered', () => {
    const claimed = ringingOut();
    expect(did(claimed.feed({ type: 'resync', view: called({ stage: 'answering', theirs: side(1) }) }))).toEqual([
      'apply',
      'repeat 1',
    ]);
    expect(claimed.state).toMatchObject({ kind: 'connecting', answered: false, theirs: side(1) });

    const answered = ringingOut();
    const shown = called({ stage: 'active', answer: answer('1'), candidates: [candidate('c')], theirs: side(2), away: true });
    expect(did(answered.feed({ type: 'resync', view: shown }))).toEqual([
      'apply',
      'remote 1',
      'remote_candidates 1',
      'repeat 1',
    ]);
    expect(answered.state).toMatchObject({ kind: 'connecting', answered: true, theirs: side(2), peerAway: true });

    const later = ringingOut();
    expect(did(later.feed({ type: 'resync', view: called({ stage: 'active', epoch: 2 }) }))).toEqual(['open 3']);
  });

  it('[E28] finds its call ringing here, with the present offer and time', () => {
    const same = incoming();
    const effects = same.feed({
      type: 'resync',
      view: view({ candidates: [candidate('c')], ringMs: 10_000, theirs: side(1) }),
    });
    expect(said(effects)).toEqual(['ringing']);
    expect(did(effects)).toEqual(['apply', 'remote_candidates 1']);
    expect(same.kind('incoming')).toMatchObject({ ringUntil: t0 + 10_000 + lastWordMs, theirs: side(1) });

    const replaced = prepared();
    const fresh = view({ epoch: 2, offer: offer('2'), candidates: [candidate('c')] });
    expect(did(replaced.feed({ type: 'resync', view: fresh }))).toEqual(['prepare 2']);
    expect(replaced.kind('incoming').answer).toBeUndefined();
  });

  it('[E28] finds its claim not heard, won, or won and answered', () => {
    const unheard = claiming();
    expect(said(unheard.feed({ type: 'resync', view: view() }))).toEqual([]);
    expect(unheard.state.kind).toBe('answering');

    const won = claiming();
    expect(said(won.feed({ type: 'resync', view: view({ stage: 'answering', here: true }) }))).toContain('answer');
    expect(won.kind('connecting')).toMatchObject({ answered: true, mayAnswer: false });

    const answered = claiming();
    expect(said(answered.feed({ type: 'resync', view: talked({ theirs: side(3) }) }))).not.toContain('answer');
    expect(answered.kind('connecting')).toMatchObject({ answered: true, theirs: side(3) });
  });

  it('[E28] answers the present offer when its claim went with an older one', () => {
    const fresh = { epoch: 2, offer: offer('2') };
    const unheard = claiming();
    expect(did(unheard.feed({ type: 'resync', view: view(fresh) }))).toEqual(['prepare 2']);
    unheard.feed(answerReady(2));
    expect(said(unheard.feed({ type: 'done', request: 'accept' }))).toEqual(['answer']);

    for (const start of [claiming, calleeConnecting, calleeAnswering]) {
      const drive = start();
      const effects = drive.feed({ type: 'resync', view: view({ ...fresh, stage: 'answering', here: true }) });
      expect(said(effects)).not.toContain('answer');
      expect(did(effects)).toContain('prepare 2');
      expect(said(drive.feed(answerReady(2)))).toEqual(['answer']);
    }
  });

  it.each([
    ['answering', claiming],
    ['connecting', calleeConnecting],
    ['active', calleeActive],
  ])('[E28] opens an epoch of its own after one whose offer was lost: %s', (_name, start) => {
    const drive = start();
    expect(did(drive.feed({ type: 'resync', view: talked({ epoch: 2 }) }))).toContain('open 3');
    expect(drive.state).toMatchObject({ kind: 'opening', epoch: 3, server: 'active' });
  });

  it('[E28] waits for its own offer of a later epoch to be heard', () => {
    const drive = callerActive();
    drive.feed({ type: 'described', epoch: 2, description: offer('2') });
    expect(did(drive.feed({ type: 'resync', view: called({ stage: 'active', theirs: side(1) }) }))).toEqual(['apply']);
    expect(drive.kind('connecting')).toMatchObject({ epoch: 2, theirs: side(1) });

    const restored = new Drive();
    restored.feed({ type: 'restore', view: called({ stage: 'ringing' }) });
    restored.feed({ type: 'resync', view: called({ stage: 'answering', epoch: 1 }) });
    expect(restored.kind('opening')).toMatchObject({ epoch: 2, server: 'answering' });
    expect(did(restored.feed({ type: 'resync', view: called({ stage: 'active', epoch: 2 }) }))).toEqual(['open 3']);
  });

  it('[E28] tells again what the server may not know', () => {
    const drive = callerActive();
    drive.feed({ type: 'update', change: { muted: true } });
    const effects = drive.feed({ type: 'resync', view: called({ stage: 'active', candidates: [candidate('c')] }) });
    expect(said(effects)).toEqual(['update', 'media']);
    expect(did(effects)).toEqual(['remote_candidates 1', 'repeat 1']);

    const lost = reconnecting();
    expect(did(lost.feed({ type: 'resync', view: called({ stage: 'active' }) }))).toContain('restart_ice 1');

    const waiting = ringingOut();
    waiting.feed({ type: 'accepted', epoch: 1 });
    const late = waiting.feed({ type: 'resync', view: called({ stage: 'active', answer: answer('1') }) });
    expect(did(late)).toContain('remote 1');
    expect(waiting.kind('connecting').answered).toBe(true);
  });

  it.each(live.filter(([name]) => name !== 'opening' && name !== 'calling'))(
    '[E29] ends when the server knows the call no longer: %s',
    (_name, start) => {
      const lost = start();
      expect(did(lost.feed({ type: 'resync', view: undefined }))).toEqual(['close']);
      expect(lost.kind('ended').cause).toBe('server_lost');
      const over = start();
      over.feed({ type: 'resync', view: undefined, cause: 'answered_elsewhere', elsewhere: 'desk' });
      expect(over.kind('ended')).toMatchObject({ cause: 'answered_elsewhere', elsewhere: 'desk' });
    },
  );

  it('[E29] keeps an invite that the server has never heard of, and ends one whose call is over', () => {
    for (const [start, repeats] of [
      [calling, ['repeat 1']],
      [() => again(calling()), []],
    ] as const) {
      const drive = start();
      expect(did(drive.feed({ type: 'resync', view: undefined }))).toEqual(repeats);
      drive.feed({ type: 'resync', view: undefined, cause: 'no_answer' });
      expect(drive.kind('ended').cause).toBe('no_answer');
    }
  });

  it.each([
    ['calling', calling, 'cancelled'],
    ['making a new offer', () => again(calling()), 'hangup'],
    ['connecting', callerConnecting, 'hangup'],
    ['active', callerActive, 'hangup'],
    ['reconnecting', reconnecting, 'hangup'],
  ] as const)('[E30] ends when a request finds the call over: %s', (_name, start, cause) => {
    for (const [code, because] of [
      ['call_ended', cause],
      ['call_not_found', 'server_lost'],
      ['answered_elsewhere', 'answered_elsewhere'],
    ] as const) {
      const drive = start();
      expect(did(drive.feed({ type: 'failed', request: 'update', code }))).toEqual(['close']);
      expect(drive.kind('ended').cause).toBe(because);
    }
    expect(start().feed({ type: 'failed', request: 'update', code: 'rate_limited' })).toEqual([]);
  });

  it.each(live)('[E31] hangs up at once: %s', (name, start) => {
    const drive = start();
    const effects = drive.feed({ type: 'hangup' });
    expect(said(effects)).toEqual(name === 'opening' ? [] : ['hangup']);
    expect(did(effects)).toEqual(['close']);
    const cause = { opening: 'cancelled', calling: 'cancelled', 'ringing out': 'cancelled', incoming: 'declined' }[name];
    expect(drive.kind('ended').cause).toBe(cause ?? 'hangup');
  });

  it('[E31] knows whether a call that is opened anew was taken', () => {
    for (const [stage, cause] of [
      ['ringing', 'cancelled'],
      ['answering', 'hangup'],
      ['active', 'hangup'],
    ] as const) {
      const drive = new Drive();
      drive.feed({ type: 'restore', view: called({ stage }) }, { type: 'hangup' });
      expect(drive.kind('ended').cause).toBe(cause);
    }
  });

  it.each(live)('[E32] ends once, with what the server says: %s', (_name, start) => {
    const drive = start();
    expect(drive.feed({ type: 'ended', cause: 'answered_elsewhere', elsewhere: 'desk' })).toEqual([{ type: 'close' }]);
    const { state } = drive;
    expect(state).toMatchObject({ kind: 'ended', cause: 'answered_elsewhere', elsewhere: 'desk' });
    drive.feed({ type: 'hangup' }, { type: 'ended', cause: 'hangup' }, { type: 'resync', view: undefined });
    expect(drive.state).toBe(state);
  });

  it('[E32] ends everywhere else when media cannot be made', () => {
    for (const start of [ringingOut, claiming, callerConnecting, callerActive, reconnecting]) {
      const drive = start();
      expect(said(drive.feed({ type: 'media_failed' }))).toEqual(['hangup']);
      expect(drive.kind('ended').cause).toBe('media_failed');
    }
    expect(endedHere().feed({ type: 'media_failed' })).toEqual([]);
  });
});

/** The network has changed: a new offer is being made. */
function again(drive: Drive): Drive {
  return fed(drive, { type: 'network' });
}

function fed(drive: Drive, ...inputs: EndpointInput[]): Drive {
  drive.feed(...inputs);
  return drive;
}
