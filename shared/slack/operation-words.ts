import { counterOf, outcomeOf, percentWords, phaseOf } from '../domain/status.ts';
import { kindWords, type OperationKind } from '../domain/operation-kind.ts';
import { usualRange, type Usual } from '../domain/usual-duration.ts';
import { inline } from './mrkdwn.ts';

/** Azure's names of phases: `UpgradingNodes`, `InProgress`. */
const camelCase = /^[A-Z][a-z][A-Za-z]*$/;

/** A phase in people's words: `upgrading nodes` for `UpgradingNodes`. One that is no CamelCase stays. Slack markup. */
export function phaseWords(status: string): string {
  const phase = phaseOf(status);
  if (!camelCase.test(phase)) return inline(phase, 80);
  const words = phase.replaceAll(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, ' ');
  return words.toLowerCase();
}

/** Azure's own word for a status, where people's words stand for it elsewhere; for the small print. */
export function originalStatus(status: string | null): string[] {
  if (status === null || outcomeOf(status) !== null) return [];
  return phaseWords(status) === inline(phaseOf(status), 80) ? [] : [inline(status, 80)];
}

/** How far something is: `3 of 20 nodes`, or `40 %` where nothing is counted; `null`: not known. Slack markup. */
export function progressWords(
  status: string | null,
  percentComplete: number | null,
): string | null {
  const counter = status === null ? null : counterOf(status);
  if (counter === null) return percentComplete === null ? null : percentWords(percentComplete);
  const unit = counter.unit === '' ? '' : ` ${counter.unit}`;
  return `${counter.done} of ${counter.total}${unit}`;
}

/** Phase and progress: `upgrading nodes, 3 of 20`. A counter's unit that the phase names already is left out. */
export function standingWords(status: string | null, percentComplete: number | null): string {
  const phase = status === null ? 'running' : phaseWords(status);
  const progress = progressWords(status, percentComplete);
  if (progress === null) return phase;
  const [, figures = progress, unit = ''] = /^(\d+ of \d+) (\w+)$/.exec(progress) ?? [];
  const isNamed = unit !== '' && phase.endsWith(unit.toLowerCase());
  return `${phase}, ${isNamed ? figures : progress}`;
}

/** What ran, as far as it is known: `userpool upgrade`, `upgrade`; `null`: nothing is. Slack markup. */
export function ranWords({ target, agentPoolName, action }: OperationKind): string | null {
  const noun = action === null ? null : kindWords({ target: null, agentPoolName: null, action });
  if (target !== 'agentPool') return noun;
  if (agentPoolName === null) return `pool ${noun ?? 'operation'}`;
  return `${noun === null ? 'pool ' : ''}${inline(agentPoolName)}${noun === null ? '' : ` ${noun}`}`;
}

/** ` (usually 28–41 min)`, or nothing where that is not known. */
export function usualNote(usual: Usual | null): string {
  if (usual === null) return '';
  const where = usual.of === 'everywhere' ? ' on all clusters' : '';
  return ` (usually ${usualRange(usual)}${where})`;
}
