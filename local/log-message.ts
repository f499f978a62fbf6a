import * as z from 'zod';

const structured = z.looseObject({ message: z.string() });

/**
 * A log message as a person reads it: of a structured one (a JSON object with a `message`) the message
 * and what it says beside it, without what is absent; of any other the first line, for the further
 * ones are a stack.
 */
export function describeLogMessage(text: string): string {
  const { message, ...facts } = readStructured(text) ?? { message: text.split('\n', 1)[0] ?? '' };
  const present = Object.entries(facts).filter(([, value]) => value !== null);
  return [message, ...present.map(([name, value]) => `${name}=${describeValue(value)}`)].join('  ');
}

function readStructured(text: string): z.infer<typeof structured> | null {
  if (!text.startsWith('{')) return null;
  try {
    return structured.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function describeValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
