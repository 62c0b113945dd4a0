/** People and calls that were never there, for the gallery: long names, names of every script, many. */
import { echoPerson } from '@offhook/core';
import type { HistoryEntry, Person, PersonPresence, PresenceState, QuietHours } from '@offhook/core';
import type { OwnState } from '../src/view/own.ts';

export const anna: Person = { address: 'anna-berg', name: 'Anna Berg' };
export const bo: Person = { address: 'bo-lindqvist', name: 'Bo Lindqvist' };
export const mira: Person = { address: 'mira', name: 'Mira Okafor' };
export const noor: Person = { address: 'נועה-בן-דוד', name: 'נועה בן־דוד' };
export const long: Person = {
  address: 'maximiliane',
  name: 'Maximiliane-Wilhelmine Freifrau von Hohenstein-Oberwiesenthal',
};
export const unbroken: Person = { address: 'w', name: 'Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww' };

const presence = (person: Person, presence: PresenceState): PersonPresence => ({ ...person, presence });

export const some: readonly PersonPresence[] = [
  { ...presence(anna, 'online'), status: { text: 'In the workshop until five', emoji: '🎧' } },
  { ...presence(bo, 'on_call'), status: { text: 'Working from home until the builders are gone', emoji: '🏠' } },
  presence(mira, 'away'),
  presence(noor, 'online'),
  { ...presence(long, 'do_not_disturb'), quietUntil: new Date().setHours(23, 30, 0, 0) },
  presence({ address: 'юки-ямада', name: 'Юки Ямада' }, 'online'),
  presence({ address: 'omar', name: 'عمر الخطيب' }, 'offline'),
  presence({ address: 'ines', name: 'Inês Carvalho' }, 'offline'),
  presence({ address: 'tom', name: 'Tom' }, 'offline'),
  presence(unbroken, 'offline'),
];

const first = 'Ada Ben Cleo Dan Eva Finn Gia Hugo Ida Jan Kai Lea Max Nia Otto Pia Rui Sol Tia Uma'.split(' ');
const last = 'Abe Brandt Costa Dahl Eklund Ferri Gruber Haas Ivanova Jensen'.split(' ');
const states: readonly PresenceState[] = ['online', 'offline', 'offline', 'on_call', 'offline', 'do_not_disturb', 'offline'];

/** Two hundred people. */
export const many: readonly PersonPresence[] = last.flatMap((family, i) =>
  first.map((given, j) =>
    presence(
      { address: `${given}-${family}`.toLowerCase(), name: `${given} ${family}` },
      states[(i * 20 + j) % states.length] ?? 'offline',
    ),
  ),
);

const minute = 60_000;
const hour = 60 * minute;
const noon = new Date().setHours(12, 0, 0, 0);

interface Past {
  readonly peer: Person;
  readonly ago: number;
  readonly role?: HistoryEntry['role'];
  readonly video?: boolean;
  readonly durationMs?: number;
  readonly cause?: HistoryEntry['cause'];
}

function past({ peer, ago, role = 'callee', video = false, durationMs, cause = 'hangup' }: Past): HistoryEntry {
  const missed = role === 'callee' && ['cancelled', 'no_answer', 'unreachable', 'busy', 'do_not_disturb'].includes(cause);
  return {
    call: `past-${peer.address}-${ago}`,
    role,
    peer,
    media: { audio: true, video },
    startedAt: noon - ago,
    ...(durationMs !== undefined && { durationMs }),
    cause,
    missed,
  };
}

export const history: readonly HistoryEntry[] = [
  past({ peer: bo, ago: 1 * minute, cause: 'cancelled' }),
  past({ peer: anna, ago: 37 * minute, role: 'caller', video: true, durationMs: 42 * minute }),
  past({ peer: noor, ago: 2 * hour, durationMs: 4 * minute }),
  past({ peer: long, ago: 3 * hour, role: 'caller', cause: 'do_not_disturb' }),
  past({ peer: mira, ago: 22 * hour, video: true, cause: 'no_answer' }),
  past({ peer: anna, ago: 23 * hour, role: 'caller', durationMs: 12_000 }),
  past({ peer: { address: 'tom', name: 'Tom' }, ago: 26 * hour, cause: 'declined' }),
  past({ peer: anna, ago: 50 * hour, cause: 'busy' }),
  past({ peer: bo, ago: 74 * hour, role: 'caller', cause: 'no_answer' }),
  past({ peer: anna, ago: 9 * 24 * hour, durationMs: 62 * minute }),
];

/** What the person who is signed in says of herself and of others. */
export const own: OwnState = {
  profile: { status: { text: 'Back at two', emoji: '🍽️' }, tellsSeen: true },
  contacts: [{ ...presence(anna, 'online'), starred: true }],
  blocked: [long],
  echo: echoPerson,
};

/** Nights, and the whole weekend. */
export const quietHours: QuietHours = {
  timeZone: 'Europe/Berlin',
  days: [...Array.from({ length: 5 }, () => ({ from: 1_320, to: 420 })), { from: 0, to: 0 }, null],
};
