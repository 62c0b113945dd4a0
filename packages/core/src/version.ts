/** The WebSocket subprotocol (RFC 6455 §1.9) that client and server agree on. A breaking change makes `offhook.2`. */
export const subprotocol = 'offhook.1';

/** The number in `hello`; the server refuses others with `version_unsupported`. */
export const protocolVersion = 1;
