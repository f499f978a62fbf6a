import type { Health } from '../../health-report.ts';
import { find, setText } from './dom.ts';

const words: Readonly<Record<Health['state'], string>> = {
  ok: 'Healthy',
  degraded: 'Degraded',
  away: 'Away',
};

/** Shows the product's health in the bar on top. */
export function showHealth({ state, reasons }: Health): void {
  const mark = find('health', HTMLDivElement);
  mark.dataset.state = state;
  setText(find('health-word', HTMLElement), words[state]);
  setText(find('health-reasons', HTMLSpanElement), reasons.join('; '));
  mark.title = reasons.join('\n');
}
