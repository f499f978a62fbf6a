import type { TrackedOperation } from '../../notifier-api.ts';
import {
  describeElapsed,
  describeNextCheck,
  describeState,
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
    const change = `${operation.lastChangedAt} ${operation.state} ${operation.undelivered}`;
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
    setText(target, [next.agentPoolName, next.label].filter(Boolean).join(' · '));
    setText(badge, state.word);
    const status = splitStatus(next.status ?? 'Waiting for the first look');
    setText(phase, next.outcome === null ? status.phase : (next.error?.code ?? ''));
    setText(detail, next.outcome === null ? status.detail : '');
    showProgress(next);
    showTrouble(next);
    tick(new Date());
    void showDetails();
  }

  function showProgress({ state, percentComplete, status }: TrackedOperation): void {
    bar.hidden = state === 'finished';
    bar.classList.toggle('indeterminate', percentComplete === null && status !== null);
    bar.style.setProperty('--percent', `${percentComplete ?? 0}%`);
    if (percentComplete === null) bar.removeAttribute('aria-valuenow');
    else bar.setAttribute('aria-valuenow', String(Math.round(percentComplete)));
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
        ? `${Math.round(operation.percentComplete)} %`
        : '';
    const words = [percent, describeElapsed(operation, now), describeNextCheck(operation, now)];
    setText(times, words.filter(Boolean).join(' · '));
  }

  update(first);
  return { element: card, update, tick };
}
