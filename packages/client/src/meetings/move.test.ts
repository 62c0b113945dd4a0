import { describe, expect, it } from 'vitest';
import { hears } from './move.ts';

/** `+` has arrived, `-` has not. */
function stream(...tracks: readonly ('audio+' | 'audio-' | 'video+' | 'video-')[]): MediaStream {
  const all = tracks.map((track) => ({ kind: track.slice(0, 5), muted: track.endsWith('-') }));
  return { getTracks: () => all } as unknown as MediaStream;
}

const inCall = { remoteStream: stream('audio+', 'video+') };

describe('whether the other side of a call is heard in the meeting', () => {
  it.each([
    ['not there', undefined, false],
    ['there, and sends nothing yet', [], false],
    ['seen, but not heard yet', [stream('audio-', 'video+')], false],
    ['heard, but not seen yet', [stream('audio+', 'video-')], true],
    ['seen, and has no microphone', [stream('video+')], true],
    ['heard in another stream than seen', [stream('video-'), stream('audio+')], true],
  ])('who is %s', (_who, theirs, is) => {
    expect(
      hears(
        inCall,
        theirs?.map((one) => ({ stream: one })),
      ),
    ).toBe(is);
  });

  it('needs only be there where it sends nothing in the call either', () => {
    expect(hears({ remoteStream: stream() }, [])).toBe(true);
    expect(hears({ remoteStream: stream() }, undefined)).toBe(false);
  });
});
