import { dataLimits } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { DataRelay } from './relay.ts';

const now = 1_795_000_000_000;

/** As a page sends it. */
function frame(text: string | Buffer, to = ''): Buffer {
  return Buffer.concat([Buffer.from([to.length]), Buffer.from(to), Buffer.from(text)]);
}

/** A relay with these, each of whom hears those who are named. What they get: `missed from text`. */
function relay(hears: Record<string, readonly string[]>): {
  data: DataRelay;
  got: Record<string, string[]>;
  full: Set<string>;
} {
  const [data, got, full] = [new DataRelay(), {} as Record<string, string[]>, new Set<string>()];
  for (const [name, from] of Object.entries(hears)) {
    const list = (got[name] = [] as string[]);
    data.hear(name, { as: name.toUpperCase(), from }, (bytes, lossy) => {
      if (full.has(name)) return false;
      const start = 2 + bytes[1]!;
      list.push(`${lossy ? '~' : bytes[0]} ${bytes.toString('utf8', 2, start)} ${bytes.toString('utf8', start)}`);
      return true;
    });
  }
  return { data, got, full };
}

describe('data', () => {
  it('goes to those who hear its sender, under the name that they know', () => {
    const { data, got } = relay({ anna: [], bo: ['anna'], cem: ['anna', 'bo'] });
    data.relay('anna', frame('hello'), false, now);
    data.relay('bo', frame('over there'), true, now);
    expect(got).toEqual({ anna: [], bo: ['0 ANNA hello'], cem: ['0 ANNA hello', '~ BO over there'] });
  });

  it('goes to one alone, if that one hears its sender', () => {
    const { data, got } = relay({ anna: [], bo: ['anna'], cem: ['anna'], eve: [] });
    data.relay('anna', frame('secret', 'CEM'), false, now);
    data.relay('anna', frame('secret', 'EVE'), false, now);
    expect(got).toEqual({ anna: [], bo: [], cem: ['0 ANNA secret'], eve: [] });
  });

  it('is dropped and counted where it has no form, is too large, or comes of somebody without data channels', () => {
    const { data, got } = relay({ anna: [], bo: ['anna', 'eve'] });
    data.relay('anna', Buffer.alloc(0), false, now);
    data.relay('anna', Buffer.from([9, 65]), false, now);
    data.relay('anna', frame(Buffer.alloc(dataLimits.messageBytes + 1)), false, now);
    data.relay('eve', frame('hello'), false, now);
    expect(data.counters.malformed).toBe(4);
    data.relay('anna', frame(Buffer.alloc(dataLimits.messageBytes)), false, now);
    expect(got['bo']).toHaveLength(1);
  });

  it('is dropped where its receiver takes it too slowly, who hears how much', () => {
    const { data, got, full } = relay({ anna: [], bo: ['anna'] });
    full.add('bo');
    for (const text of ['1', '2']) data.relay('anna', frame(text), false, now);
    data.relay('anna', frame('~'), true, now);
    full.clear();
    for (const text of ['3', '4']) data.relay('anna', frame(text), false, now);
    expect(got['bo']).toEqual(['2 ANNA 3', '0 ANNA 4']);
    expect(data.counters.full).toBe(3);
  });

  it('is dropped beyond what its sender may send, until time has passed', () => {
    const { data, got } = relay({ anna: [], bo: ['anna'] });
    for (let n = 0; n < dataLimits.messageBurst + 3; n++) data.relay('anna', frame(String(n)), false, now);
    expect(got['bo']).toHaveLength(dataLimits.messageBurst);
    expect(data.counters.limited).toBe(3);
    data.relay('anna', frame('later'), false, now + 1_000 / dataLimits.messagesPerSecond);
    expect(got['bo']?.at(-1)).toBe('3 ANNA later');
  });

  it('is not more of whoever joins anew', () => {
    const { data, got } = relay({ anna: [], bo: ['anna', 'anna~2'] });
    for (let n = 0; n < dataLimits.messageBurst; n++) data.relay('anna', frame('x'), false, now);
    data.forget('anna', now);
    data.hear('anna~2', { as: 'ANNA', from: [] }, () => true);
    data.relay('anna~2', frame('more'), false, now);
    expect(got['bo']).toHaveLength(dataLimits.messageBurst);
    expect(data.counters.limited).toBe(1);
  });

  it('of those who have left long ago nothing is remembered', () => {
    const { data } = relay({ anna: [], bo: ['anna'] });
    for (let n = 0; n < 1_000; n++) {
      const [name, at] = [`guest${n}`, now + n * 1_000];
      data.hear(name, { as: name, from: [] }, () => true);
      data.relay(name, frame('x'), false, at);
      data.forget(name, at);
    }
    // Those who are there, and who has only just left.
    expect(data.remembered).toBe(3);
    data.forget('bo', now + 2_000_000);
    expect(data.remembered).toBe(1);
  });

  it('counts bytes as well as messages, also after it was said anew who hears whom', () => {
    const { data, got } = relay({ anna: [], bo: ['anna'] });
    const large = frame(Buffer.alloc(dataLimits.messageBytes));
    const most = Math.floor(dataLimits.byteBurst / large.length);
    for (let n = 0; n < most; n++) data.relay('anna', large, true, now);
    data.hear('anna', { as: 'ANNA', from: ['bo'] }, () => true);
    data.relay('anna', large, true, now);
    expect(got['bo']).toHaveLength(most);
    data.forget('anna', now);
    data.relay('anna', frame('gone'), false, now + 10_000);
    expect(got['bo']).toHaveLength(most);
  });
});
