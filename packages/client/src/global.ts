/**
 * For pages that load the SDK by a script tag: `/// <reference types="@offhook/client/global" />` gives `Offhook` its types. Servers
 * have the same as one file, `/client.d.ts`.
 */
import type * as Sdk from './index.ts';

declare global {
  /** The browser SDK, as `<script src="/client.js">` defines it. */
  // oxlint-disable-next-line no-var -- only `var` declares a property of the global object
  var Offhook: typeof Sdk;
}
