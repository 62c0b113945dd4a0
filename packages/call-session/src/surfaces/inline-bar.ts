/** The bar in the page, with the title and the icon of the tab. */
import type { View } from '../view.ts';
import { card, dress } from './card.ts';
import type { Card } from './card.ts';
import type { Stage, Surface } from './surface.ts';
import { ignore } from './surface.ts';
import { tabMark } from './tab-mark.ts';

const name = 'inline';

interface Bar {
  /** The call that it was made for. */
  readonly id: string;
  readonly host: HTMLElement;
  readonly place: Element;
  readonly drawn: Card;
}

export function inlineBar(stage: Stage): Surface {
  const mark = tabMark();
  let bar: Bar | undefined;
  return {
    name,
    update(view) {
      const wanted = view?.init.inline === 'off' ? undefined : view;
      mark(wanted);
      if (bar !== undefined && bar.id !== wanted?.id) {
        bar.host.remove();
        bar = undefined;
      }
      if (wanted === undefined) return false;
      bar ??= make(wanted, stage);
      // A page that is drawn anew may have thrown it away.
      if (!bar.host.isConnected) bar.place.append(bar.host);
      bar.drawn.render(wanted);
      return bar.host.isConnected;
    },
  };
}

function make({ id, init, texts }: View, stage: Stage): Bar {
  const place = init.inline instanceof Element ? init.inline : document.body;
  const host = document.createElement('call-session');
  const root = host.attachShadow({ mode: 'open' });
  dress(root, window);
  const canOpen = 'documentPictureInPicture' in window || document.pictureInPictureEnabled;
  const open = canOpen ? [{ action: '', title: texts.miniWindow, draw: 'window' as const }] : [];
  const press = (action: string): void => (action ? stage.press(action, name) : void stage.open().catch(ignore));
  const drawn = card(document, press, place === document.body, open);
  root.append(drawn.root);
  return { id, host, place, drawn };
}
