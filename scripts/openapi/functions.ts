import {
  doctorOrders,
  listExample,
  registrations,
  trackingId,
  watchId,
  watchOrders,
  type Examples,
} from './examples.ts';
import type { Json } from './json-schema.ts';
import { listParameters } from './requests.ts';
import type { ResponseName } from './responses.ts';

/** A function as the document has it. */
export interface DescribedFunction {
  /** The function's name. */
  readonly operationId: string;
  readonly method: 'get' | 'post' | 'delete';
  /** Its route, after `/api`. */
  readonly path: string;
  readonly tag: 'Operations' | 'Watches' | 'Channels' | 'The app';
  readonly summary: string;
  readonly description: string;
  readonly anonymous?: true;
  readonly parameters?: readonly Json[];
  readonly body?: {
    readonly isOptional?: true;
    readonly schemas: readonly string[];
    readonly examples: Examples;
  };
  /** Its answers to a request that is right. */
  readonly answers: Readonly<Record<number, Answer>>;
  /** The statuses of its problems, besides those that every function with a key has. */
  readonly problems?: readonly (400 | 404 | 409 | 411 | 413 | 415)[];
}

/** One success. */
export interface Answer {
  readonly description: string;
  /** Without it the answer has no body. */
  readonly body?: ResponseName;
  /** Whether `Location` names the created thing. */
  readonly location?: true;
}

const inPath = (name: string, description: string, example: string, pattern: string): Json => ({
  name,
  in: 'path',
  required: true,
  description,
  schema: { type: 'string', pattern },
  example,
});
const anyId = '^[0-9A-Fa-f-]{36}\\.[0-9A-Fa-f]{32}$';
const trackingIdInPath = inPath(
  'trackingId',
  'The `trackingId` that registering answered.',
  trackingId,
  anyId,
);
const watchIdInPath = inPath('watchId', 'The `watchId` that creating answered.', watchId, anyId);
const badBody = [400, 409, 411, 413, 415] as const;

