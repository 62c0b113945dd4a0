/** Defines `navigator.callSession` and `CallSession`, where there are none: `import 'call-session/polyfill'`, or the script-tag file. */
import { callSession, CallSession } from './index.ts';
import type { CallSessionContainer } from './index.ts';

declare global {
  interface Navigator {
    /** The calls of this page. Defined in secure contexts only. */
    readonly callSession: CallSessionContainer;
  }
}

if (globalThis.isSecureContext && !('callSession' in navigator)) {
  Object.defineProperty(navigator, 'callSession', { value: callSession, configurable: true, enumerable: true });
  Object.defineProperty(globalThis, 'CallSession', { value: CallSession, configurable: true, writable: true });
}
