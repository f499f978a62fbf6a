import { createOperationStore } from '../../shared/store/operation-store.ts';
import { createStateStore } from '../../shared/store/state-store.ts';
import { createWorkStore } from '../../shared/store/work-store.ts';
import { tick } from '../../shared/tick/tick.ts';
import { register } from '../../shared/tracking/register.ts';
import { untrack } from '../../shared/tracking/untrack.ts';

/** The code under simulation: all of the product but the adapters to the outside. */
export interface Product {
  readonly tick: typeof tick;
  readonly register: typeof register;
  readonly untrack: typeof untrack;
  readonly createOperationStore: typeof createOperationStore;
  readonly createWorkStore: typeof createWorkStore;
  readonly createStateStore: typeof createStateStore;
}

/** The product as it is. */
export const theProduct: Product = {
  tick,
  register,
  untrack,
  createOperationStore,
  createWorkStore,
  createStateStore,
};
