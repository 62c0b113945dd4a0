/** A flow: a scene that is played, and the page of docs/flows that shows it. */
import { ladder } from '../sim/ladder.ts';
import type { Rung } from '../sim/ladder.ts';
import { short } from '../sim/trace.ts';
import type { Entry } from '../sim/trace.ts';
import { table } from './rfc.ts';
import { Scene } from './scene.ts';
import { Words } from './words.ts';

export interface Flow {
  /** Of its file in docs/flows. */
  readonly name: string;
  readonly title: string;
  /** What happens, in a sentence or two. */
  readonly text: string;
  /** Plays it, and asserts what must come of it. */
  readonly play: (scene: Scene) => Promise<void>;
}

/** Plays a flow. Throws where it takes another course than it must. */
export async function page({ title, text, play }: Flow): Promise<string> {
  const scene = new Scene();
  await play(scene);
  await scene.close();
  return `${made}\n\n# ${title}\n\n${text}\n\n\`\`\`text\n${draw(scene)}\n\`\`\`\n`;
}

const made = '<!-- Made by `npm run docs` from test/flows. Do not edit. -->';

/** The index of docs/flows. */
export function index(flows: readonly Flow[]): string {
  return `${[
    made,
    '# Who says what to whom',
    [
      'Each ladder was drawn by the simulator: the SDK of every page and the server ran together under virtual time, with 20 ms from',
      'a page to the server and back each. A message stands at the time at which it arrived; `•` is what somebody does or what becomes',
      'of a call on that page. `epoch` numbers the media paths of a call, `n` the offers of an epoch and the values of a side, and',
      '`here` tells whether the call belongs to this very page. Left out are answers that say no more than `ok` (but for those to',
      '`invite` and `accept`), pings, presence, ICE servers, and what descriptions and candidates hold. All messages are in',
      '[protocol.md](../protocol.md).',
    ].join('\n'),
    flows.map(({ name, title, text }) => `- [${title}](${name}.md): ${text.split(/(?<=\.) /)[0] ?? ''}`).join('\n'),
    table(),
  ].join('\n\n')}\n`;
}

function draw(scene: Scene): string {
  const { entries } = scene;
  const standing = [...scene.seats, ...scene.desks];
  const names = new Map(standing.map(({ name, label }) => [name, label]));
  const calls = callsIn(scene.world.trace.entries, entries);
  const words = new Words(calls);
  const rungs = entries.flatMap((entry) => rungOf(entry, words, calls, names));
  // Bob is the one who is called: his pages and phones stand on the far side of the server.
  const called = standing.filter(({ user }) => user === 'bob').map(({ label }) => label);
  const calling = standing.filter(({ user }) => user !== 'bob').map(({ label }) => label);
  return ladder([...calling, server, ...called], rungs);
}

const server = 'server';

function rungOf(entry: Entry, words: Words, calls: ReadonlyMap<string, string>, names: ReadonlyMap<string, string>): Rung[] {
  const [from, to] = [entry.from, entry.to].map((name) => (name === server ? server : names.get(name)));
  if (from === undefined || to === undefined) return [];
  const isSip = !entry.text.startsWith('{');
  const text = from === to ? done(entry, calls) : isSip ? entry.text : words.of(from === server ? to : from, entry.text);
  return text === undefined ? [] : [{ at: entry.at, from, to, text }];
}

/** What a page or the server did, with the names of calls in place of their ids. Undefined: nothing that has to be told. */
function done({ text, fields }: Entry, calls: ReadonlyMap<string, string>): string | undefined {
  // The log of the server has fields; of peer connections the states of calls say enough.
  if (fields !== undefined || text.startsWith('media ')) return undefined;
  const words = text.split(' ').flatMap((word) => {
    const call = [...calls].find(([id]) => word === short(id));
    return call === undefined ? [word] : call[1] === '' ? [] : [`(${call[1]})`];
  });
  return words.join(' ');
}

/** Names of the calls that are shown, by the order in which all were placed; '' when there is only one. */
function callsIn(all: readonly Entry[], shown: readonly Entry[]): ReadonlyMap<string, string> {
  const ids = [...idsIn(all)].filter((id) => idsIn(shown).has(id));
  return new Map(ids.map((id, at) => [id, ids.length === 1 ? '' : `call ${at + 1}`]));
}

function idsIn(entries: readonly Entry[]): ReadonlySet<string> {
  return new Set(entries.flatMap(({ text }) => [...text.matchAll(/"call":"([\w-]+)"/g)].map(([, id = '']) => id)));
}
