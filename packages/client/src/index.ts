/** The browser SDK. */
export const placeholder = true;
