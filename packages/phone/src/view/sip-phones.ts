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
export function serverText({ host, port, tlsPort }: SipServer): string {
  return port === undefined ? withPort(host, tlsPort, 5061) : withPort(host, port, 5060);
}

/** By which the server is reached; TLS with its port where that is another one than phones expect beside this server. */
export function transportText({ port, tlsPort }: SipServer): string {
  const tls = port === undefined || tlsPort === undefined || tlsPort === 5061 ? 'TLS' : `TLS (:${tlsPort})`;
  return [...(port === undefined ? [] : ['UDP', 'TCP']), ...(tlsPort === undefined ? [] : [tls])].join(', ');
}

function withPort(host: string, port: number | undefined, usual: number): string {
  const name = host.includes(':') ? `[${host}]` : host;
  return port === usual || port === undefined ? name : `${name}:${port}`;
}
