import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { FileText } from 'lucide';
import type { Address, FileInfo, MessageEntry } from '@offhook/core';
import { t } from '../texts/texts.ts';
import { piecesOf } from '../view/conversation.ts';
import { saidText, sizeText } from '../view/conversation-texts.ts';
import type { OpenConversation } from '../view/conversations-state.ts';
import { icon } from './icon.ts';

/** What was written: as text, never as markup, in its own direction. */
export function messageText(text: string): TemplateResult | typeof nothing {
  if (text === '') return nothing;
  // Spaces count here, so the template has none of its own.
  // oxfmt-ignore
  return html`<p class="text" dir="auto">${piecesOf(text).map((piece) =>
    'link' in piece ? html`<a href=${piece.link} target="_blank" rel="noopener noreferrer">${piece.link}</a>` : piece.text)}</p>`;
}

/** The message that this one replies to; a click leads there. */
export function quote(replied: MessageEntry | undefined, show: () => void): TemplateResult {
  if (replied === undefined) return html`<p class="quote quiet">${t.conversations.earlierMessage}</p>`;
  return html`<button type="button" class="quote" @click=${show}>
    <bdi class="who cut">${replied.from.name}</bdi>
    <span class="cut" dir="auto">${saidText(replied)}</span>
  </button>`;
}

/** Files: pictures as pictures, others to be saved. */
export function attachments(files: readonly FileInfo[], addresses: OpenConversation['addresses']) {
  return files.map((file) => {
    const address = addresses.get(file.file);
    return file.type.startsWith('image/') ? picture(file, address) : attachment(file, address);
  });
}

function picture({ name }: FileInfo, address: string | undefined): TemplateResult {
  if (address === undefined) return html`<span class="picture"></span>`;
  return html`<a class="picture" href=${address} target="_blank" rel="noopener noreferrer">
    <img src=${address} alt=${name} loading="lazy" />
  </a>`;
}

function attachment({ name, bytes }: FileInfo, address: string | undefined): TemplateResult {
  const inside = html`${icon(FileText)}
    <span class="lines"><bdi class="cut">${name}</bdi><span class="meta">${sizeText(bytes)}</span></span>`;
  if (address === undefined) return html`<span class="file">${inside}</span>`;
  return html`<a class="file" href=${address} download=${name}>${inside}</a>`;
}

/** Who reacted how; a click joins in, or takes one's own back. */
export function reactions(
  { reactions: all }: MessageEntry,
  me: Address,
  react: (value: string, on: boolean) => void,
): TemplateResult | typeof nothing {
  if (all.length === 0) return nothing;
  return html`<div class="reactions">
    ${all.map(({ value, by }) => {
      const mine = by.includes(me);
      return html`<button
        type="button"
        aria-pressed=${mine}
        aria-label=${`${value} ${by.length}`}
        @click=${() => react(value, !mine)}
      >
        ${value} <span class="number">${by.length}</span>
      </button>`;
    })}
  </div>`;
}
