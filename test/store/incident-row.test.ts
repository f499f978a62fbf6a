import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { emptyOutbox } from '../../shared/domain/outbox.ts';
import { CorruptRow } from '../../shared/store/codec.ts';
import {
  incidentKey,
  incidentRow,
  toIncident,
  toIncidentHead,
} from '../../shared/store/incident-row.ts';
import type { Columns, RowKey } from '../../shared/store/table.ts';
import { anyIncident } from '../support/stored-arbitraries.ts';

describe('an incident as a row', () => {
  it('comes back as it was, and its head without the messages', () => {
    fc.assert(
      fc.property(anyIncident, (incident) => {
        const key = incidentKey(incident);
        const columns = incidentRow.write(incident);
        expect(toIncident({ key, etag: '', columns })).toEqual(incident);
        const selected = Object.fromEntries(
          Object.entries(columns).filter(([name]) => !name.startsWith('outbox')),
        );
        const { outbox, ...rest } = incident;
        expect(toIncidentHead({ key, etag: '', columns: selected })).toEqual({
          ...rest,
          undelivered: outbox.owed.length,
          owedSince: outbox.owed[0]?.at ?? null,
        });
      }),
    );
  });

  it('has a key that Azure takes', () => {
    fc.assert(
      fc.property(anyIncident, (incident) => {
        expect(incidentKey(incident).rowKey).not.toMatch(/[/\\#?\p{Cc}]/u);
      }),
    );
  });

  it.each<[string, Columns, Partial<RowKey>?]>([
    ['an unknown kind', {}, { rowKey: 'incident.earthquake' }],
    ['a partition of nobody', {}, { partitionKey: 'elsewhere' }],
    ['another version', { version: 2 }],
    ['no beginning', { since: '' }],
    ['a beginning at no time', { since: 'long ago' }],
    ['an end at no time', { until: 'soon' }],
    ['half an outbox', { outbox: '[{' }],
    ['another resource group than its key names', {}, { rowKey: 'incident.forbidden.rg-1' }],
    ['no resource group of its kind', { resourceGroupName: 'rg/1' }],
    ['another cluster than its key names', { resourceName: 'aks-1' }],
  ])('with %s is corrupt', (_name, wrong, elsewhere) => {
    const key = { partitionKey: 'all', rowKey: 'incident.forbidden', ...elsewhere };
    const since = '2024-05-06T07:00:00.000Z';
    const name = { cause: 'forbidden', scope: null, isOfList: false } as const;
    const incident = { ...name, since, until: null };
    const columns = { ...incidentRow.write({ ...incident, outbox: emptyOutbox }), ...wrong };
    expect(() => toIncident({ key, etag: '', columns })).toThrow(CorruptRow);
  });
});
