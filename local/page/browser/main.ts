import './no-eval.ts';
import { createConversation } from './conversation.ts';
import type { Conversation } from './conversation.ts';
import { find } from './dom.ts';
import { openFeed } from './feed.ts';
import { showHealth } from './health-mark.ts';
import { createOperationsPanel } from './operations-panel.ts';
import { createTryPanel } from './try-panel.ts';
import type { TryPanel } from './try-panel.ts';

/** The parts that need to know the channels first. */
interface Views {
  readonly conversation: Conversation;
  readonly tryPanel: TryPanel;
}

const operations = createOperationsPanel();
let views: Views | null = null;
let newest = 0;

openFeed({
  onState: (state) => {
    views ??= {
      conversation: createConversation(state.channels),
      tryPanel: createTryPanel(state.scenarios, state.channels),
    };
    for (const message of state.messages) views.conversation.add(message, false);
    const last = state.messages.at(-1)?.sequence ?? 0;
    // The data was deleted meanwhile, and messages count from one again.
    if (last < newest) location.reload();
    newest = last;
  },
  onMessage: (message) => {
    newest = message.sequence;
    views?.conversation.add(message, true);
  },
  onSnapshot: (snapshot) => {
    showHealth(snapshot.health);
    operations.update(snapshot.operations);
  },
  onUnplugged: (unplugged) => views?.tryPanel.showUnplugged(unplugged),
  onConnection: (connected) => {
    if (connected) return;
    showHealth({
      state: 'away',
      reasons: ['This page’s server has stopped; it reconnects by itself'],
    });
  },
});

/** On a narrow screen one of the two is in sight; the tabs choose. */
for (const view of ['messages', 'operations'] as const) {
  const tab = find(`tab-${view}`, HTMLButtonElement);
  tab.addEventListener('click', () => {
    document.body.dataset.view = view;
    for (const other of document.querySelectorAll('.tabs [aria-pressed]')) {
      other.setAttribute('aria-pressed', String(other === tab));
    }
  });
}
