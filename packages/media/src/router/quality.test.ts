import { describe, expect, it } from 'vitest';
import { qualityOf } from './quality.ts';

const near = { loss: 0, jitterMs: 2, roundTripMs: 20 };

describe('how it sounds', () => {
  it('is not known where nothing was measured', () => {
    expect(qualityOf([])).toBeUndefined();
  });

  it('is good on a way that is short and loses nothing', () => {
    expect(qualityOf([near])).toMatchObject({ rating: 'good', loss: 0, roundTripMs: 20 });
    expect(qualityOf([{ ...near, roundTripMs: undefined }])).toMatchObject({ rating: 'good', roundTripMs: 0 });
  });

  it('is worse by loss and by delay', () => {
    expect(qualityOf([{ ...near, loss: 0.1 }])?.rating).toBe('fair');
    expect(qualityOf([{ ...near, loss: 0.25 }])?.rating).toBe('bad');
    expect(qualityOf([{ ...near, roundTripMs: 600 }])?.rating).toBe('bad');
  });

  it('is that of all streams on average', () => {
    expect(qualityOf([near, { loss: 0.2, jitterMs: 4, roundTripMs: 40 }])).toMatchObject({
      loss: 0.1,
      jitterMs: 3,
      roundTripMs: 40,
    });
  });
});
