/** The test page of those who meet in sessions. */
import * as sdk from '@offhook/client';
import { SessionKit } from './session-kit.ts';
import { spy } from './spies.ts';

globalThis.Offhook = sdk;
spy();
globalThis.kit = new SessionKit();
