import { OffhookError } from '@offhook/client';
import { describe, expect, it } from 'vitest';
import { mediaProblem, nameProblem, signInProblem } from './problems.ts';

describe('mediaProblem', () => {
  it('knows the device and the reason', () => {
    expect(mediaProblem(new OffhookError('microphone_refused'))).toEqual({ device: 'microphone', reason: 'refused' });
    expect(mediaProblem(new OffhookError('camera_lost'))).toEqual({ device: 'camera', reason: 'lost' });
    expect(mediaProblem(new OffhookError('user_not_found'))).toBeUndefined();
    expect(mediaProblem(new Error('other'))).toBeUndefined();
  });
});

describe('nameProblem', () => {
  it('says whose name is taken, and what is free', () => {
    const error = new OffhookError('name_taken', { suggestions: ['Anna 2'] });
    expect(nameProblem(error, ' Anna ')).toEqual({
      message: 'Somebody here is already called Anna.',
      passing: false,
      isTaken: true,
      suggestions: ['Anna 2'],
    });
  });

  it('knows what may work the next time', () => {
    for (const code of ['unreachable', 'rate_limited', 'store_failed'] as const)
      expect(nameProblem(new OffhookError(code), '').passing).toBe(true);
    expect(nameProblem(new OffhookError('link_invalid'), '').passing).toBe(false);
  });

  it('never shows a code', () => {
    for (const code of ['internal', 'store_failed', 'bad_message', 'link_invalid', 'rate_limited'] as const)
      expect(nameProblem(new OffhookError(code), '').message).not.toMatch(/_/);
    expect(nameProblem(new TypeError('x is not a function'), '').message).not.toMatch(/function/);
  });
});

describe('signInProblem', () => {
  it('says what is to be typed again', () => {
    expect(signInProblem(new OffhookError('credentials_wrong'), '')).toMatchObject({ field: 'password', passing: true });
    expect(signInProblem(new OffhookError('name_taken'), 'Bo')).toMatchObject({
      field: 'name',
      message: 'Somebody here is already called Bo.',
    });
  });

  it('asks for nothing to be typed again where nothing was typed', () => {
    const { field, message } = signInProblem(new OffhookError('visit_ended'), '');
    expect([field, message]).toEqual([undefined, 'Your visit was ended. For another one, ask for a new link.']);
    for (const code of ['signed_out', 'unauthorized', 'account_closed', 'password_changed', 'rate_limited'] as const)
      expect(signInProblem(new OffhookError(code), '').field).toBeUndefined();
  });

  it('knows a link that does not work, and takes nothing from the address of the page for a sentence', () => {
    expect(signInProblem(new OffhookError('link_invalid'), '')).toMatchObject({ passing: false });
    expect(signInProblem(new OffhookError('Call 0900' as 'internal'), '').message).toBe('That did not work. Please try again.');
  });
});
