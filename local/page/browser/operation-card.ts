import type { TrackedOperation } from '../../notifier-api.ts';
import {
  describeElapsed,
  describeKind,
  describeNextCheck,
  describeState,
  describeUsual,
  percentOf,
  splitStatus,
} from '../operation-words.ts';
import { element, setText } from './dom.ts';
import { drawDetails } from './operation-details.ts';

/** One tracked operation in the panel. */
export interface OperationCard {
  readonly element: HTMLElement;
  /** Shows what is known now. */
  update(operation: TrackedOperation): void;
  /** Brings the times that run up to date. */
  tick(now: Date): void;
}

/**
 * @param fetchOperation - fetches one operation with its history; null when it cannot be had
 */
export function createOperationCard(
  first: TrackedOperation,
  fetchOperation: (trackingId: string) => Promise<TrackedOperation | null>,
): OperationCard {
  let operation = first;
  let drawnChange = '';

  const name = element('strong', { class: 'op-name' });
  const target = element('span', { class: 'op-target' });
  const badge = element('span', { class: 'badge' });
  const phase = element('span', { class: 'op-phase' });
  const detail = element('span', { class: 'op-detail' });
  const bar = element('span', { class: 'progress', role: 'progressbar', 'aria-label': 'Progress' });
  const times = element('span', { class: 'op-times' });
  const trouble = element('span', { class: 'op-trouble', hidden: '' });
  const detailsId = `details-${first.trackingId}`;
  const details = element('div', { class: 'op-details', id: detailsId, hidden: '' });
  const summary = element(
    'button',
    { type: 'button', class: 'op-summary', 'aria-expanded': 'false', 'aria-controls': detailsId },
    element('span', { class: 'op-head' }, name, badge),
    target,
    bar,
    element('span', { class: 'op-status' }, phase, detail),
    times,
    trouble,
  );
  const card = element('li', { class: 'op' }, summary, details);

  summary.addEventListener('click', () => {
    details.hidden = !details.hidden;
    summary.setAttribute('aria-expanded', String(!details.hidden));
    void showDetails();
  });

  /** Fetches the history when it is in sight and has changed since it was drawn. */
  async function showDetails(): Promise<void> {
    const { lastChangedAt, state, undelivered, parts } = operation;
    const change = JSON.stringify([lastChangedAt, state, undelivered, parts]);
    if (details.hidden || change === drawnChange) return;
    drawnChange = change;
    const full = await fetchOperation(operation.trackingId);
    if (full === null) drawnChange = '';
    details.replaceChildren(...drawDetails(full ?? operation));
  }

  function update(next: TrackedOperation): void {
    operation = next;
    const state = describeState(next);
    card.dataset.tone = state.tone;
    setText(name, next.resourceName);
    setText(target, [describeKind(next), next.label].filter(Boolean).join(' · '));
    setText(badge, state.word);
    const status = splitStatus(next.status ?? 'Waiting for the first look');
    setText(phase, next.outcome === null ? status.phase : (next.error?.code ?? ''));
    setText(detail, next.outcome === null ? status.detail : '');
    showProgress(next);
    showTrouble(next);
    tick(new Date());
    void showDetails();
  }

  function showProgress(next: TrackedOperation): void {
    const percent = percentOf(next);
    bar.hidden = next.state === 'finished';
    bar.classList.toggle('indeterminate', percent === null && next.status !== null);
    bar.style.setProperty('--percent', `${percent ?? 0}%`);
    if (percent === null) bar.removeAttribute('aria-valuenow');
    else bar.setAttribute('aria-valuenow', String(Math.floor(percent)));
  }

  function showTrouble({ reading, undelivered }: TrackedOperation): void {
    const notes = [
      reading.ok ? '' : `Cannot be read: ${reading.code ?? reading.message ?? 'unknown reason'}`,
      undelivered === 0 ? '' : `${undelivered} not delivered yet`,
    ];
    const words = notes.filter(Boolean).join(' · ');
    trouble.hidden = words === '';
    setText(trouble, words);
  }

  function tick(now: Date): void {
    const percent =
      operation.state === 'active' && operation.percentComplete !== null
        ? `${Math.floor(operation.percentComplete)} %`
        : '';
    const words = [
      percent,
      describeElapsed(operation, now),
      describeUsual(operation),
      describeNextCheck(operation, now),
    ];
    setText(times, words.filter(Boolean).join(' · '));
  }

  update(first);
  return { element: card, update, tick };
}
