import { css, html } from 'lit';
import type { CSSResult, TemplateResult } from 'lit';
import { Globe, Users } from 'lucide';
import type { PresenceState } from '@offhook/core';
import type { ConversationHead } from '../view/conversations-state.ts';
import { icon } from './icon.ts';
import './avatar.ts';

/** Who a conversation is with, as a circle. */
export function conversationPicture({ kind, peer }: ConversationHead, presence: PresenceState | undefined): TemplateResult {
  if (peer) return html`<offhook-avatar .name=${peer.name} .address=${peer.address} .presence=${presence}></offhook-avatar>`;
  return html`<span class="many">${icon(kind === 'room' ? Globe : Users)}</span>`;
}

export const pictureStyles: CSSResult = css`
  .many {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 40px;
    block-size: 40px;
    border-radius: 50%;
    background: var(--hover);
    color: var(--quiet);
  }
`;
