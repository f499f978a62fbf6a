import type { ScenarioName } from '../../local/arm/scenarios.ts';
import type { Arm } from '../../local/arm/server.ts';

/** The scenarios that are played: how many seconds they take, and what there may be to tell, in order. */
const plays = [
  { scenario: 'upgradeSucceeds', lasts: 70, words: ['upgrading nodes', 'Succeeded'] },
  { scenario: 'upgradeFails', lasts: 60, words: ['upgrading nodes', 'Failed'] },
  {
    scenario: 'poolCanceled',
    lasts: 50,
    agentPoolName: 'userpool',
    words: ['scaling agent pool', 'canceling', 'Canceled'],
  },
  {
    scenario: 'errorWhileRunning',
    lasts: 50,
    words: ['Error while running', 'Another error while running', 'Failed'],
  },
] as const satisfies readonly {
  scenario: ScenarioName;
  lasts: number;
  agentPoolName?: string;
  words: readonly string[];
}[];

/** One operation of the fleet. */
export interface Member {
  /** The cluster's name, which every message holds. */
  readonly name: string;
  readonly channel: string;
  /** Whether it is untracked in the middle. */
  readonly isUntracked: boolean;
  /** What may be posted about it, in order; some may be missed between two readings, but not the last. */
  readonly words: readonly string[];
  /** Starts it at ARM; its ID. */
  start(arm: Arm): string;
}

/** The channels of the fleet: half of it posts to the first one, which is more than Slack takes one by one. */
export const channels = Array.from({ length: 8 }, (_, index) => `team${index}`);

/** Forty operations of four subscriptions and eight channels, which end one by one within the given seconds. */
export function someFleet(firstEnd: number, lastEnd: number): Member[] {
  const size = 40;
  return Array.from({ length: size }, (_, index) => {
    const { lasts, words, ...play } = plays[index % plays.length] ?? plays[0];
    // Channels, subscriptions and scenarios are mixed, and so is the order in which they end.
    const place = (index * 17) % size;
    const isUntracked = index % 10 === 9;
    const end = isUntracked ? lastEnd : firstEnd + ((lastEnd - firstEnd) / size) * place;
    const name = `aks-${String(index).padStart(2, '0')}`;
    return {
      name,
      channel: channels[index < size / 2 ? 0 : 1 + (index % 7)] ?? 'default',
      isUntracked,
      words,
      start: (arm) =>
        arm.start({
          ...play,
          subscriptionId: `00000000-0000-4000-8000-00000000000${(index + Math.floor(index / 4)) % 4}`,
          resourceGroupName: 'rg',
          resourceName: name,
          speed: lasts / end,
        }).id,
    };
  });
}
