import type { PostToSlack } from '../../shared/slack/webhook.ts';
import type { Page, Query, Table } from '../../shared/store/table.ts';

/** A table whose conditional replacing does not look at the etag. */
export function withoutEtags(table: Table): Table {
  return { ...table, replace: async (key, columns) => await table.replace(key, columns, '*') };
}

/** A table that takes a refused conditional write for a written one. */
export function withoutRefusals(table: Table): Table {
  return {
    ...table,
    replace: async (key, columns, etag) => (await table.replace(key, columns, etag)) ?? etag,
  };
}

/** A table in which a claimed outbox is empty already. */
export function withEarlyClearing(table: Table): Table {
  const cleared = { outbox: '[]', undelivered: 0, owedSince: '', claimedUntil: '' };
  return {
    ...table,
    async replace(key, columns, etag) {
      const isClaim = (columns['claimedUntil'] ?? '') !== '';
      return await table.replace(key, isClaim ? { ...columns, ...cleared } : columns, etag);
    },
  };
}

/** A table whose queries end with the first empty page. */
export function untilEmptyPage(table: Table): Table {
  return { ...table, pages: (query) => pagesUntilEmpty(table, query) };
}

async function* pagesUntilEmpty(table: Table, query: Query): AsyncGenerator<Page> {
  for await (const page of table.pages(query)) {
    yield page;
    if (page.rows.length === 0) return;
  }
}

/** A memory of what Slack took that does not remember. */
export class ForgetfulSet extends Set<string> {
  override has(): boolean {
    return false;
  }
}

/** A poster that takes an answer that never came for Slack’s ok. */
export function confident(post: PostToSlack): PostToSlack {
  return async (url, message) => {
    const answer = await post(url, message);
    return answer.meaning === 'ambiguous' ? { meaning: 'delivered' } : answer;
  };
}

/** A poster that posts to one channel at a time. */
export function oneByOne(post: PostToSlack): PostToSlack {
  let last: Promise<unknown> = Promise.resolve();
  return async (url, message) => {
    const answer = last.then(async () => await post(url, message));
    last = answer;
    return await answer;
  };
}
