/** How much of the documented buckets somebody may use: each above 0, at most 1. */
export interface Share {
  /** Of what a full bucket holds. */
  readonly capacity: number;
  /** Of what comes back in time. */
  readonly pace: number;
}

/** What is ours (`ARM_BUDGET`): ticks may use all of it. */
export function ticksShare(armBudget: number): Share {
  return { capacity: armBudget, pace: armBudget };
}

/** What checks on demand may use of ours, however often somebody asks for them: twenty lists at once, six a minute. */
export function doctorShare(armBudget: number): Share {
  return { capacity: armBudget / 3, pace: armBudget / 10 };
}

/**
 * What looking for callers may use: a tenth of ours. Status reads count in other buckets of AKS; in ARM's bucket of
 * subscription reads, which is larger, both have room.
 */
export function callersShare(armBudget: number): Share {
  return { capacity: armBudget / 10, pace: armBudget / 10 };
}

/**
 * What may be spent on what ended operations changed or left behind: half of ours, beside what status reads may use.
 * AKS counts such calls per cluster (60, one more a second); in ARM's bucket of subscription reads all have room.
 */
export function endingsShare(armBudget: number): Share {
  return { capacity: armBudget / 2, pace: armBudget / 2 };
}
