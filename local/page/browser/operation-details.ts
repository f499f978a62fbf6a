import type { TrackedOperation } from '../../notifier-api.ts';
import { describePart, toWords } from '../operation-words.ts';
import { element } from './dom.ts';

/** Draws what stands behind an operation's summary: its error, sub-operations, history and names. */
export function drawDetails(operation: TrackedOperation): HTMLElement[] {
  const { error, parts = [], partsLeftOut = 0, history, agentPoolName, mention } = operation;
  const drawn: HTMLElement[] = [];
  if (error !== null) {
    const box = drawError(error);
    // Focusable, so that a keyboard can scroll it.
    box.tabIndex = 0;
    drawn.push(box);
  }
  if (parts.length > 0)
    drawn.push(element('h3', {}, 'Sub-operations'), drawParts(parts, partsLeftOut));
  drawn.push(element('h3', {}, 'History'), drawHistory(operation.registeredAt, history ?? []));
  drawn.push(
    drawFacts([
      ['Resource group', operation.resourceGroupName],
      ['Agent pool', agentPoolName],
      ['Channel', operation.channel],
      ['Mentions', mention],
      ['Operation', operation.operationId],
      ['Subscription', operation.subscriptionId],
    ]),
  );
  return drawn;
}

/** An error with those that it comes from, each below the one that it explains. */
function drawError({ code, message, details = [] }: OperationError): HTMLElement {
  return element(
    'div',
    { class: 'op-error' },
    element('strong', {}, code ?? 'Error'),
    element('p', {}, message ?? ''),
    ...details.map(drawError),
  );
}

function drawParts(parts: readonly Part[], leftOut: number): HTMLElement {
  return element(
    'ul',
    { class: 'op-parts' },
    ...parts.map((part) => {
      const { what, how } = describePart(part);
      return element('li', {}, element('strong', {}, what), ` ${how}`);
    }),
    ...(leftOut === 0 ? [] : [element('li', {}, `… and ${leftOut} more`)]),
  );
}

type Part = NonNullable<TrackedOperation['parts']>[number];
type OperationError = NonNullable<TrackedOperation['error']>;
type Change = NonNullable<TrackedOperation['history']>[number];

function drawHistory(registeredAt: string, history: readonly Change[]): HTMLElement {
  return element(
    'ol',
    { class: 'history' },
    drawEntry(registeredAt, 'Registered', ''),
    ...history.map(({ at, event, from, to, code }) => {
      const step = [...new Set([from, to])].filter(Boolean).join(' → ');
      return drawEntry(at, toWords(event), [step, code].filter(Boolean).join(' · '));
    }),
  );
}

function drawEntry(at: string, what: string, how: string): HTMLElement {
  const date = new Date(at);
  return element(
    'li',
    {},
    element('time', { datetime: at, title: date.toLocaleString() }, date.toLocaleTimeString()),
    element('span', {}, element('strong', {}, what), how === '' ? '' : ` ${how}`),
  );
}

function drawFacts(facts: readonly (readonly [string, string | null | undefined])[]): HTMLElement {
  const list = element('dl', { class: 'facts' });
  for (const [name, value] of facts) {
    if (value) list.append(element('div', {}, element('dt', {}, name), element('dd', {}, value)));
  }
  return list;
}
