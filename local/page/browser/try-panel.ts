import { toWords } from '../operation-words.ts';
import { problem } from '../protocol.ts';
import type { Channel, Unplugged } from '../protocol.ts';
import { element, find, setText } from './dom.ts';

/** Where a person starts operations and pulls plugs. */
export interface TryPanel {
  showUnplugged(unplugged: Unplugged): void;
}

const mentions = [
  ['', 'nobody'],
  ['here', '@here'],
  ['channel', '@channel'],
] as const;

/** Fills the panel of index.html and makes it work. */
export function createTryPanel(
  scenarios: readonly string[],
  channels: readonly Channel[],
): TryPanel {
  const form = find('try-form', HTMLFormElement);
  const cluster = find('try-cluster', HTMLInputElement);
  const answer = find('try-answer', HTMLParagraphElement);
  fill(
    find('try-scenario', HTMLSelectElement),
    scenarios.map((name) => [name, toWords(name)]),
  );
  fill(
    find('try-channel', HTMLSelectElement),
    channels.map(({ name, title }) => [name, `#${title}`]),
  );
  fill(find('try-mention', HTMLSelectElement), mentions);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void start();
  });

  async function start(): Promise<void> {
    const wish = Object.fromEntries(new FormData(form));
    const failure = await send('POST', '/try/operations', wish);
    answer.classList.toggle('bad', failure !== null);
    setText(answer, failure ?? `Started and registered on ${cluster.value}.`);
  }

  const plugs = [
    { name: 'arm', title: 'ARM', box: find('plug-arm', HTMLInputElement) },
    { name: 'slack', title: 'Slack', box: find('plug-slack', HTMLInputElement) },
    { name: 'store', title: 'the store', box: find('plug-store', HTMLInputElement) },
  ] as const;
  for (const { box } of plugs) {
    box.addEventListener('change', () => {
      const out = plugs.map((plug) => [plug.name, !plug.box.checked]);
      void send('PUT', '/try/faults', Object.fromEntries(out));
    });
  }

  return {
    showUnplugged: (unplugged) => {
      for (const { name, box } of plugs) box.checked = !unplugged[name];
      const cut = plugs.filter(({ name }) => unplugged[name]).map(({ title }) => title);
      const notice = find('unplugged', HTMLSpanElement);
      notice.hidden = cut.length === 0;
      setText(notice, `Unplugged: ${cut.join(', ')}`);
    },
  };
}

/** @returns why it failed, in words; null when it did not */
async function send(method: string, path: string, body: unknown): Promise<string | null> {
  const response = await fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }).catch(() => null);
  if (response === null) return 'The page’s server does not answer.';
  if (response.ok) return null;
  return problem.parse(await response.json()).detail;
}

function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  select.replaceChildren(...options.map(([value, text]) => element('option', { value }, text)));
}
