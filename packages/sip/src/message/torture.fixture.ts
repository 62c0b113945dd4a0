/**
 * The 49 cases of RFC 4475, each with what it asks of a parser and what is answered. The messages here are our own, made for the same
 * point; those of the RFC are held to the same verdicts where its archive lies beside the repository.
 */
import { invalid } from './torture-invalid.fixture.ts';
import { served } from './torture-served.fixture.ts';
import { valid } from './torture-valid.fixture.ts';
import type { Torture } from './torture-words.fixture.ts';

export type { Verdict } from './torture-words.fixture.ts';

export const torture: readonly Torture[] = [...valid, ...invalid, ...served];
