import { stripVTControlCharacters, styleText } from 'node:util';
import type { HostLogLine } from './host/messages.ts';
import { describeLogMessage } from './log-message.ts';
import type { OperationChange } from './operation-changes.ts';

/** What the local product says in the terminal: a few lines on what runs where, then one per event. */
export interface Terminal {
  /** A line as it is. */
  say(text: string): void;
  /** Names and what they stand for, aligned. */
  facts(facts: readonly (readonly [string, string])[]): void;
  changes(changes: readonly OperationChange[]): void;
  /** The headline of a message that Slack accepted. */
  posted(channelTitle: string, headline: string): void;
  /** A line of the host's log. */
  logged(line: HostLogLine): void;
  /** What went wrong, in red. */
  failed(text: string): void;
}

type Style = Parameters<typeof styleText>[0];

/** A stream that may be a terminal. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

const changeStyles: Readonly<Record<OperationChange['tone'], Style>> = {
  plain: 'none',
  good: 'green',
  bad: 'red',
  warning: 'yellow',
};

const levelStyles: Readonly<Record<HostLogLine['level'], Style>> = {
  trace: 'dim',
  debug: 'dim',
  information: 'none',
  warning: 'yellow',
  error: 'red',
  critical: 'red',
  none: 'none',
};

/**
 * @param options - colour is for terminals, and only without `NO_COLOR` in `env`
 *   (https://no-color.org)
 */
export function createTerminal(options: {
  readonly output: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
}): Terminal {
  const colored = options.output.isTTY === true && !options.env['NO_COLOR'];
  const paint = (style: Style, text: string): string =>
    colored ? styleText(style, text, { validateStream: false }) : text;
  const say = (text: string): void => void options.output.write(`${text}\n`);

  function event(kind: string, style: Style, text: string, at = options.now()): void {
    const time = at.toLocaleTimeString('en-GB');
    say(`${paint('dim', time)}  ${paint(style, kind.padEnd(12))}  ${toOneLine(text)}`);
  }

  return {
    say,
    facts: (facts) => {
      const width = Math.max(...facts.map(([name]) => name.length));
      for (const [name, text] of facts) say(`  ${paint('dim', name.padEnd(width))}  ${text}`);
    },
    changes: (changes) => {
      for (const { kind, tone, text } of changes) event(kind, changeStyles[tone], text);
    },
    posted: (channelTitle, headline) => event('slack', 'cyan', `#${channelTitle}  ${headline}`),
    logged: ({ time, level, functionName, message }) => {
      const text = describeLogMessage(message);
      event(functionName ?? 'host', levelStyles[level], text, new Date(time));
    },
    failed: (text) => say(paint('red', text)),
  };
}

/** Foreign text must not move the cursor, change colours or forge lines. */
function toOneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}
