/** The web phone: the controller's state goes into the components, into the title and into what is heard; commands come back. */
import { PhoneApp } from './elements/phone.ts';
import { commandEvent } from './elements/element.ts';
import { prefetch } from './elements/lazy.ts';
import { careForMissingParts } from './missing-part.ts';
import { PhoneController } from './phone-controller.ts';
import { arrivalOf } from './control/arrival.ts';
import { applyLanguage, applyTheme, loadPreferences } from './control/preferences.ts';
import { listenToKeys } from './keyboard.ts';
import { followLaunches } from './launches.ts';
import { Outside } from './outside.ts';
import { Ringer } from './sound/ringer.ts';
import { Voices } from './sound/voices.ts';
import { soundOf } from './view/sound.ts';
import { isTakenPartIn } from './view/meeting.ts';
import { isMine, rings } from './view/state.ts';
import type { CallState, PhoneState } from './view/state.ts';
import { t } from './texts/texts.ts';
import { Title } from './title.ts';
import { Updates } from './updates.ts';
import { WakeLock } from './wake-lock.ts';

const { theme, language } = loadPreferences();
applyTheme(theme);
// Before anything is drawn. Whoever has no connection at the moment reads English rather than nothing.
await applyLanguage(language).catch(() => undefined);

const home = new URL('.', location.href);
const app = new PhoneApp();
app.whereabouts = {
  url: home.href,
  secondUrl: '?new',
  reachable: !/^(localhost|127(\.\d+){3}|\[::1\])$/.test(location.hostname),
};

const title = new Title();
const wakeLock = new WakeLock();
const voices = new Voices(
  (silenced) => controller.setPage({ silenced }),
  (element) => controller.playOnSpeaker(element),
);
const outside = new Outside({
  run: (command) => controller.run(command),
  canOpen: (miniWindow) => controller.setPage({ miniWindow }),
});
const ringer = new Ringer((audible) => controller.setPage({ audible }));
const controller = new PhoneController(home.href, show);
const updates = new Updates({
  offer: (during) =>
    controller.tell(
      during
        ? { text: t.general.newVersionLater }
        : { text: t.general.newVersion, action: { label: t.general.reload, command: { type: 'reload' } } },
    ),
});

app.addEventListener(commandEvent, ({ detail }) => {
  if (detail.type === 'play') void voices.play();
  else if (detail.type === 'reload') void updates.reload();
  else if (detail.type === 'test-sound') void ringer.test((element) => controller.playOnSpeaker(element));
  else if (detail.type === 'full-screen') void toggleFullScreen().catch(() => undefined);
  else if (detail.type === 'mini-window') outside.open();
  else controller.run(detail);
});
listenToKeys({
  get state(): PhoneState {
    return controller.state;
  },
  run: (command) => controller.run(command),
  search: () => app.focusSearch(),
});

app.state = controller.state;
document.body.append(app);
void controller.start(arrivalOf(location));
followLaunches((url) => controller.launch(url));
careForMissingParts({
  get isBusy(): boolean {
    const { state } = controller;
    return callsOf(state).some(isMine) || (state.kind === 'signed-in' && isTakenPartIn(state.meetings.meeting));
  },
  tell: (text) => controller.tell({ text }),
  retry: () => app.requestUpdate(),
});
for (const type of ['online', 'offline']) addEventListener(type, () => app.requestUpdate());
void prefetch().then(() => {
  // It keeps every part, most of which are here by now. While developing there is none.
  if (import.meta.env.MODE === 'production') void updates.start();
});
addEventListener('hashchange', () => {
  // A link that was opened in this very tab.
  if (arrivalOf(location).kind === 'invitation') location.reload();
});

function show(state: PhoneState): void {
  const before = app.state;
  app.state = state;
  title.follow(state);
  const calls = callsOf(state);
  const { meeting, voices: met = [] } = state.kind === 'signed-in' ? state.meetings : {};
  const isInMeeting = isTakenPartIn(meeting);
  voices.follow([...calls.filter(isMine), ...met]);
  wakeLock.hold(isInMeeting || calls.some(isMine));
  outside.follow(state);
  updates.follow(isInMeeting || calls.some((call) => isMine(call) || rings(call)));
  ringer.play(soundOf(state));
  if (hasEnded(before, state)) void ringer.once('ended');
}

function callsOf(state: PhoneState): readonly CallState[] {
  return state.kind === 'signed-in' ? state.calls : [];
}

/** A call that was taken up is over. */
function hasEnded(before: PhoneState, now: PhoneState): boolean {
  if (before.kind !== 'signed-in' || now.kind !== 'signed-in') return false;
  return before.calls.some(
    ({ id, stage }) =>
      (stage.kind === 'active' || stage.kind === 'reconnecting') &&
      !now.calls.some((call) => call.id === id && call.stage.kind !== 'ended'),
  );
}

/** Refused where a page has no right to it, as in a frame: then it stays as it is. */
function toggleFullScreen(): Promise<void> {
  return document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
}
