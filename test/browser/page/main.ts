/** The test page of those who load the SDK by its script tag. */
import { Kit } from './kit.ts';
import { spy } from './spies.ts';

spy();
globalThis.kit = new Kit();
