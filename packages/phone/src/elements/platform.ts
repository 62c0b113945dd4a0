/** Keyboards with a ⌘ key. `navigator.platform` is old but the one thing every browser answers without asking around. */
export const apple: boolean = /^(mac|ip(hone|ad|od))/i.test(navigator.platform);

/** Whether this browser shows calls with the media keys: Chromium on desktops, which alone says that it is on none but these. */
export const showsMediaKeys: boolean =
  'mediaSession' in navigator &&
  (navigator as { userAgentData?: { readonly mobile: boolean } }).userAgentData?.mobile === false;

/** Whether this browser can show a screen to others; those on phones cannot. */
export const showsScreens: boolean = 'getDisplayMedia' in ((navigator.mediaDevices as MediaDevices | undefined) ?? {});
