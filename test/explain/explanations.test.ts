import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import exits from '../../shared/explain/exit-statuses.json' with { type: 'json' };
import table from '../../shared/explain/explanations.json' with { type: 'json' };
import {
  errorFor,
  keyOf,
  tableEntries,
  wordingsOf,
  type TableEntry,
} from '../support/explanation-table.ts';
import { explained } from '../support/explained.ts';

const named = tableEntries.map((entry): [string, TableEntry] => [keyOf(entry), entry]);
const codes = tableEntries.flatMap((entry) => entry.codes ?? []);

/** Codes that Microsoft's table "Failed operation or resource" names, and others that people meet with AKS. */
const mustBeKnown = [
  'AgentCountNotMatch',
  'AgentPoolUpgradeVersionNotAllowed',
  'Canceled',
  'ControlPlaneAPIServerNotReady',
  'CreateRoleAssignmentError',
  'CustomRouteTableMissingPermission',
  'DeleteVMSSAgentPoolFailed',
  'InternalOperationError',
  'K8SDownloadTimeoutVMExtensionError',
  'KeyVaultAccessForbidden',
  'OperationBlockedByNodeDisruptionPolicy',
  'OperationOutsideNodeDisruptionWindow',
  'OperationPreempted',
  'OverconstrainedZonalAllocationRequest',
  'PublicIpPrefixOutOfIpAddressesForVMScaleSet',
  'ReconcileMachineFailed',
  'ResourceGroupLocked',
  'ResourceGroupQuotaExceeded',
  'ResourceLocked',
  'ScaleVMSSAgentPoolFailed',
  'ServicePrincipalNotFound',
  'ServiceUnavailable',
  'SpotPoolUpgradeNotAllowedDuringClusterUpgradeAll',
  'TimedoutOrCancelled',
  'TooManyRequests',
  'UpgradeNodesNotRegistered',
  'UpgradeVMSSAgentPoolFailed',
];

function isSorted(texts: readonly string[]): boolean {
  const lower = texts.map((text) => text.toLowerCase());
  return lower.every((text, index) => text >= (lower[index - 1] ?? ''));
}

/** `az` commands by their last word: these look and change nothing. */
const looks = new Set([
  'exists',
  'get-upgrades',
  'list',
  'list-skus',
  'list-usage',
  'list-usages',
  'outbound',
  'show',
  'show-latest',
]);

describe('explanations.json', () => {
  it('follows its schema', () => {
    const file = new URL('../../shared/explain/explanations.schema.json', import.meta.url);
    const schema: z.core.JSONSchema.JSONSchema = JSON.parse(readFileSync(file, 'utf8'));
    const { success, error } = z.fromJSONSchema(schema).safeParse(table);
    expect(error?.issues ?? []).toEqual([]);
    expect(success).toBe(true);
  });

  it('knows each code once, whatever its case, and those that must be known', () => {
    expect(new Set(codes.map((code) => code.toLowerCase())).size).toBe(codes.length);
    expect(mustBeKnown.filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('is in alphabetical order, and so are the codes of an entry', () => {
    expect(isSorted(tableEntries.map(keyOf))).toBe(true);
    for (const { codes: own = [], says = {} } of tableEntries) {
      expect(isSorted(own)).toBe(true);
      expect(isSorted(Object.keys(says))).toBe(true);
    }
  });

  it.each(named)('%s: the entry is found by what it is there for', (_, entry) => {
    expect(wordingsOf(entry.cause)).toContain(explained(errorFor(entry))?.cause);
  });

  it.each(named)('%s: cause and step are one sentence each', (_, { cause, step, steps = {} }) => {
    const texts = [cause, step, ...Object.values(steps)].flatMap((text) => wordingsOf(text ?? ''));
    for (const sentence of texts) expect(sentence).not.toMatch(/[.!?]\s|[`*<>]/);
  });

  it.each(named)(
    '%s: the last wordings need no name out of the error',
    (_, { title, cause, step, steps = {} }) => {
      const last = [title, cause, step, ...Object.values(steps)].map((text) =>
        wordingsOf(text ?? '').at(-1),
      );
      for (const text of last) {
        expect(text?.match(/\{\w+\}/g) ?? []).not.toEqual(
          expect.arrayContaining([expect.not.stringMatching(/^\{(?:again|repeat)\}$/)]),
        );
      }
      expect(wordingsOf(title).at(-1)?.length).toBeLessThanOrEqual(60);
    },
  );

  it.each(named)('%s: the command only looks, and at this cluster or subscription', (_, entry) => {
    for (const command of wordingsOf(entry.command)) {
      const asked = [...command.matchAll(/\baz ([a-z][a-z-]*(?: [a-z][a-z-]*)*)/g)].map(
        (match) => match[1] ?? '',
      );
      for (const words of asked) expect(looks).toContain(words.split(' ').at(-1));
      const [, asKubectl = 'get'] = /kubectl (?:--context \{cluster\} )?(\S+)/.exec(command) ?? [];
      expect(asKubectl).toBe('get');
      expect(command.includes('kubectl')).toBe(command.startsWith('kubectl --context {cluster} '));
      expect(command).toMatch(/\{(?:subscription|cluster)\}|^az ad /);
      for (const quote of ['"', "'"]) expect(command.split(quote).length % 2).toBe(1);
    }
  });

  it.each(named)('%s: what the command shows fits a phone', (_, entry) => {
    const isShort =
      /--query|get-upgrades|check-network|machine list|-n \{|--field-selector|kubectl|\| grep/;
    for (const command of wordingsOf(entry.command)) {
      expect(command.replaceAll(/\$\([^)]*\)/g, '')).toMatch(
        command.startsWith('nslookup') ? /./ : isShort,
      );
    }
  });

  it.each(named)('%s: the last command needs no name out of the error', (_, { command }) => {
    const names =
      wordingsOf(command)
        .at(-1)
        ?.match(/\{[a-z]\w*\}/gi) ?? [];
    const own = new Set(['{cluster}', '{resourceGroup}', '{subscription}']);
    expect(names.filter((name) => !own.has(name))).toEqual([]);
  });

  it('holds no secret and no name of anybody’s', () => {
    expect(JSON.stringify(table)).not.toMatch(
      /hooks\.slack|[0-9a-f]{8}-[0-9a-f]{4}|sig=|password/i,
    );
  });
});

describe('exit-statuses.json', () => {
  it('has short meanings, and each of its codes once', () => {
    const all = Object.values(exits.statuses);
    expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
    for (const { means } of all) expect(`node setup: ${means}`.length).toBeLessThanOrEqual(60);
  });
});
