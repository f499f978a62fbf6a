import { fc } from '../../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { payload } from '../../../local/page/payload.ts';
import { failed } from '../../browser/sample-messages.ts';

describe('what the page reads of a message', () => {
  it('keeps everything that a message of the product holds', () => {
    const { text, attachments } = payload.parse(failed);
    expect(text).toBe(failed.text);
    expect(attachments?.[0]?.color).toBe('#d13438');
    expect(attachments?.[0]?.blocks?.map(({ type }) => type)).toEqual([
      'section',
      'section',
      'section',
      'section',
      'context',
    ]);
  });

  it('names a block that it does not know, and keeps the others', () => {
    const blocks = [{ type: 'actions' }, 7, { type: 'divider' }];
    expect(payload.parse({ blocks }).blocks).toEqual([
      { type: 'unknown', name: 'actions' },
      { type: 'unknown', name: 'unknown' },
      { type: 'divider' },
    ]);
  });

  it('lets nothing but a colour through as a colour', () => {
    const attachments = [{ color: 'red;background:url(x)', text: 'a' }];
    expect(payload.parse({ attachments }).attachments).toEqual([{ color: undefined, text: 'a' }]);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(payload.parse(value)).toBeTypeOf('object');
      }),
    );
  });
});
