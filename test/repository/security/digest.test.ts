import { fc } from '../../support/properties.ts';
import { expect, it } from 'vitest';
import { parseOperationStatus } from '../../../shared/arm/parse.ts';
import { neverRead } from '../../../shared/domain/tracked.ts';
import {
  layOutDigest,
  planDigests,
  type DigestEntry,
} from '../../../shared/slack/digest-layout.ts';
import type { SlackMessage } from '../../../shared/slack/payload.ts';
import {
  anyReference,
  foreignError,
  hostileText,
  hugeText,
} from '../../support/operation-arbitraries.ts';
import { known, minutes } from '../../support/operation-builders.ts';
import { foreignMarkup, newsOf, textsOf } from '../../support/operation-messages.ts';

/** What is ours: links to the portal, and the mention that was registered. */
const ours = /<https:\/\/portal\.azure\.com\/#resource[^<>|\s]+\|[A-Za-z ]+>|<!here>/g;

/** The news of one operation, of what a hostile service and a hostile caller send. */
const entry: fc.Arbitrary<DigestEntry> = fc
  .tuple(
    fc.record({
      status: fc.oneof(fc.constantFrom('Failed', 'Succeeded', 'Canceled'), hugeText),
      error: fc.option(foreignError, { nil: undefined }),
    }),
    hostileText.map((label) => label.toWellFormed().replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '')),
    anyReference,
    fc.constantFrom(neverRead, known('InProgress', { percentComplete: 40 })),
  )
  .map(([body, label, named, stored]) => {
    const seen = parseOperationStatus(body, minutes(2));
    if (seen === null) return null;
    const reading = { at: minutes(2), notBefore: null, result: { ok: true, seen } } as const;
    return newsOf(stored, reading, { label, mention: 'here' }, named);
  })
  .filter((notice) => notice !== null)
  .map((notice) => [notice, notice]);

function everyText(message: SlackMessage): string[] {
  const fallbacks = (message.attachments ?? []).map(({ fallback }) => fallback);
  return [...textsOf(message), ...fallbacks];
}

it('a digest holds no markup, ping or open fence of others, and is verbatim', () => {
  fc.assert(
    fc.property(fc.array(entry, { minLength: 1, maxLength: 12 }), (entries) => {
      for (const message of planDigests(entries).map((part) => layOutDigest(part))) {
        for (const text of everyText(message)) {
          const foreign = text.replaceAll(ours, '');
          expect(foreign).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)|@(?:here|channel|everyone)\b/i);
          expect(foreign).toMatch(/^(?:[^`]|`[^`\n]+`|```\n[^`]*\n```(?!`))*$/);
          expect(foreignMarkup(text)).toEqual([]);
        }
        expect(JSON.stringify(message)).not.toMatch(
          /"type":"mrkdwn"(?!,"text":"(?:[^"\\]|\\.)*","verbatim":true)/,
        );
      }
    }),
    { numRuns: 150, interruptAfterTimeLimit: 10_000 },
  );
});
