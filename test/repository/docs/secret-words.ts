import { commandsIn } from './command-lines.ts';

/** Names of variables, settings and parameters whose value is a secret. */
const secretName =
  /^(?:\w*(?:KEY|SECRET|TOKEN|PASSWORD|SIGNATURE|SAS|WEBHOOK)|\w*WEBHOOK_URL\w*|HEARTBEAT_URL|OPERATIONS_STORAGE|AzureWebJobsStorage|\w*CONNECTION_STRING|slackWebhookUrl|heartbeatUrl|channelWebhookUrls)$/i;
/** Options whose value is a secret. */
const secretOption =
  /^--?(?:key|key-value|account-key|value|password|secret|sas-token|connection-string|token|user|u)$/;
/** What a secret itself looks like. */
const secretText =
  /hooks\.slack(?:-gov)?\.com\/services\/|[?&](?:sig|code)=|AccountKey=|SharedAccessSignature=|\bxox[a-z]-/;
/** Commands that print a secret. */
const tellsSecret =
  /^(?:az (?:functionapp (?:function )?keys list|storage account (?:keys list|show-connection-string|generate-sas)|keyvault secret show|rest\b.*listKeys)|(?:printf|echo|cat|azd env get-value)\b.*(?:\$secret|_KEY|WEBHOOK))/;
/** They run in the shell itself, and are in no list of processes. */
const builtins = new Set(['[', 'echo', 'export', 'printf', 'read', 'test', 'unset']);

/** The secret words of each command in what is typed at a shell's prompt: others who use the machine can read them. */
export function secretWordsIn(typed: string): string[] {
  const commands = commandsIn(typed, (inner) =>
    inner.some((words) => tellsSecret.test(words.join(' '))) ? '$secret' : 'substituted',
  );
  return commands.flatMap((words) => {
    const at = words.findIndex((word) => !/^\w+=/.test(word));
    const [command = '', ...args] = at === -1 ? [] : words.slice(at);
    const assigned = (at === -1 ? words : words.slice(0, at)).concat(
      command === 'export' ? args : [],
    );
    return [
      // What is typed stays in the shell's history, also where no other command sees it.
      ...assigned.filter((word) => isGiven(word) || secretText.test(word)),
      ...(builtins.has(command) ? args.filter((word) => secretText.test(word)) : wordsOf(args)),
    ];
  });
}

function wordsOf(args: readonly string[]): string[] {
  return args.filter((word, index) => {
    const before = args[index - 1] ?? '';
    const variables = [...word.matchAll(/\$\{?(\w+)/g)].map(([, name = '']) => name);
    return (
      secretText.test(word) ||
      variables.some((name) => name === 'secret' || secretName.test(name)) ||
      isGiven(word) ||
      // `azd env set NAME VALUE`, `--key-value VALUE`
      (!word.startsWith('-') && (secretName.test(before) || secretOption.test(before)))
    );
  });
}

/** `NAME=value`; the value may come from a variable of the shell, or from standard input. */
function isGiven(word: string): boolean {
  const [, name = '', value = ''] = /^(\w+)=(.*)$/s.exec(word) ?? [];
  return secretName.test(name) && !/^(?:@-|\$.*|)$/s.test(value);
}
