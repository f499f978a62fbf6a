import { fc } from '../support/properties.ts';
import { describe, expect, it } from 'vitest';
import { CorruptRow } from '../../shared/store/codec.ts';
import {
  incidentColumns,
  incidentHeadColumns,
  incidentKey,
  toIncident,
  toIncidentHead,
} from '../../shared/store/incident-row.ts';
import { anyIncident } from '../support/stored-arbitraries.ts';

describe('an incident as a row', () => {
  it('comes back as it was, and its head through the selected columns alone', () => {
    fc.assert(
      fc.property(anyIncident, (incident) => {
        const key = incidentKey(incident);
        const columns = incidentColumns(incident);
        expect(toIncident({ key, etag: '', columns })).toEqual(incident);
        const selected = Object.fromEntries(
          Object.entries(columns).filter(([name]) => incidentHeadColumns.includes(name)),
        );
        const { mailbox, ...rest } = incident;
        expect(toIncidentHead({ key, etag: '', columns: selected })).toEqual({
          ...rest,
          undelivered: mailbox.owed.length,
          owedSince: mailbox.owed[0]?.at ?? null,
        });
      }),
    );
  });

  it.each([
    ['an unknown kind', 'incident.earthquake', {}],
    ['no beginning', 'incident.forbidden', { since: '' }],
    ['half an outbox', 'incident.forbidden', { outbox: '[{' }],
  ])('with %s is corrupt', (_name, rowKey, wrong) => {
    const key = { partitionKey: 'all', rowKey };
    const columns = { since: '2024-05-06T07:00:00.000Z', until: '', outbox: '[]', ...wrong };
    expect(() => toIncident({ key, etag: '', columns })).toThrow(CorruptRow);
  });
});
