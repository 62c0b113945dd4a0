import { css, html } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { ifDefined } from 'lit/directives/if-defined.js';
import { Phone, PhoneIncoming, PhoneMissed, PhoneOutgoing, Video } from 'lucide';
import type { IconNode } from 'lucide';
import type { HistoryEntry } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { entryText, kindOf } from '../view/history.ts';
import type { EntryKind } from '../view/history.ts';
import { inSentence } from '../view/names.ts';
import { timeOfDay } from '../view/time.ts';
import { icon } from './icon.ts';
import { iconButton } from './icon-button.ts';
import './avatar.ts';

const icons: Record<EntryKind, IconNode> = {
  missed: PhoneMissed,
  incoming: PhoneIncoming,
  outgoing: PhoneOutgoing,
  unanswered: PhoneOutgoing,
};

export function entryIcon(entry: HistoryEntry): TemplateResult {
  return icon(icons[kindOf(entry)]);
}

export interface HistoryRow {
  readonly tabIndex: 0 | -1;
  /** The page of its person is open. */
  readonly selected: boolean;
  readonly open: () => void;
  readonly call: (video: boolean) => void;
}

/** One past call: whose, which way, how long, when, and a way to call back. */
export function historyRow(entry: HistoryEntry, { tabIndex, selected, open, call }: HistoryRow): TemplateResult {
  const { peer, media } = entry;
  const kind = kindOf(entry);
  const name = inSentence(peer.name);
  return html`<button
      type="button"
      class="main ${kind}"
      data-row=${entry.call}
      tabindex=${tabIndex}
      aria-current=${ifDefined(selected ? 'page' : undefined)}
      @click=${open}
    >
      <offhook-avatar .name=${peer.name} .address=${peer.address}></offhook-avatar>
      <span class="lines">
        <span class="first">
          <bdi class="name cut">${peer.name}</bdi>
          <time class="number" datetime=${new Date(entry.startedAt).toISOString()}>${timeOfDay(entry.startedAt)}</time>
        </span>
        <span class="second cut">${entryIcon(entry)}<span class="cut">${entryText(entry)}</span></span>
      </span>
    </button>
    <span class="actions">
      ${iconButton({
        icon: media.video ? Video : Phone,
        label: kind === 'missed' || kind === 'incoming' ? t.people.callBack(name) : t.people.call(name),
        tabIndex,
        onClick: () => call(media.video),
      })}
    </span>`;
}

export const entryStyles: CSSResult = css`
  .second {
    display: flex;
    align-items: center;
    gap: 6px;
  }
  .second > .icon {
    inline-size: 14px;
    block-size: 14px;
    stroke-width: 2;
  }
  .missed .name,
  .missed .second {
    color: var(--danger-text);
  }
  .first {
    display: flex;
    align-items: baseline;
    gap: 8px;
  }
  .first .name {
    flex: 1;
    min-inline-size: 0;
  }
  time {
    flex: none;
    font-size: var(--size-s);
    color: var(--quiet);
  }
  /* Calling back is what one comes here for. */
  .row .actions {
    display: flex;
  }
`;
