/** SIP phones as people see them in the settings. */
import type { PhoneView, SipServer } from '@offhook/core';

export interface SipPhonesState {
  readonly server: SipServer;
  readonly list: readonly PhoneView[];
  readonly made: MadePhone;
}

/** The one that is being added. */
export type MadePhone =
  | { readonly kind: 'none' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'ready'; readonly phone: PhoneView; readonly password: string };

export type PhonesAction =
  | { readonly act: 'add'; readonly name: string }
  /** What was to be typed into it was. */
  | { readonly act: 'done' }
  | { readonly act: 'remove'; readonly phone: string };

/** As it is typed into a phone: the usual port need not be. */
export function serverText({ host, port }: SipServer): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === 5060 ? name : `${name}:${port}`;
}
