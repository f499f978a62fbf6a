import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { check } from '../../shared/doctor/check.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a check that never ends is given up after twenty seconds', async () => {
  const endless = check('endless', async () => await new Promise(() => {}));
  const ended = vi.fn<(given: unknown) => void>();
  void endless.then(ended);
  await vi.advanceTimersByTimeAsync(19_999);
  expect(ended).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(ended).toHaveBeenCalledWith({
    name: 'endless',
    ok: false,
    message: 'There was no answer within 20 s.',
  });
});
