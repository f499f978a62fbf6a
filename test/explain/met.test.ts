import { describe, expect, it } from 'vitest';
import table from '../../shared/explain/explanations.json' with { type: 'json' };
import { phraseOf, words } from '../../shared/explain/phrases.ts';
import { explained } from '../support/explained.ts';
import { keyOf, tableEntries } from '../support/explanation-table.ts';
import type { RawError } from '../support/operation-builders.ts';
import { fc } from '../support/properties.ts';
import { met } from './met.ts';

const cases = met.flatMap((one) =>
  one.codes
    .split(' ')
    .flatMap((code) => one.messages.map(([message, title]) => ({ ...one, code, message, title }))),
);

describe('what people meet is explained as it has to be', () => {
  it.each(cases)('$code: $message', ({ code, message, title, cause, step, command }) => {
    expect(explained({ code, message })).toMatchObject({
      title,
      cause: expect.stringContaining(cause),
      step: expect.stringContaining(step),
      command: expect.stringContaining(command),
      link: expect.stringMatching(/^https:\/\/learn\.microsoft\.com\//),
    });
  });

  it('for each explanation of the table, by each of its codes, and in its order', () => {
    const codes = tableEntries.map(({ codes: own = [], says = {} }) =>
      [...own, ...Object.keys(says)].join(' '),
    );
    expect(met.map((one) => (one.codes === 'BadRequest' ? '' : one.codes))).toEqual(
      codes.map((one) => (one === 'BadRequest' ? '' : one)),
    );
  });

  it('with all phrases that show a meaning', () => {
    const unmet = tableEntries.flatMap(({ phrases = [], says = {} }, index) => {
      const messages = (met[index]?.messages ?? []).map(([message]) => words(message));
      return [...phrases, ...Object.values(says).flatMap((said) => said ?? [])].filter(
        (phrase) => !messages.some(phraseOf(phrase)),
      );
    });
    expect(unmet).toEqual([]);
  });
});

/** Codes of steps that failed: they say nothing of the cause. */
const steps = fc.constantFrom(
  'UpgradeFailed',
  'ReconcileVMSSAgentPoolFailed',
  'DeleteVMSSAgentPoolFailed',
  'ReconcileVNetFailed',
  'DeploymentFailed',
  'ResourceOperationFailure',
  'Conflict',
  'BrandNew',
);

/** How Azure puts an error into another: among its details, or in its message in one of several forms. */
const wrappings: readonly ((
  step: string,
  inner: Required<Pick<RawError, 'code' | 'message'>>,
) => RawError)[] = [
  (code, inner) => ({ code, message: `${code} of the resource.`, details: [inner] }),
  (code, inner) => ({ code, details: [{ code: 'Conflict', details: [inner] }] }),
  (code, inner) => ({ code, message: JSON.stringify({ status: 'Failed', error: inner }) }),
  (code, inner) => ({ code, message: `Reconciler retry failed: ${JSON.stringify(inner)}` }),
  (code, { code: own, message }) => ({
    code,
    message: `Reconciler retry failed:\nCategory: ClientError;\nSubCode: ${own};\nDependency: Microsoft.Compute;\nOrginalError: Code="${own}" Message="${message}" Details=[];\nAKSTeam: NodeProvisioning,\nRetriable: false`,
  }),
  (code, { code: own, message }) => ({
    code,
    message: `Code='${own}' Message='${message}' Details=[]`,
  }),
  (code, { code: own, message }) => ({ code, message: `(${own}) ${message}\nCode: ${own}` }),
];

describe('an error in whatever Azure wraps it', () => {
  const told = cases.filter(({ message }) => message.length > 0 && message.length < 700);
  const isGeneral = (one: (typeof cases)[number]): boolean =>
    tableEntries.some(
      (entry) => entry.general === true && keyOf(entry) === one.codes.split(' ')[0],
    );

  it.each(told.filter((one) => !isGeneral(one)))(
    'explained by the same: $code, $message',
    ({ code, message, title, cause }) => {
      fc.assert(
        fc.property(steps, fc.constantFrom(...wrappings), (step, wrap) => {
          expect(explained(wrap(step, { code, message }))).toMatchObject({
            title,
            cause: expect.stringContaining(cause),
          });
        }),
        { numRuns: 12 },
      );
    },
  );

  it('words that show a meaning by themselves do so under any code', () => {
    const own = table.explanations.map((entry) => 'phrases' in entry);
    const spoken = met.flatMap((one, index) => (own[index] === true ? one.messages : []));
    const bare = spoken.filter(([message]) => message !== '');
    const wrong = bare.filter(([message, title]) => {
      const found = explained({ code: 'BrandNewFailed', message })?.title;
      return found !== title;
    });
    expect(wrong).toEqual([]);
  });
});
