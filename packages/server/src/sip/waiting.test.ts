import { Dialog } from '@offhook/sip';
import type { FieldValues, Request, Response } from '@offhook/sip';
import { beforeEach, describe, expect, it } from 'vitest';
import { from } from '../engine/engine.fixture.ts';
import type { WaitingCount } from '../ports/waiting.ts';
import { PhoneWorld } from './phones.fixture.ts';
import type { Phone } from './phone.fixture.ts';

let at: PhoneWorld;
let phone: Phone;
let told: string[];

async function begin(voicemail?: ConstructorParameters<typeof PhoneWorld>[1]): Promise<void> {
  at = new PhoneWorld(undefined, voicemail);
  phone = await at.phone('bob');
  told = [];
}
beforeEach(() => begin());

async function ask(request: Request): Promise<Response> {
  const answer = phone.ask(request);
  await at.settle();
  return answer;
}

/** Subscribes, and hears what is notified as `state | counts`. */
async function subscribe(
  fields: FieldValues = {},
  to = 'bob-desk',
): Promise<{ readonly status: number; readonly dialog?: Dialog }> {
  const own = { Event: 'message-summary', Contact: '<sip:bob-desk@192.0.2.10:5060>', Expires: 600, ...fields };
  const request = phone.outside('SUBSCRIBE', to, own);
  phone.onNotify = (notify) =>
    void told.push([notify.get('Subscription-State'), ...notify.text.trim().split('\r\n')].join(' | '));
  const answer = await ask(request);
  return { status: answer.status, ...(answer.status === 200 && { dialog: Dialog.ofClient(request, answer) }) };
}

const passes = async (ms: number): Promise<void> => {
  await at.world.clock.advance(ms);
  await at.settle();
};

describe('a phone that asks how many messages wait', () => {
  it('is told at once, and of every change', async () => {
    await at.write(from('alice'), 'bob', 'one');
    expect((await subscribe()).status).toBe(200);
    expect(told).toEqual(['active;expires=600 | Messages-Waiting: yes | Text-Message: 1/0']);
    for (const text of ['two', 'three']) await at.write(from('alice'), 'bob', text);
    await passes(1_000);
    expect(told.slice(1)).toEqual(['active;expires=600 | Messages-Waiting: yes | Text-Message: 3/0']);
    const read = { type: 'read', id: 'x', in: { user: 'alice' }, position: 3 } as const;
    await new Promise((resolve) => at.conversations.request(from('bob'), read, resolve));
    await at.settle();
    await passes(1_000);
    expect(told.at(-1)).toBe('active;expires=599 | Messages-Waiting: no | Text-Message: 0/0');
    // Nothing has changed for them.
    await at.write(from('bob'), 'alice', 'back');
    await passes(1_000);
    expect(told).toHaveLength(3);
  });

  it('sees voicemail by its lamp, and what is unread beside it', async () => {
    let count: WaitingCount = { new: 0, old: 3 };
    const listeners: ((user: string) => void)[] = [];
    await begin({
      count: () => Promise.resolve(count),
      onChange: (listener) => {
        listeners.push(listener);
        return () => undefined;
      },
    });
    await at.write(from('alice'), 'bob', 'one');
    await subscribe();
    count = { new: 2, old: 3 };
    for (const user of ['alice', 'bob']) listeners[0]?.(user);
    await passes(1_000);
    expect(told).toEqual([
      'active;expires=600 | Messages-Waiting: no | Voice-Message: 0/3 | Text-Message: 1/0',
      'active;expires=600 | Messages-Waiting: yes | Voice-Message: 2/3 | Text-Message: 1/0',
    ]);
  });

  it.each<[FieldValues, string, number]>([
    [{ Event: 'presence' }, 'bob-desk', 489],
    [{ Event: undefined }, 'bob-desk', 489],
    [{ Expires: 30 }, 'bob-desk', 423],
    [{ Accept: 'application/pidf+xml' }, 'bob-desk', 406],
    [{}, 'alice', 403],
  ])('is refused what there is not: %j %s %i', async (fields, to, status) => {
    expect((await subscribe(fields, to)).status).toBe(status);
    expect([told, at.waiting.size]).toEqual([[], 0]);
  });

  it('asks once, or keeps it for an hour at most, until it is over or taken back', async () => {
    await subscribe({ Expires: 0 });
    expect(told).toEqual(['terminated;reason=timeout | Messages-Waiting: no | Text-Message: 0/0']);
    await subscribe({ Expires: 99_999 });
    expect(told.at(-1)).toMatch(/^active;expires=3600 /);
    const { dialog } = await subscribe({ Expires: 60 });
    await passes(50_000);
    expect((await ask(dialog!.request('SUBSCRIBE', { Event: 'message-summary', Expires: 60 }))).status).toBe(200);
    await passes(50_000);
    expect(at.waiting.size).toBe(2);
    await passes(20_000);
    expect([told.at(-1), at.waiting.size]).toEqual(['terminated;reason=timeout | Messages-Waiting: no | Text-Message: 0/0', 1]);
    expect((await ask(dialog!.request('SUBSCRIBE', { Event: 'message-summary', Expires: 60 }))).status).toBe(481);
  });

  it('asks once, and is done where it cannot be told: nothing is kept of it', async () => {
    const fails = { count: () => Promise.reject(new Error('gone')), onChange: () => () => undefined };
    await begin(fails);
    expect((await subscribe({ Expires: 0 })).status).toBe(200);
    expect([told, at.waiting.size]).toEqual([['terminated;reason=timeout | '], 0]);
    const { dialog } = await subscribe();
    expect(at.waiting.size).toBe(1);
    await ask(dialog!.request('SUBSCRIBE', { Event: 'message-summary', Expires: 0 }));
    expect([told.slice(1), at.waiting.size]).toEqual([['terminated;reason=timeout | '], 0]);
  });

  it('that does not answer, or knows nothing of it, has taken it back', async () => {
    await subscribe();
    phone.notifiedWith = 481;
    await at.write(from('alice'), 'bob', 'one');
    await passes(1_000);
    expect(at.waiting.size).toBe(0);
  });

  it('is told also where what it was told before is answered late: that it was kept, and that it is over', async () => {
    const { dialog } = await subscribe();
    const asks = (seconds: number): Promise<Response> =>
      ask(dialog!.request('SUBSCRIBE', { Event: 'message-summary', Expires: seconds }));
    const late: (() => void)[] = [];
    const respond = phone.agent.respond.bind(phone.agent);
    phone.agent.respond = (...answer) => void late.push(() => respond(...answer));
    const answered = async (): Promise<void> => {
      for (const answer of late.splice(0)) answer();
      await at.settle();
    };
    await at.write(from('alice'), 'bob', 'one');
    await passes(1_000);
    const counts = 'Messages-Waiting: yes | Text-Message: 1/0';
    expect(told.slice(1)).toEqual([`active;expires=600 | ${counts}`]);
    await asks(300);
    expect(told).toHaveLength(2);
    await answered();
    expect(told.slice(2)).toEqual([`active;expires=300 | ${counts}`]);
    await asks(0);
    await answered();
    expect(told.slice(3)).toEqual([`terminated;reason=timeout | ${counts}`]);
    expect(at.waiting.size).toBe(0);
  });

  it('has five of them at most, and none once it is signed out', async () => {
    for (let n = 0; n < 7; n++) await subscribe();
    expect(at.waiting.size).toBe(5);
    expect(told.filter((one) => one.startsWith('terminated;reason=deactivated'))).toHaveLength(2);
    await at.turn('bob-desk', 'gone');
    expect(at.waiting.size).toBe(0);
  });
});

