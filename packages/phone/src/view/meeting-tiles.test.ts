import { describe, expect, it } from 'vitest';
import type { Attendee, MeetingState } from './meeting.ts';
import { largeTile, pagesOf, stripTiles, tilesOf, tileSize, tilesPerPage } from './meeting-tiles.ts';

const wide = { width: 1264, height: 640 };
const phone = { width: 374, height: 620 };

function attendee(id: string, more: Partial<Attendee> = {}): Attendee {
  const isMe = id === 'me';
  return { id, address: id, name: id, isMe, isHost: false, isGuest: false, muted: false, away: false, ...more };
}

function meeting(ids: readonly string[], more: Partial<MeetingState> = {}): MeetingState {
  return {
    id: 'link',
    title: '',
    url: '',
    stage: { kind: 'in', since: 0 },
    isHost: false,
    leads: false,
    lobby: 'off',
    locked: false,
    people: ids.map((id) => attendee(id)),
    spoke: [],
    knocks: [],
    microphone: true,
    camera: true,
    open: {},
    problems: {},
    network: 'good',
    isDown: false,
    poor: false,
    silenced: false,
    unread: 0,
    mutedByHost: false,
    layout: 'grid',
    ...more,
  };
}

const crowd = (count: number): string[] => ['me', ...Array.from({ length: count - 1 }, (_, at) => `p${at}`)];
const keys = (tiles: readonly { readonly key: string }[]): string[] => tiles.map(({ key }) => key);

describe('tiles', () => {
  it.each([1, 2, 3, 4, 6, 9, 16, 25])('fill the room, %i of them, in a shape that faces bear', (count) => {
    for (const room of [wide, phone]) {
      const shown = tilesPerPage(count, room);
      const { width, height, columns } = tileSize(shown, room);
      expect(columns * width + (columns - 1) * 8).toBeLessThanOrEqual(room.width);
      const rows = Math.ceil(shown / columns);
      expect(rows * height + (rows - 1) * 8).toBeLessThanOrEqual(room.height);
      expect(width / height).toBeGreaterThan(0.74);
      expect(width / height).toBeLessThan(1.79);
    }
  });

  it('stand beside one another on a desktop, and above one another on a phone', () => {
    expect(tileSize(2, wide).columns).toBe(2);
    expect(tileSize(2, phone).columns).toBe(1);
    expect(tileSize(4, phone).columns).toBe(2);
  });

  it('are 25 on a page at most, and none smaller than 160 pixels', () => {
    expect(tilesPerPage(60, wide)).toBe(25);
    const shown = tilesPerPage(60, phone);
    expect(shown).toBeGreaterThanOrEqual(6);
    expect(tileSize(shown, phone).width).toBeGreaterThanOrEqual(160);
    expect(tilesPerPage(3, { width: 100, height: 60 })).toBe(1);
  });

  it('come page by page, each of them once', () => {
    const tiles = tilesOf(meeting(crowd(60)));
    const pages = pagesOf(tiles, 25, []);
    expect(pages.map((page) => page.length)).toEqual([25, 25, 10]);
    expect(keys(pages.flat()).toSorted()).toEqual(keys(tiles).toSorted());
  });

  it('bring who speaks to the first page, in the place of somebody silent, and move nobody else', () => {
    const tiles = tilesOf(meeting(crowd(12)));
    const [before = []] = pagesOf(tiles, 4, ['p0']);
    const [after = [], ...others] = pagesOf(tiles, 4, ['p9', 'p0']);
    expect(keys(before)).toEqual(['me', 'p0', 'p1', 'p2']);
    expect(keys(after).filter((key) => key !== 'p9')).toEqual(keys(before).filter((key) => key !== 'p1'));
    expect(keys(after)[0]).toBe('me');
    expect(keys([...after, ...others.flat()]).toSorted()).toEqual(keys(tiles).toSorted());
  });
});

describe('what stands large', () => {
  it('is nothing in the grid', () => {
    expect(largeTile(meeting(['me', 'anna', 'bo'], { speaker: 'bo' }))).toBeUndefined();
  });

  it('is who speaks, or has spoken last, never oneself while somebody else is there', () => {
    const layout = 'speaker';
    expect(largeTile(meeting(['me', 'anna', 'bo'], { layout, speaker: 'bo' }))?.key).toBe('bo');
    expect(largeTile(meeting(['me', 'anna', 'bo'], { layout, speaker: 'me', spoke: ['me', 'bo'] }))?.key).toBe('bo');
    expect(largeTile(meeting(['me', 'anna', 'bo'], { layout }))?.key).toBe('anna');
    expect(largeTile(meeting(['me'], { layout }))?.key).toBe('me');
  });

  it('is a screen in every layout, with whoever shows it first beside it', () => {
    const screen = {} as MediaStream;
    const people = [attendee('me'), attendee('anna'), attendee('bo', { screen })];
    const shown = meeting([], { people, spoke: ['anna'] });
    const large = largeTile(shown);
    expect(large).toMatchObject({ key: 'bo:screen', isScreen: true, stream: screen });
    expect(large && keys(stripTiles(shown, large, 3))).toEqual(['bo', 'me', 'anna']);
  });

  it('is not one’s own screen', () => {
    expect(
      largeTile(meeting([], { people: [attendee('me', { screen: {} as MediaStream }), attendee('anna')] })),
    ).toBeUndefined();
  });

  it('is what is pinned above all, as long as it is there', () => {
    const people = [attendee('me'), attendee('anna'), attendee('bo', { screen: {} as MediaStream })];
    expect(largeTile(meeting([], { people, pinned: 'anna' }))?.key).toBe('anna');
    expect(largeTile(meeting([], { people, pinned: 'gone' }))?.key).toBe('bo:screen');
  });
});
