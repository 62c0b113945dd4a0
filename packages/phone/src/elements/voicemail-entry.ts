import { css, html, nothing } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { Trash2, Voicemail } from 'lucide';
import type { Address, VoicemailEntry } from '@offhook/core';
import { v } from '../texts/voicemail.ts';
import type { OpenConversation } from '../view/conversations-state.ts';
import { inSentence } from '../view/names.ts';
import { timeOfDay } from '../view/time.ts';
import { icon } from './icon.ts';
import './player.ts';

/** What may be done with it; `sure`: the question whether it is to be deleted, while that is asked. */
export interface VoicemailActions {
  readonly heard: () => void;
  readonly remove: () => void;
  readonly sure: TemplateResult | typeof nothing;
}

/** What was said to the voicemail of one of the two, to be listened to. */
export function voicemailEntry(
  { from, to, at, durationMs, file, heard }: VoicemailEntry,
  me: Address,
  addresses: OpenConversation['addresses'],
  { heard: onHeard, remove, sure }: VoicemailActions,
): TemplateResult {
  const mine = from.address === me;
  const title = mine ? v.own : v.from(inSentence(from.name));
  const isNew = to.address === me && !heard && file !== undefined;
  return html`<li class="message voicemail ${mine ? 'mine' : ''}">
    <div class="bubble">
      <span class="title"
        >${icon(Voicemail)}${file === undefined ? v.deleted : title}${isNew ? html`<i class="unheard" role="img" aria-label=${v.unheard}></i>` : nothing}${
          to.address === me && file !== undefined
            ? html`<button type="button" class="icon-button remove" aria-label=${v.delete} @click=${remove}>
                ${icon(Trash2)}
              </button>`
            : nothing
        }</span
      >
      ${
        file === undefined
          ? nothing
          : html`<offhook-player
              .address=${addresses.get(file.file)}
              .durationMs=${durationMs}
              label=${title}
              @heard=${() => isNew && onHeard()}
            ></offhook-player>`
      }
      ${sure}
      <span class="meta number"><time datetime=${new Date(at).toISOString()}>${timeOfDay(at)}</time></span>
    </div>
  </li>`;
}

export const voicemailStyles: CSSResult = css`
  .voicemail .bubble {
    inline-size: min(82%, 380px);
  }
  .voicemail .title {
    display: flex;
    align-items: center;
    gap: 8px;
    font-size: var(--size-s);
    font-weight: var(--weight-strong);
  }
  .voicemail .title .icon {
    inline-size: 16px;
    block-size: 16px;
  }
  .remove {
    inline-size: 32px;
    block-size: 32px;
    margin-block: -6px 0;
    margin-inline: auto -6px;
  }
  .unheard {
    flex: none;
    inline-size: 8px;
    block-size: 8px;
    border-radius: 50%;
    background: var(--accent);
  }
`;
