import { armIdOf, scopeIdOf } from '../../shared/domain/scope.ts';
import {
  operationArmId,
  trackingIdOf,
  type OperationReference,
} from '../../shared/domain/reference.ts';
import type { Json } from './json-schema.ts';

/** Requests that the document shows; a test sends each to the running app. */

/** The operation that the registrations name: made up, of a cluster that `npm start` plays. */
export const exampleOperation: OperationReference = {
  subscriptionId: 'dede0000-5ca1-4e00-8aaa-000000000001',
  resourceGroupName: 'rg-prod-weu',
  resourceName: 'aks-prod-weu',
  agentPoolName: null,
  operationId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
};
const { subscriptionId, resourceGroupName, resourceName, operationId } = exampleOperation;
const clusterId = armIdOf(exampleOperation);
const groupId = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroupName}`;

/** Its tracking ID. */
export const trackingId = trackingIdOf(exampleOperation);
/** The ID of the watch of the resource group. */
export const watchId = scopeIdOf({ subscriptionId, resourceGroupName, resourceName: null });

/** Bodies by name, as OpenAPI has its example objects. */
export type Examples = Readonly<Record<string, { readonly summary: string; readonly value: Json }>>;

/** The three ways to name one operation. */
export const registrations: Examples = {
  byParts: {
    summary: 'By its names',
    value: {
      subscriptionId,
      resourceGroupName,
      resourceName,
      operationId,
      label: 'weekly upgrade',
    },
  },
  byId: {
    summary: 'By its ARM ID, with a mention',
    value: { id: operationArmId(exampleOperation), mention: 'here' },
  },
  byUrl: {
    summary: 'By its Azure-AsyncOperation header',
    value: {
      operationUrl: `https://management.azure.com/subscriptions/${subscriptionId}/providers/Microsoft.ContainerService/locations/westeurope/operations/${operationId}?api-version=2017-08-31`,
      clusterId,
    },
  },
};

/** What can be watched. */
export const watchOrders: Examples = {
  cluster: { summary: 'One cluster', value: { clusterId, label: 'production' } },
  resourceGroup: {
    summary: 'A resource group: only errors, stalls and endings',
    value: {
      resourceGroupId: groupId,
      mention: 'here',
      events: ['errorAppeared', 'errorChanged', 'finished', 'stalled', 'lost', 'gaveUp'],
    },
  },
  subscription: { summary: 'A subscription', value: { subscriptionId } },
};

/** What can be checked. */
export const doctorOrders: Examples = {
  quiet: { summary: 'Without a message to Slack', value: {} },
  withSlack: { summary: 'With a test message in each channel', value: { slack: true } },
};

/** Values of the query of a list. */
export const listExample: Readonly<Partial<Record<string, string | number>>> = {
  state: 'all',
  subscriptionId,
  resourceGroupName,
  resourceName,
  top: 10,
};
