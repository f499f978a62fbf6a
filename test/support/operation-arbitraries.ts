import { patterns } from '../../shared/domain/azure-names.ts';
import { fc } from './properties.ts';
import type { Reading, ReadingFailureCause } from '../../shared/domain/reading.ts';
import type { OperationReference } from '../../shared/domain/reference.ts';
import { failed, minutes, saw, type RawError } from './operation-builders.ts';

const nasty = [
  '<!channel>',
  '<!here|x>',
  '<https://evil.example|click>',
  '@here',
  '@Channel',
  '@everyone',
  '#general',
  '&lt;!everyone&gt;',
  '&',
  '<',
  '>',
  '`',
  '```',
  '*',
  '_x_',
  '~',
  '|',
  '\n',
  '\r\n',
  '\t',
  '\u0000',
  '\u0007',
  '\u001b[31m',
  '\u0085',
  '\u2028',
  '\u202e',
  '\u2066',
  '\ufeff',
  '\ud83d',
  '\ude00',
  '🦊',
  'שלום',
  'https://example.com/?sig=geheim&x=1',
];

/** Foreign text that tries to break out of a message: markup, control characters, broken Unicode. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...nasty), fc.string({ unit: 'binary' })), { maxLength: 12 })
  .map((parts) => parts.join(''));

/** The same, now and then much too long. */
export const hugeText: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: hostileText },
  {
    weight: 1,
    arbitrary: fc.constantFrom('&', '<', '`', '🦊', 'x', '\u0000').map((c) => c.repeat(200_000)),
  },
);

/** An error tree as a hostile or broken service might send it. */
export const foreignError: fc.Arbitrary<RawError> = fc.letrec<{ error: RawError }>((tie) => ({
  error: fc.record(
    {
      code: hostileText,
      message: hugeText,
      target: hostileText,
      details: fc.array(tie('error'), { maxLength: 4, depthIdentifier: 'error' }),
    },
    { requiredKeys: [] },
  ),
})).error;

/** A reference as registration accepts it, with everything in it that the rules let through. */
export const anyReference: fc.Arbitrary<OperationReference> = fc.record({
  subscriptionId: fc.uuid(),
  resourceGroupName: fc
    .stringMatching(/^[\p{L}\p{Nd}_.()-]{0,20}[\p{L}\p{Nd}_()-]$/u)
    .filter((name) => patterns.resourceGroupName.test(name)),
  resourceName: fc.stringMatching(/^[a-zA-Z0-9]([-_a-zA-Z0-9]{0,20}[a-zA-Z0-9])?$/),
  agentPoolName: fc.option(fc.stringMatching(/^[a-z][a-z0-9]{0,11}$/)),
  operationId: fc.oneof(
    fc.uuid(),
    fc.constantFrom('<!channel>', '@here', '```*', '<x|y>&amp;', 'ä'.repeat(256)),
  ),
});

const causes: readonly ReadingFailureCause[] = ['notFound', 'throttled', 'network', 'forbidden'];
const statuses = [
  'InProgress',
  'inprogress',
  'UpgradingNodes: 1/3 nodes completed',
  'UpgradingNodes: 2/3 nodes completed',
  'Canceling',
  'Succeeded',
  'Failed',
  'Cancelled',
];
const errors: readonly (RawError | undefined)[] = [
  undefined,
  undefined,
  { code: 'A', message: 'one' },
  { code: 'A', message: 'two' },
  { code: 'B' },
];

/** Readings of one operation, few statuses and errors so that they repeat; some began before the last one. */
export const readings: fc.Arbitrary<Reading[]> = fc
  .array(
    fc.record({
      step: fc.integer({ min: -2, max: 40 }),
      status: fc.option(fc.constantFrom(...statuses.slice(0, 5)), { freq: 3 }),
      ending: fc.option(fc.constantFrom(...statuses.slice(5)), { freq: 8 }),
      percentComplete: fc.constantFrom(null, 10, 50),
      error: fc.constantFrom(...errors),
      cause: fc.constantFrom(...causes),
    }),
    { maxLength: 25 },
  )
  .map((steps) => {
    let now = 0;
    return steps.map(({ step, status, ending, cause, percentComplete, error }) => {
      now += step;
      const shown = ending ?? status;
      return shown === null
        ? failed(minutes(now), cause)
        : saw(minutes(now), shown, { percentComplete, ...(error === undefined ? {} : { error }) });
    });
  });