/** It has registered, and said so; what it is told is kept. */
async function here(): Promise<void> {
  at.understands = true;
  phone.onRequest = (request) => {
    const state = [request.get('Event'), request.get('Subscription-State'), ...request.text.trim().split('\r\n')];
    told.push(state.join(' | '));
    return phone.notifiedWith;
  };
  await passes(5_000);
}

describe('a phone that does not ask, and says that it understands', () => {
  it('is told a while after it has registered, and of every change', async () => {
    await at.write(from('alice'), 'bob', 'one');
    expect(told).toEqual([]);
    await here();
    expect(told).toEqual(['message-summary | active | Messages-Waiting: yes | Text-Message: 1/0']);
    for (const text of ['two', 'three']) await at.write(from('alice'), 'bob', text);
    await passes(1_000);
    expect(told.slice(1)).toEqual(['message-summary | active | Messages-Waiting: yes | Text-Message: 3/0']);
    // Who answers has read what was there.
    await at.write(from('bob'), 'alice', 'back');
    await passes(1_000);
    expect(told.slice(2)).toEqual(['message-summary | active | Messages-Waiting: no | Text-Message: 0/0']);
    await at.turn('bob-desk', 'away');
    await at.write(from('alice'), 'bob', 'four');
    await passes(1_000);
    expect(told).toHaveLength(3);
  });

  it.each([405, 481, 489, 501])('is told no more once it knows nothing of it (%i)', async (status) => {
    phone.notifiedWith = status;
    await here();
    expect(told).toHaveLength(1);
    await at.write(from('alice'), 'bob', 'one');
    await passes(1_000);
    expect(told).toHaveLength(1);
  });

  it.each([408, 480, 503])('is told again with the next change where it cannot hear it at the moment (%i)', async (status) => {
    phone.notifiedWith = status;
    await here();
    phone.notifiedWith = 200;
    await at.write(from('alice'), 'bob', 'one');
    await passes(1_000);
    expect(told.map((one) => one.split(' | ')[2])).toEqual(['Messages-Waiting: no', 'Messages-Waiting: yes']);
  });

  it('is told anew where it was gone meanwhile: what was known of it is forgotten', async () => {
    const comes = async (status: number): Promise<string[]> => {
      const heard: string[] = [];
      const other = await at.contact('bob-desk', '192.0.2.50');
      other.onRequest = (request) => {
        heard.push(request.text.trim().split('\r\n')[1] ?? '');
        return status;
      };
      await passes(5_000);
      return heard;
    };
    await here();
    expect(await comes(481)).toEqual(['Text-Message: 0/0']);
    at.keepContacts('bob-desk', 1);
    await at.write(from('alice'), 'bob', 'one');
    await passes(1_000);
    expect(await comes(200)).toEqual(['Text-Message: 1/0']);
    expect(told.map((one) => one.split(' | ')[3])).toEqual(['Text-Message: 0/0', 'Text-Message: 1/0']);
  });

  it('is told by its subscription alone once it asks', async () => {
    at.understands = true;
    await subscribe();
    await here();
    expect(told).toEqual(['active;expires=600 | Messages-Waiting: no | Text-Message: 0/0']);
  });

  it('is told nothing where it has not said so', async () => {
    await here();
    at.understands = false;
    told.length = 0;
    await at.write(from('alice'), 'bob', 'one');
    await passes(1_000);
    expect(told).toEqual([]);
  });
});
