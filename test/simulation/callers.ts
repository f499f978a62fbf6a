import { trackingIdOf, type OperationReference } from '../../shared/domain/reference.ts';
import type { Engine } from './engine.ts';
import type { Process } from './facts.ts';
import type { Fleet } from './fleet.ts';
import type { ProcessNeeds } from './instance.ts';
import type { Product } from './product.ts';
import type { Asked, SimulatedOperation } from './scenario.ts';

const retentionMs = 30 * 24 * 60 * 60_000;
const retryMs = 5000;
const patienceMs = 20_000;

/** People and programs that ask again until there is an answer. */
export function createCallers(
  engine: Engine,
  product: Product,
  fleet: Fleet,
  operations: readonly SimulatedOperation[],
  operationOf: (name: string) => SimulatedOperation,
): (step: Asked) => void {
  function ask(step: Asked, asked = engine.now()): void {
    const { by, needs } = fleet.instance(step.on);
    let isAnswered = false;
    const lookAfter = (): void => {
      if (isAnswered) return;
      if (by.isAlive) engine.at(engine.now() + patienceMs, lookAfter);
      else ask(step, asked);
    };
    engine.at(engine.now() + patienceMs, lookAfter);
    void serve(step, asked, needs).then(
      () => {
        isAnswered = true;
      },
      (error: unknown) => {
        isAnswered = true;
        noteCrash(engine, by, error);
        engine.at(engine.now() + retryMs, () => ask(step, asked));
      },
    );
  }

  async function serve(step: Asked, asked: number, needs: ProcessNeeds): Promise<void> {
    const { operations: store, clock } = needs;
    if (step.do === 'purge') {
      const endedBefore = new Date(engine.now() - retentionMs).toISOString();
      await store.purge(endedBefore, new AbortController().signal);
      return;
    }
    if (step.do === 'retry') {
      const channel = await product.retryChannel(step.channel, needs);
      const isDue = channel?.state === 'parked' && channel.undelivered > 0;
      if (isDue) engine.record({ kind: 'retried', channel: step.channel });
      return;
    }
    if (step.do === 'watch') {
      const { cluster = { group: null, name: null } } = step;
      const scope = {
        subscriptionId: subscriptionId(step.subscription),
        resourceGroupName: cluster.group,
        resourceName: cluster.name,
      };
      const order = { scope, options: { channel: step.channel } };
      await product.ensureWatch(order, needs.watches, clock);
      for (const { name, subscription } of operations)
        if (subscription === step.subscription && cluster.name === null)
          engine.record({ kind: 'tracked', operation: name, asked });
      return;
    }
    const { name, subscription, channel, pool } = operationOf(step.operation);
    if (step.do === 'register') {
      const agentPoolName = pool?.name ?? null;
      const reference = { ...referenceOf(name, subscription), agentPoolName };
      const options = { channel, ...(step.label === undefined ? {} : { label: step.label }) };
      await product.register({ reference, options }, store, clock);
      engine.record({ kind: 'tracked', operation: name, asked });
      return;
    }
    const wasTracked = await product.untrack(trackingIdOf(referenceOf(name, subscription)), needs);
    engine.record({ kind: 'untracked', operation: name, asked, wasNothing: !wasTracked });
  }

  return (step) => ask(step);
}

/** A store that is away is no surprise; everything else is. */
export function noteCrash(engine: Engine, by: Process, error: unknown): void {
  const isStore = error instanceof Error && error.name === 'StoreUnavailable';
  if (!isStore) engine.record({ kind: 'crashed', by, reason: String(error) });
}

export function subscriptionId(number: number): string {
  return `00000000-0000-4000-8000-00000000000${number}`;
}

export function referenceOf(name: string, subscription: number): OperationReference {
  return {
    subscriptionId: subscriptionId(subscription),
    resourceGroupName: 'group',
    resourceName: name,
    agentPoolName: null,
    operationId: `operation-of-${name}`,
  };
}
