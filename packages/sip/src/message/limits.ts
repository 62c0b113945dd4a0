/** What is read at most. A server may set lower ones; each has its own error. Lengths are in bytes. */
export interface MessageLimits {
  /** Start line and headers together: more is answered 513. */
  readonly head: number;
  /** 413. */
  readonly body: number;
  /** 414. */
  readonly requestUri: number;
  /** Header fields: more is answered 400. */
  readonly fields: number;
}

export const messageLimits: MessageLimits = { head: 32_768, body: 262_144, requestUri: 4096, fields: 192 };

/** Values in all fields of one name, parameters of one value: 400. */
export const valueLimits = { list: 128, parameters: 64 } as const;
