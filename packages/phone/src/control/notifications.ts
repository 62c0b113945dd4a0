import type { Conversation } from '@offhook/client/conversations';
import type { Address, Entry } from '@offhook/core';
import type { Route } from '../view/state.ts';
import { lastText, titleOf } from '../view/conversation-texts.ts';

/** Asks for the permission where it was not given yet; after a click only, as browsers want it. */
export async function mayNotify(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** What the browser would say to a notification: nothing at all where it has none. */
export function notificationPermission(): NotificationPermission | undefined {
  return 'Notification' in globalThis ? Notification.permission : undefined;
}

/** Tells of a message or of a call in vain, while nobody looks at the page; a click leads there. */
export function notify(conversation: Conversation, entry: Entry, me: Address, open: (to: Route) => void): void {
  if (!document.hidden || notificationPermission() !== 'granted') return;
  const { id, kind, peer } = conversation;
  try {
    // One for each conversation: the newest takes the place of the one before.
    const shown = new Notification(titleOf(conversation), {
      body: lastText(entry, kind, me),
      tag: id,
      icon: './icons/192.png',
    });
    shown.addEventListener('click', () => {
      shown.close();
      window.focus();
      open({ section: 'conversations', ...(peer ? { person: peer.address } : { conversation: id }) });
    });
  } catch {
    // Chrome on Android allows them to service workers only.
  }
}