/** The functions that HTTP calls, in the order in which a reader meets them. */
export const describedFunctions: readonly DescribedFunction[] = [
  {
    operationId: 'registerOperation',
    method: 'post',
    path: '/operations',
    tag: 'Operations',
    summary: 'Start tracking an operation',
    description:
      'Idempotent. IDs compare case-insensitively. An option given again replaces the old one; an option left out keeps its value. The app does not ask Azure, so this works while Azure is down.',
    body: {
      schemas: ['RegistrationByParts', 'RegistrationById', 'RegistrationByUrl'],
      examples: registrations,
    },
    answers: {
      200: { description: 'It was tracked already.', body: 'Operation', location: true },
      201: { description: 'It is tracked from now on.', body: 'Operation', location: true },
    },
    problems: badBody,
  },
  {
    operationId: 'listOperations',
    method: 'get',
    path: '/operations',
    tag: 'Operations',
    summary: 'List tracked operations',
    description:
      'Operations at work and those that ended, in the order of their keys, not of time. Ask again with `continuationToken` until a page has none.',
    parameters: listParameters.map((parameter) => {
      const example = listExample[String(parameter['name'])];
      return example === undefined ? parameter : { ...parameter, example };
    }),
    answers: { 200: { description: 'One page of the operations.', body: 'OperationPage' } },
    problems: [400],
  },
  {
    operationId: 'getOperation',
    method: 'get',
    path: '/operations/{trackingId}',
    tag: 'Operations',
    summary: 'Get one operation with its changes',
    description: 'The app answers from its store and does not ask Azure.',
    parameters: [trackingIdInPath],
    answers: { 200: { description: 'The operation.', body: 'OperationWithHistory' } },
    problems: [404, 409],
  },
  {
    operationId: 'untrackOperation',
    method: 'delete',
    path: '/operations/{trackingId}',
    tag: 'Operations',
    summary: 'Stop tracking an operation and forget it',
    description: 'No watch finds the operation again. It can be registered again.',
    parameters: [trackingIdInPath],
    answers: { 204: { description: 'It is forgotten. No message about it comes after this.' } },
    problems: [404, 409],
  },
  {
    operationId: 'createWatch',
    method: 'post',
    path: '/watches',
    tag: 'Watches',
    summary: 'Watch a cluster, a resource group or a subscription',
    description:
      'The app finds and posts every operation there. Idempotent, as registering is. An operation keeps the options of the watch from when it was found.',
    body: { schemas: ['WatchOrder'], examples: watchOrders },
    answers: {
      200: { description: 'It was watched already.', body: 'Watch', location: true },
      201: { description: 'It is watched from now on.', body: 'Watch', location: true },
    },
    problems: badBody,
  },
  {
    operationId: 'listWatches',
    method: 'get',
    path: '/watches',
    tag: 'Watches',
    summary: 'List all watches',
    description: 'The answer has all watches in one page, without their clusters.',
    answers: { 200: { description: 'All watches.', body: 'WatchList' } },
  },
  {
    operationId: 'getWatch',
    method: 'get',
    path: '/watches/{watchId}',
    tag: 'Watches',
    summary: 'Get one watch with its clusters',
    description: 'The answer has the clusters that the watch covers and has found.',
    parameters: [watchIdInPath],
    answers: { 200: { description: 'The watch.', body: 'WatchWithClusters' } },
    problems: [404, 409],
  },
  {
    operationId: 'deleteWatch',
    method: 'delete',
    path: '/watches/{watchId}',
    tag: 'Watches',
    summary: 'Delete a watch',
    description: 'The watch finds nothing more. Operations that it found stay tracked.',
    parameters: [watchIdInPath],
    answers: { 204: { description: 'The watch is deleted.' } },
    problems: [404],
  },
  {
    operationId: 'listChannels',
    method: 'get',
    path: '/channels',
    tag: 'Channels',
    summary: 'List the Slack channels and their states',
    description:
      'The channels of the settings, and those that still have messages. Webhook URLs are never shown.',
    answers: { 200: { description: 'All channels.', body: 'ChannelList' } },
  },
  {
    operationId: 'retryChannel',
    method: 'post',
    path: '/channels/{name}/retry',
    tag: 'Channels',
    summary: 'Have the next tick try a parked channel',
    description:
      'A parked channel gets no messages until this is called or its URL in the settings changes.',
    parameters: [
      inPath(
        'name',
        'The channel’s name, in upper or lower case.',
        'default',
        '^[A-Za-z0-9_]{1,60}$',
      ),
    ],
    answers: { 202: { description: 'The next tick tries it.', body: 'Channel' } },
    problems: [404, 409],
  },
  {
    operationId: 'health',
    method: 'get',
    path: '/health',
    tag: 'The app',
    summary: 'Whether the app works',
    description: 'For probes and alerts: counts, times, versions and setting names only.',
    anonymous: true,
    answers: {
      200: { description: 'The app works, or it has just started.', body: 'Health' },
      503: { description: 'The app does not work; `reasons` says why.', body: 'Health' },
    },
  },
  {
    operationId: 'doctor',
    method: 'post',
    path: '/doctor',
    tag: 'The app',
    summary: 'Check settings, storage, Azure and Slack',
    description:
      'This works also if settings are wrong. Without a body the app posts nothing to Slack.',
    body: { isOptional: true, schemas: ['DoctorOrder'], examples: doctorOrders },
    answers: {
      200: { description: 'No check failed.', body: 'DoctorReport' },
      503: { description: 'A check failed; the report says which.', body: 'DoctorReport' },
    },
    problems: [400, 411, 413, 415],
  },
  {
    operationId: 'openapi',
    method: 'get',
    path: '/openapi.json',
    tag: 'The app',
    summary: 'This document',
    description: 'The document is the same as `openapi.json` in the repository.',
    anonymous: true,
    answers: { 200: { description: 'The document.', body: 'OpenApiDocument' } },
  },
];
