import { expect, it } from 'vitest';
import { structure } from '../../scripts/structure.ts';

it('no file and no folder of the product imports in a circle, types included', () => {
  const { arrows, twoWay, circles } = structure();
  expect(arrows).toContain('functions -> app');
  expect({ twoWay, circles }).toEqual({ twoWay: [], circles: [] });
});
