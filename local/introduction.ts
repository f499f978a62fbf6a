/** What a person needs to know once the product runs. */
export interface Running {
  readonly functionsUrl: string;
  readonly pageUrl: string;
  readonly dataFolder: string;
  /** ID of an operation that plays in the ARM stand-in and is not tracked yet. */
  readonly exampleId: string;
  /** Whether the API asks for a key; the key itself is never printed. */
  readonly hasKey: boolean;
}

/** What runs where, as names and what they stand for. */
export function whatRunsWhere(running: Running): (readonly [string, string])[] {
  return [
    ['Slack channels', `${running.pageUrl}  (open this)`],
    ['Functions', `${running.functionsUrl}/api/operations`],
    ['Health', `${running.functionsUrl}/api/health`],
    ['Data', `${running.dataFolder}  (delete it to begin afresh)`],
    ['Stop', 'Ctrl-C; the next start goes on where this one stopped'],
  ];
}

/** A command to copy: registers an operation that has just succeeded, so that Slack hears of it at once. */
export function curlExample({ functionsUrl, exampleId, hasKey }: Running): string {
  const body = JSON.stringify({ id: exampleId, label: 'registered by hand' });
  return [
    // By standard input, as all see a command's words in the list of processes.
    ...(hasKey ? [`printf 'x-functions-key: %s\\n' "$FUNCTION_KEY" |`] : []),
    `curl -X POST ${functionsUrl}/api/operations`,
    ...(hasKey ? ['-H @-'] : []),
    "-H 'content-type: application/json'",
    `-d '${body}'`,
  ].join(' ');
}
