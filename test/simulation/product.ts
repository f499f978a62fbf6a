import { retryChannel } from '../../shared/requests/channels.ts';
import { createBudgetStore } from '../../shared/store/budget-store.ts';
import { createCallerStore } from '../../shared/store/caller-store.ts';
import { createOperationStore } from '../../shared/store/operation-store.ts';
import { createStateStore } from '../../shared/store/state-store.ts';
import { createUsualStore } from '../../shared/store/usual-store.ts';
import { createVersionStore } from '../../shared/store/version-store.ts';
import { createWatchStore } from '../../shared/store/watch-store.ts';
import { createWorkStore } from '../../shared/store/work-store.ts';
import { createApiVersions, pinnedVersion } from '../../shared/calls/api-versions.ts';
import { tick } from '../../shared/tick/tick.ts';
import { register } from '../../shared/requests/register.ts';
import { untrack } from '../../shared/requests/untrack.ts';
import { ensureWatch } from '../../shared/requests/watches.ts';

/** The code under simulation: all of the product but the adapters to the outside. */
export interface Product {
  readonly tick: typeof tick;
  readonly register: typeof register;
  readonly untrack: typeof untrack;
  readonly retryChannel: typeof retryChannel;
  readonly ensureWatch: typeof ensureWatch;
  readonly createOperationStore: typeof createOperationStore;
  readonly createWorkStore: typeof createWorkStore;
  readonly createStateStore: typeof createStateStore;
  readonly createUsualStore: typeof createUsualStore;
  readonly createWatchStore: typeof createWatchStore;
  readonly createBudgetStore: typeof createBudgetStore;
  readonly createCallerStore: typeof createCallerStore;
  readonly createVersionStore: typeof createVersionStore;
  readonly createApiVersions: typeof createApiVersions;
  readonly pinnedVersion: typeof pinnedVersion;
}

/** The product as it is. */
export const theProduct: Product = {
  tick,
  register,
  untrack,
  retryChannel,
  ensureWatch,
  createOperationStore,
  createWorkStore,
  createStateStore,
  createUsualStore,
  createWatchStore,
  createBudgetStore,
  createCallerStore,
  createVersionStore,
  createApiVersions,
  pinnedVersion,
};
