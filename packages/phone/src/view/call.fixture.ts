import type { CallStage, CallState, SignedIn } from './state.ts';

/** A call with Anna in some stage, for tests. */
export function callIn(stage: CallStage, more: Partial<CallState> = {}): CallState {
  return {
    id: 'call-1',
    role: stage.kind === 'incoming' ? 'callee' : 'caller',
    peer: { address: 'anna', name: 'Anna' },
    media: { audio: true, video: false },
    stage,
    mine: { held: false, muted: false, camera: false },
    theirs: { held: false, muted: false, camera: false },
    peerAway: false,
    poor: false,
    ...more,
  };
}

/** Somebody who is signed in and has these calls, the first of them in front. */
export function withCalls(...calls: readonly CallState[]): SignedIn {
  const [first] = calls;
  return {
    kind: 'signed-in',
    me: { address: 'lena', name: 'Lena' },
    line: 'up',
    route: { section: 'people' },
    meetings: {},
    people: { query: '', more: false },
    history: { more: false, unseen: 0 },
    conversations: { more: false, unread: 0 },
    settings: {
      doNotDisturb: false,
      maxCalls: 4,
      ringMs: 45_000,
      theme: 'system',
      ringAloud: true,
      mediaKeys: true,
      notify: false,
      deviceLink: { kind: 'none' },
    },
    administration: { query: '', more: false, invitations: [], made: { kind: 'none' } },
    calls,
    front: first && first.stage.kind !== 'incoming' ? { call: first.id, full: true } : undefined,
    audible: true,
    bell: 'here',
    silenced: false,
  };
}
