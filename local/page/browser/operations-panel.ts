import { trackedOperation } from '../../notifier-api.ts';
import type { TrackedOperation } from '../../notifier-api.ts';
import { find, setText } from './dom.ts';
import { createOperationCard } from './operation-card.ts';
import type { OperationCard } from './operation-card.ts';

/** The tracked operations beside the messages. */
export interface OperationsPanel {
  /** Shows these, in this order. */
  update(operations: readonly TrackedOperation[]): void;
}

/** Draws the panel and keeps its running times going. */
export function createOperationsPanel(): OperationsPanel {
  const list = find('operations', HTMLUListElement);
  const cards = new Map<string, OperationCard>();

  setInterval(() => {
    const now = new Date();
    for (const card of cards.values()) card.tick(now);
  }, 1000);

  return {
    update: (operations) => {
      const gone = new Set(cards.keys());
      operations.forEach((operation, index) => {
        const { trackingId } = operation;
        gone.delete(trackingId);
        const card = cards.get(trackingId) ?? createOperationCard(operation, fetchOperation);
        cards.set(trackingId, card);
        card.update(operation);
        // Moving an element takes its focus away: only those out of place are moved.
        const there = list.children[index];
        if (there !== card.element) list.insertBefore(card.element, there ?? null);
      });
      for (const trackingId of gone) {
        cards.get(trackingId)?.element.remove();
        cards.delete(trackingId);
      }
      find('no-operations', HTMLDivElement).hidden = operations.length > 0;
      const active = operations.filter(({ state }) => state === 'active').length;
      for (const counter of document.querySelectorAll('.active-count')) {
        setText(counter, active === 0 ? '' : String(active));
      }
    },
  };
}

async function fetchOperation(trackingId: string): Promise<TrackedOperation | null> {
  const response = await fetch(`/operations/${encodeURIComponent(trackingId)}`).catch(() => null);
  if (response === null || !response.ok) return null;
  return trackedOperation.parse(await response.json());
}
