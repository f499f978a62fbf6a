/** A parent that starts a host and Azurite, writes one entity, tells where, and waits to be killed. */
import { TableClient } from '@azure/data-tables';
import { startAzurite } from '../../local/azurite.ts';
import { startFixture } from './host-fixture.ts';

const [azurite, host] = await Promise.all([
  startAzurite({ location: process.argv[2] ?? '' }),
  startFixture(),
]);
const table = TableClient.fromConnectionString(azurite.connectionString, 'Orphans', {
  allowInsecureConnection: true,
});
await table.createTable();
await table.createEntity({ partitionKey: 'p', rowKey: 'r' });
console.log(JSON.stringify({ url: host.url }));
