/** SIP phones in the settings. */
import type { SignedIn } from '../src/view/state.ts';
import type { SipPhonesState } from '../src/view/sip-phones.ts';

const createdAt = Date.UTC(2026, 0, 1);
const list = [
  { id: 'desk', name: 'Desk phone', login: 'lena-7k3f9q', registered: true, createdAt },
  { id: 'app', name: 'Linphone on the road', login: 'lena-x40mbe', registered: false, createdAt },
];
const server = { host: 'calls.example.com', port: 5060, tlsPort: 5061, url: 'wss://calls.example.com/sip' };
const hall = { id: 'hall', name: 'Meeting room, second floor', login: 'lena-9tq2vd', registered: false, createdAt };
const ready = { kind: 'ready', phone: hall, password: '4t9x0qhc2m7vke5w' } as const;

export function phoneScreens(signedIn: (more: Partial<SignedIn>) => SignedIn): Readonly<Record<string, SignedIn>> {
  const { settings } = signedIn({});
  const shown = (phones: SipPhonesState): SignedIn =>
    signedIn({ route: { section: 'settings' }, settings: { ...settings, phones } });
  return {
    'settings-phones': shown({ server, list, made: { kind: 'none' } }),
    'settings-phones-none': shown({ server, list: [], made: { kind: 'none' } }),
    'settings-phones-made': shown({ server, list: [...list, hall], made: ready }),
    'settings-phones-here': shown({ server: { ...server, port: 5062 }, list: [{ ...hall, registered: true }], made: ready }),
  };
}
