import { describe, expect, it } from 'vitest';
import { startProduct } from '../../support/product.ts';
import { someCluster } from '../../support/settings.ts';
import { startTableProxy } from '../../support/tables.ts';
import { read, tableOf } from './pages.ts';

const page = 'docs/operating.md';
const text = read(page);
const toNumber = (figure: string): number => Number(figure.replaceAll(/[^\d.]/g, ''));

describe('the figures of docs/operating.md', () => {
  it('are multiplied rightly', () => {
    const products = [...text.matchAll(/([\d.,]+(?: \w+)?(?: × [\d.,]+(?: \w+)?)+) = ([\d,]+)/g)];
    expect(products.length).toBeGreaterThan(5);
    for (const [whole, factors = '', product = ''] of products) {
      const right = factors.split(' × ').reduce((all, factor) => all * toNumber(factor), 1);
      expect(`${whole}: ${right}`).toBe(`${whole}: ${toNumber(product)}`);
    }
  });

  it('are added rightly, and are within what is free', () => {
    const rows = tableOf(page, 'work').map(([, ...cells]) =>
      cells.map((cell) => toNumber(cell.split(' = ').at(-1) ?? '')),
    );
    const free = rows.pop();
    const together = rows.pop();
    for (const column of [0, 1]) {
      const sum = rows.reduce((all, row) => all + (row[column] ?? 0), 0);
      expect(together?.[column]).toBe(sum);
      expect(sum).toBeLessThan(free?.[column] ?? 0);
    }
  });

  it('are what a tick really costs: requests to the store, and bytes of its line', async () => {
    await using tables = await startTableProxy();
    await using product = await startProduct({ AzureWebJobsStorage: tables.connectionString });
    const { arm, log } = product;
    const requestsOfTick = async (): Promise<number> => {
      const before = tables.requests.length;
      await product.tick();
      return tables.requests.length - before;
    };
    const { id } = arm.start({ ...someCluster(), scenario: 'neverEnds' });
    await product.request('POST', '/api/operations', { id });
    await product.tick();
    const reading = await requestsOfTick();
    arm.set(id, { status: 'UpgradingNodes: 1/2 nodes completed' });
    await product.tick();
    arm.set(id, { status: 'Reconciling' });
    const change = (await requestsOfTick()) - reading;
    arm.set(id, { status: 'Succeeded' });
    const ending = (await requestsOfTick()) - reading;
    const idle = await requestsOfTick();
    const [bytes = 0] = log.filter((line) => line.includes('"tick"')).map(({ length }) => length);

    const [, ofIdle, ofReading, ofChange, ofEnding, ofLine] =
      /(\d+) for a tick with nothing due, (\d+) and more.*About (\d+) for a change.*About (\d+) for an ending.*about (\d+) bytes/s
        .exec(text)
        ?.map(Number) ?? [];
    expect({ idle, reading }).toEqual({ idle: ofIdle, reading: ofReading });
    // "About": waiting for a turn takes one more, the first of a kind two more.
    for (const [real, told = 0] of [
      [change, ofChange],
      [ending, ofEnding],
      [bytes, ofLine],
    ] as const)
      expect(Math.abs(real / told - 1)).toBeLessThan(1 / 3);
  });
});
