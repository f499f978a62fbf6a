import { parseMrkdwn, plainText } from '../page/mrkdwn.ts';
import type { Sample } from './samples.ts';

/** `docs/messages.md`: what each kind of message says in a push, with its picture. */
export function messagesPage(samples: readonly Sample[]): string {
  const rows = samples.map(({ name, when, message }) => {
    const push = plainText(parseMrkdwn(message.text))
      .split('\n')
      .map((line) => `\`${line}\``)
      .join('<br>');
    return `### ${when}\n\n${push}\n\n![${when}](messages/${name}.png)`;
  });
  return `# All messages

\`npm run picture\` writes this page and takes the pictures: each kind of message, as the app makes it, 390 px wide. The lines
above a picture are the message's \`text\`, which is all that a phone's push shows. What to do about each message is in
[operating](operating.md#messages-and-what-to-do).

All have one order of parts, and leave out those that they have nothing for: headline; next step, where a person is to do
something; facts; _Why_; _Command_; _Azure_'s own words; _Parts_ (sub-operations); small print with links, names and IDs.

${rows.join('\n\n')}
`;
}
