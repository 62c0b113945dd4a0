/** The test page of those who meet in sessions and meetings. */
import * as sdk from '@offhook/client';
import { MeetingKit } from './meeting-kit.ts';
import { spy } from './spies.ts';

globalThis.Offhook = sdk;
spy();
globalThis.kit = new MeetingKit();
