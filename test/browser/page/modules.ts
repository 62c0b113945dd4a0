/** The test page of those who bundle the SDK with its further entries. */
import * as sdk from '@offhook/client';
import { MediaKit } from './media-kit.ts';
import { shelve } from './shelf.ts';
import { spy } from './spies.ts';

globalThis.Offhook = sdk;
shelve();
spy();
globalThis.kit = new MediaKit();
