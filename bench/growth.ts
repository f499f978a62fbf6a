import { parseOperationStatus } from '../shared/arm/parse.ts';
import { endedSomehow, explain } from '../shared/explain/explain.ts';
import { redactor } from '../shared/redact.ts';
import { maskSecrets } from '../shared/text.ts';
import { median } from './numbers.ts';

const now = '2026-01-01T00:00:00.000Z';
const cluster = { subscriptionId: 's', resourceGroupName: 'rg', resourceName: 'aks' };
const redact = redactor(['a-secret-of-this-app']);

/** What looks through foreign text. */
const works: Readonly<Record<string, (text: string) => unknown>> = {
  maskSecrets,
  redact,
  explain: (message) =>
    explain({ code: null, message, target: null, details: [] }, cluster, endedSomehow),
  'status with 100 parts': (text) => {
    const part = text.slice(0, text.length / 100);
    const operations = Array.from({ length: 100 }, () => ({ status: part, error: part }));
    return parseOperationStatus({ status: 'Failed', error: text, operations }, now);
  },
};
const pieces = ['http://', '(a)', 'Bearer ', '?sig', '/', ' ', '\u0000', '{"'];
const sizes = [64, 128, 256, 512];

/** Prints how long each work takes on texts of one piece, repeated, the next twice as long: it may at most double. */
export function benchGrowth(): void {
  for (const [name, work] of Object.entries(works)) {
    for (const piece of pieces) {
      const times = sizes.map((size) => {
        const text = piece.repeat((size * 1024) / piece.length);
        return median(Array.from({ length: 5 }, (_, round) => timeOf(work, `${text}${round}`)));
      });
      const figures = times
        .map((ms, index) => `${sizes[index]} KiB ${ms.toFixed(1)} ms`)
        .join(', ');
      console.log(`${name} of ${JSON.stringify(piece)}: ${figures}`);
    }
  }
}

function timeOf(work: (text: string) => unknown, text: string): number {
  const start = performance.now();
  work(text);
  return performance.now() - start;
}
