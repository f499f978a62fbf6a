import { expect, it } from 'vitest';
import { cancelationOf, tellingSentence } from '../../shared/explain/explain.ts';
import { toErrorDetail } from '../../shared/domain/error-detail.ts';
import { readErrors } from '../../shared/domain/foreign-error.ts';
import type { RawError } from '../support/operation-builders.ts';

const error = (raw: RawError): ReturnType<typeof toErrorDetail> => toErrorDetail(readErrors([raw]));

it.each<[string, RawError, string]>([
  ['AKS, that could not drain', { code: 'PodDrainFailure' }, 'byAks'],
  [
    'AKS, which ran out of surge nodes',
    { code: 'Canceled', message: 'Undrainable nodes are cordoned and no surge node is left.' },
    'byAks',
  ],
  [
    'AKS, that could not drain a node and says so within',
    { code: 'OperationCanceled', message: 'Canceled. Details: Code="PodDrainFailure" Message="x"' },
    'byAks',
  ],
  ['a person, or whoever aborted it', { code: 'Canceled' }, 'harmless'],
  ['a newer operation', { code: 'AKSOperationPreempted' }, 'harmless'],
  ['nobody that is named', { code: 'BrandNew' }, 'unknown'],
])('an operation was canceled by %s', (_, raw, expected) => {
  expect(cancelationOf(error(raw))).toBe(expected);
});

it('an operation without an error was canceled by nobody that is named', () => {
  expect(cancelationOf(null)).toBe('unknown');
});

it('of a long text the start and the end are shown', () => {
  const message = `Start ${'x'.repeat(900)} end`;
  const told = error({ code: 'A', message });
  const sentence = told === null ? null : tellingSentence(told, 100);
  expect(sentence).toMatch(/^Start x+ … x+ end$/);
  expect(sentence?.length).toBeLessThanOrEqual(100);
});
