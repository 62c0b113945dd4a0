import type { Phone } from '@offhook/client';
import type { LinkScheme } from '../view/call-link.ts';
import type { Route, SettingsState, SignedIn } from '../view/state.ts';
import { Part } from './part.ts';

/** Links that call somebody: where they lead, and whether the browser hands them on. */
export class LinksControl extends Part<Pick<SignedIn, 'link'>> {
  readonly #phone: Phone;
  readonly #go: (to: Route) => void;
  #asked: readonly LinkScheme[] = [];

  constructor(phone: Phone, changed: () => void, go: (to: Route) => void) {
    super({}, changed);
    this.#phone = phone;
    this.#go = go;
  }

  /** Browsers say nothing of whether they hand links on; in frames they do not (HTML §8.7.1.2). */
  get settings(): Pick<SettingsState, 'links'> {
    return { links: 'registerProtocolHandler' in navigator && window.top === window ? this.#asked : undefined };
  }

  /** To whom it calls, and a question: a link calls nobody. Resolves with whether it is a link at all. */
  async follow(text: string): Promise<boolean> {
    const { lookAtLink } = await import('./call-link.ts');
    const link = await lookAtLink(this.#phone, text);
    this.set({ link });
    if (link?.kind === 'person') this.#go({ section: 'people', person: link.person.address });
    return link !== undefined;
  }

  run(command: { readonly type: 'put-link-away' } | { readonly type: 'take-links'; readonly scheme: LinkScheme }): void {
    if (command.type === 'put-link-away') return this.putAway();
    const { scheme } = command;
    navigator.registerProtocolHandler(scheme, `${new URL('.', location.href).href}?call=%s`);
    this.#asked = [...this.#asked, scheme];
    this.set({});
  }

  putAway(): void {
    if (this.state.link !== undefined) this.set({ link: undefined });
  }
}
