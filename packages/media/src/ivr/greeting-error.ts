/** `refused`: it is no sound that can be read here. */
export class GreetingError extends Error {
  override readonly name = 'GreetingError';
  readonly code: 'refused' | 'too_long';
  constructor(code: GreetingError['code'], options?: ErrorOptions) {
    super(code, options);
    this.code = code;
  }
}
