/** `gallery.html?language=ar#NAME`: one screen of the phone from fixed data. Without a name: a list of them. For development only. */
import { applyLanguage } from '../src/control/preferences.ts';
import '../src/elements/accounts.ts';
import '../src/elements/call.ts';
import '../src/elements/conversation.ts';
import '../src/elements/history.ts';
import '../src/elements/meeting.ts';
import '../src/elements/meeting-guest.ts';
import '../src/elements/meeting-bar.ts';
import '../src/elements/meetings.ts';
import '../src/elements/media-settings.ts';
import '../src/elements/new-group.ts';
import type { NewGroup } from '../src/elements/new-group.ts';
import { PhoneApp } from '../src/elements/phone.ts';
import type { PlanMeeting } from '../src/elements/plan-meeting.ts';
import '../src/elements/qr-code.ts';
import '../src/elements/settings.ts';
import '../src/elements/sign-in.ts';
import type { PhoneState } from '../src/view/state.ts';
import { picture } from './pictures.ts';
import { screens } from './screens.ts';

// Before the data is made, some of which is in words.
await applyLanguage(new URLSearchParams(location.search).get('language') === 'ar' ? 'ar' : 'en');
const all = screens({ mine: await picture('lena'), theirs: await picture('anna') });
const phone = new PhoneApp();
phone.whereabouts = {
  url: 'https://192.168.1.20:8080/',
  secondUrl: '?new',
  reachable: !new URLSearchParams(location.search).has('local'),
};

addEventListener('hashchange', show);
show();

function show(): void {
  const name = decodeURIComponent(location.hash.slice(1));
  const state = all[name];
  if (state === undefined) list();
  else void draw(name, state);
}

async function draw(name: string, state: PhoneState): Promise<void> {
  // Anew each time: nothing of the screen before may remain. A dialog that is put away open cannot be opened again (WHATWG HTML §4.11.4).
  planOf()?.renderRoot.querySelector('dialog')?.close();
  phone.remove();
  phone.state = state;
  document.body.replaceChildren(phone);
  await phone.updateComplete;
  if (name === 'new-group') await openNewGroup();
  if (name === 'meeting-plan') await planOf()?.open();
  if (name === 'meeting-change') await planOf()?.open(state.kind === 'signed-in' ? state.meetings?.list?.[1] : undefined);
  document.documentElement.dataset['screen'] = name;
}

/** In which a meeting is planned, or changed. */
function planOf(): PlanMeeting | null | undefined {
  const list = phone.shadowRoot?.querySelector('offhook-meetings')?.shadowRoot;
  return list?.querySelector<PlanMeeting>('offhook-plan-meeting');
}

/** What stands in no state: the dialog, with somebody chosen. */
async function openNewGroup(): Promise<void> {
  const list = phone.renderRoot.querySelector('offhook-conversations')?.shadowRoot;
  const group = list?.querySelector<NewGroup>('offhook-new-group');
  await group?.open();
  await group?.updateComplete;
  for (const at of [1, 3]) group?.renderRoot.querySelectorAll<HTMLElement>('li input')[at]?.click();
  await group?.updateComplete;
}

function list(): void {
  document.body.style.overflow = 'auto';
  document.body.replaceChildren(
    ...Object.keys(all).map((name) => {
      const link = document.createElement('a');
      link.href = `#${name}`;
      link.textContent = name;
      link.style.cssText = 'display: block; padding: 4px 16px';
      return link;
    }),
  );
}
