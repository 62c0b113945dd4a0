import type { PersonPresence, PresenceState } from '@offhook/core';
import { describe, expect, it } from 'vitest';
import { briefly, hue, initials, inSentence, sections, matching } from './names.ts';

const person = (name: string, presence: PresenceState): PersonPresence => ({
  name,
  address: name.toLowerCase().replaceAll(' ', '-'),
  presence,
});

describe('inSentence', () => {
  it('isolates names that run from right to left', () => {
    expect(inSentence('נועה')).toBe('\u2068נועה\u2069');
    expect(inSentence('عمر')).toBe('\u2068عمر\u2069');
    expect(inSentence('Anna עם')).toBe('\u2068Anna עם\u2069');
  });

  it('leaves all others as they are', () => {
    for (const name of ['Anna Berg', '山田', 'Юки', 'Ωmega 7']) expect(inSentence(name)).toBe(name);
  });
});

describe('briefly', () => {
  it('keeps names of ordinary length', () => {
    for (const name of ['Anna Berg', 'Christopher Robinson']) expect(briefly(name)).toBe(name);
  });

  it('keeps of long ones the first words, as one would say them', () => {
    expect(briefly('Carl Maximilian Freiherr zu Hohenstein')).toBe('Carl Maximilian');
    expect(briefly('Carl Maximilian Fischer Hohenstein')).toBe('Carl Maximilian');
    expect(briefly('Carl Maximilian Reiter Hohenstein')).toBe('Carl Maximilian Reiter');
    expect(briefly('Maximiliane von der Hohenstein-Oberwiesenthal')).toBe('Maximiliane');
    expect(briefly('anna maria von der leyen gonzález')).toBe('anna maria');
    expect(briefly('נועה בן־דוד בן־גוריון הגדולה')).toBe('\u2068נועה בן־דוד בן־גוריון\u2069');
  });

  it('cuts a word only where the first one is too long, and shows it', () => {
    expect(briefly('w'.repeat(64))).toBe(`${'w'.repeat(21)}…`);
    expect(briefly(`${'w'.repeat(64)} Berg`)).toBe(`${'w'.repeat(21)}…`);
  });
});

describe('initials', () => {
  it.each([
    ['Anna Berg', 'AB'],
    ['anna', 'A'],
    ['Maximiliane-Wilhelmine Freifrau von Hohenstein', 'MH'],
    ['bo.lindqvist', 'BL'],
    ['נועה בן־דוד', 'נב'],
    ['山田 由紀', '山由'],
    ['“Zed”', 'Z'],
    ['Anna 2', 'A2'],
    ['e\u0301lodie', 'E\u0301'],
    ['नीता', 'नी'],
    ['★', '★'],
    ['+49 30 123456', '#'],
  ])('takes from %s %s', (name, letters) => expect(initials(name)).toBe(letters));
});

describe('hue', () => {
  it('is the same for the same address', () => expect(hue('anna')).toBe(hue('anna')));

  it('is never the red of danger', () => {
    for (let i = 0; i < 500; i++) {
      expect(hue(`person-${i}`)).toBeGreaterThanOrEqual(50);
      expect(hue(`person-${i}`)).toBeLessThanOrEqual(360);
    }
  });

  it('tells neighbours apart', () => {
    const hues = Array.from({ length: 40 }, (_, i) => hue(`person-${i}`));
    expect(new Set(hues).size).toBeGreaterThan(30);
  });
});

describe('sections', () => {
  const people = [
    person('Zoë', 'online'),
    person('anna berg', 'on_call'),
    person('Bo', 'offline'),
    person('Åsa', 'do_not_disturb'),
    person('Person 10', 'online'),
    person('Person 9', 'online'),
  ];
  const names = (query: string) => {
    const { here, away } = sections(people, query);
    return [here.map(({ name }) => name), away.map(({ name }) => name)];
  };

  it('puts those who are here first, by name, whatever the case, accents and digits', () => {
    expect(names('')).toEqual([['anna berg', 'Åsa', 'Person 9', 'Person 10', 'Zoë'], ['Bo']]);
  });

  it.each([
    ['zoe', [['Zoë'], []]],
    [' BERG', [['anna berg'], []]],
    ['b', [['anna berg'], ['Bo']]],
    ['erg', [[], []]],
  ])('finds by %s the words that begin with it', (query, found) => expect(names(query)).toEqual(found));
});

it('finds a number by how it is dialled, with its country and without', () => {
  const number = { address: '+4930123456', name: '+49 30 123456', presence: 'offline' } as const;
  for (const query of ['+49 30 123456', '030 123456', '030/12 34 56', '4930123456'])
    expect(matching([number], query)).toEqual([number]);
  expect(matching([number], '040 123456')).toEqual([]);
});
