/** Keyboards with a ⌘ key. `navigator.platform` is old but the one thing every browser answers without asking around. */
export const apple: boolean = /^(mac|ip(hone|ad|od))/i.test(navigator.platform);
