/** Which tiles a meeting has, which of them are seen, and how large. */
import type { ParticipantId } from '@offhook/client/session';
import type { Attendee, MeetingState } from './meeting.ts';

/** Somebody, or what they show. */
export interface Tile {
  readonly key: string;
  readonly person: Attendee;
  readonly isScreen: boolean;
  readonly stream?: MediaStream | undefined;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** As many tiles as a page has at most. */
const mostTiles = 25;
/** A face that is smaller tells nothing. */
const least: Size = { width: 160, height: 90 };
/** Faces bear no other shape, as width by height. */
const narrowest = 0.75;
const widest = 16 / 9;
export const tileGap = 8;

export function personTile(person: Attendee): Tile {
  return { key: person.id, person, isScreen: false, stream: person.picture };
}

export function screenTile(person: Attendee): Tile {
  return { key: `${person.id}:screen`, person, isScreen: true, stream: person.screen };
}

/** All tiles, screens first; one's own screen is no news. */
export function tilesOf({ people }: Pick<MeetingState, 'people'>): readonly Tile[] {
  const screens = people.filter(({ screen, isMe }) => screen !== undefined && !isMe).map(screenTile);
  return [...screens, ...people.map(personTile)];
}

/** What stands large: what is pinned, then a screen, then, where that is wanted, who speaks; undefined: all are alike. */
export function largeTile(meeting: MeetingState): Tile | undefined {
  const tiles = tilesOf(meeting);
  const pinned = tiles.find(({ key }) => key === meeting.pinned);
  if (pinned !== undefined) return pinned;
  const screen = tiles.findLast(({ isScreen }) => isScreen);
  if (screen !== undefined) return screen;
  if (meeting.layout !== 'speaker') return undefined;
  const others = tiles.filter(({ person }) => !person.isMe);
  const heard = [meeting.speaker, ...meeting.spoke];
  for (const id of heard) {
    const tile = others.find(({ key }) => key === id);
    if (tile !== undefined) return tile;
  }
  return others[0] ?? tiles[0];
}

/** The strip beside what stands large: whoever shows it first, then who has spoken last. */
export function stripTiles(meeting: MeetingState, large: Tile, room: number): readonly Tile[] {
  const rest = tilesOf(meeting).filter(({ key }) => key !== large.key);
  const first = large.isScreen ? rest.filter(({ key }) => key === large.person.id) : [];
  const others = rest.filter((tile) => !first.includes(tile));
  return [...first, ...seenFirst(others, Math.max(0, room - first.length), meeting.spoke)];
}

/** The pages of the grid. Whoever speaks is on the first one, in the place of somebody who has been silent. */
export function pagesOf(
  tiles: readonly Tile[],
  perPage: number,
  spoke: readonly ParticipantId[],
): readonly (readonly Tile[])[] {
  const first = seenFirst(tiles, perPage, spoke);
  const rest = tiles.filter((tile) => !first.includes(tile));
  const pages = [first];
  for (let at = 0; at < rest.length; at += perPage) pages.push(rest.slice(at, at + perPage));
  return pages;
}

/** As many as there is room for, in their order; who has spoken lately takes the place of who has not. */
function seenFirst(tiles: readonly Tile[], room: number, spoke: readonly ParticipantId[]): readonly Tile[] {
  const shown = tiles.slice(0, room);
  if (shown.length === tiles.length || room === 0) return shown;
  const lately = (tile: Tile): number => {
    const at = spoke.indexOf(tile.person.id);
    return at === -1 ? Infinity : at;
  };
  const missing = tiles
    .slice(room)
    .filter((tile) => lately(tile) < room)
    .toSorted((a, b) => lately(a) - lately(b));
  for (const tile of missing) {
    const [quietest] = shown.filter(({ person }) => !person.isMe).toSorted((a, b) => lately(b) - lately(a) || 0);
    if (quietest !== undefined && lately(quietest) > lately(tile)) shown[shown.indexOf(quietest)] = tile;
  }
  return shown;
}

/** How large tiles are that fill a room together, all alike. */
export function tileSize(count: number, { width, height }: Size): Size & { readonly columns: number } {
  let best = { width: 0, height: 0, columns: 1 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cell = {
      width: (width - tileGap * (columns - 1)) / columns,
      height: (height - tileGap * (rows - 1)) / rows,
    };
    if (cell.width <= 0 || cell.height <= 0) continue;
    const size = {
      width: Math.floor(Math.min(cell.width, cell.height * widest)),
      height: Math.floor(Math.min(cell.height, cell.width / narrowest)),
      columns,
    };
    if (size.width * size.height > best.width * best.height) best = size;
  }
  return best;
}

/** How many of this many tiles stand on one page. */
export function tilesPerPage(count: number, room: Size): number {
  for (let shown = Math.min(count, mostTiles); shown > 1; shown--) {
    const { width, height } = tileSize(shown, room);
    if (width >= least.width && height >= least.height) return shown;
  }
  return 1;
}
