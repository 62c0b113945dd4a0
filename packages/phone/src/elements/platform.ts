/** Keyboards with a ⌘ key. `navigator.platform` is old but the one thing every browser answers without asking around. */
export const apple: boolean = /^(mac|ip(hone|ad|od))/i.test(navigator.platform);

/** Whether this browser can show a screen to others; those on phones cannot. */
export const showsScreens: boolean = 'getDisplayMedia' in ((navigator.mediaDevices as MediaDevices | undefined) ?? {});
