export type paths = {
    "/operations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tracked operations
         * @description Operations at work and those that ended, in the order of their keys, not of time. Ask again with `continuationToken` until a page has none.
         */
        get: operations["listOperations"];
        put?: never;
        /**
         * Start tracking an operation
         * @description Idempotent. IDs compare case-insensitively. An option given again replaces the old one; an option left out keeps its value. The app does not ask Azure, so this works while Azure is down.
         */
        post: operations["registerOperation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operations/{trackingId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one operation with its changes
         * @description The app answers from its store and does not ask Azure.
         */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        /**
         * Stop tracking an operation and forget it
         * @description No watch finds the operation again. It can be registered again.
         */
        delete: operations["untrackOperation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/watches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all watches
         * @description The answer has all watches in one page, without their clusters.
         */
        get: operations["listWatches"];
        put?: never;
        /**
         * Watch a cluster, a resource group or a subscription
         * @description The app finds and posts every operation there. Idempotent, as registering is. An operation keeps the options of the watch from when it was found.
         */
        post: operations["createWatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/watches/{watchId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one watch with its clusters
         * @description The answer has the clusters that the watch covers and has found.
         */
        get: operations["getWatch"];
        put?: never;
        post?: never;
        /**
         * Delete a watch
         * @description The watch finds nothing more. Operations that it found stay tracked.
         */
        delete: operations["deleteWatch"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the Slack channels and their states
         * @description The channels of the settings, and those that still have messages. Webhook URLs are never shown.
         */
        get: operations["listChannels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/channels/{name}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Have the next tick try a parked channel
         * @description A parked channel gets no messages until this is called or its URL in the settings changes.
         */
        post: operations["retryChannel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the app works
         * @description For probes and alerts: counts, times, versions and setting names only.
         */
        get: operations["health"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/doctor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check settings, storage, Azure and Slack
         * @description This works also if settings are wrong. Without a body the app posts nothing to Slack.
         */
        post: operations["doctor"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * This document
         * @description The document is the same as `openapi.json` in the repository.
         */
        get: operations["openapi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
};
export type webhooks = Record<string, never>;
export type components = {
    schemas: {
        RegistrationByParts: {
            /** @description Must be a subscription ID (a GUID). */
            subscriptionId: string;
            /** @description Must be a resource group name: 1 to 90 letters, digits, . _ - ( ), not ending with a dot. */
            resourceGroupName: string;
            /** @description Must be a cluster name: 1 to 63 letters, digits, - and _, beginning and ending with a letter or digit. */
            resourceName: string;
            /** @description What `az aks operation show-latest` (of the extension aks-preview) prints as `name`. Must be an operation ID: 1 to 256 characters, without spaces and / \ ? # %. Must not be `latest`, which names another operation each time: give the operation’s own ID (the `name` that `az aks operation show-latest` of the extension aks-preview prints). */
            operationId: string;
            /** @description The agent pool that the operation was started on. Must be an agent pool name: 1 to 12 letters and digits, beginning with a letter. */
            agentPoolName?: string;
            /** @description Shown in the messages. Must have 1 to 120 characters, of which people can see at least one. Must be one line without control characters or marks that reorder text. */
            label?: string;
            /** @description The channel that the messages go to; `default` if it was never given. Must be the name of a configured channel. */
            channel?: string;
            /** @description Whom to ping when an operation fails, is canceled by AKS itself, stalls or is lost; not where nothing is to be done. Must be here, channel, a user ID (U… or W…) or a user group ID (S…). */
            mention?: string;
        };
        RegistrationById: {
            /** @description The operation’s ARM ID. Must be /subscriptions/{guid}/resourceGroups/{name}/providers/Microsoft.ContainerService/managedClusters/{name}[/agentPools/{pool}]/operations/{operationId}. Must not be `latest`, which names another operation each time: give the operation’s own ID (the `name` that `az aks operation show-latest` of the extension aks-preview prints). */
            id: string;
            /** @description Shown in the messages. Must have 1 to 120 characters, of which people can see at least one. Must be one line without control characters or marks that reorder text. */
            label?: string;
            /** @description The channel that the messages go to; `default` if it was never given. Must be the name of a configured channel. */
            channel?: string;
            /** @description Whom to ping when an operation fails, is canceled by AKS itself, stalls or is lost; not where nothing is to be done. Must be here, channel, a user ID (U… or W…) or a user group ID (S…). */
            mention?: string;
        };
        RegistrationByUrl: {
            /** @description The Azure-AsyncOperation header, whose host must be Azure Resource Manager’s. The app keeps only the subscription and the operation’s ID. Must be the Azure-AsyncOperation header: https://{arm}/subscriptions/{guid}/providers/Microsoft.ContainerService/locations/{region}/operations/{guid}?…. Must not be `latest`, which names another operation each time: give the operation’s own ID (the `name` that `az aks operation show-latest` of the extension aks-preview prints). */
            operationUrl: string;
            /** @description The cluster’s ARM ID. Must be /subscriptions/{guid}/resourceGroups/{name}/providers/Microsoft.ContainerService/managedClusters/{name}. */
            clusterId: string;
            /** @description Shown in the messages. Must have 1 to 120 characters, of which people can see at least one. Must be one line without control characters or marks that reorder text. */
            label?: string;
            /** @description The channel that the messages go to; `default` if it was never given. Must be the name of a configured channel. */
            channel?: string;
            /** @description Whom to ping when an operation fails, is canceled by AKS itself, stalls or is lost; not where nothing is to be done. Must be here, channel, a user ID (U… or W…) or a user group ID (S…). */
            mention?: string;
        };
        WatchOrder: {
            /** @description The cluster’s ARM ID. Must be /subscriptions/{guid}/resourceGroups/{name}/providers/Microsoft.ContainerService/managedClusters/{name}. */
            clusterId?: string;
            /** @description Must be /subscriptions/{guid}/resourceGroups/{name}. */
            resourceGroupId?: string;
            /** @description Must be a subscription ID (a GUID), or /subscriptions/{guid}. */
            subscriptionId?: string;
            /** @description Shown in the messages. Must have 1 to 120 characters, of which people can see at least one. Must be one line without control characters or marks that reorder text. */
            label?: string;
            /** @description The channel that the messages go to; `default` if it was never given. Must be the name of a configured channel. */
            channel?: string;
            /** @description Whom to ping when an operation fails, is canceled by AKS itself, stalls or is lost; not where nothing is to be done. Must be here, channel, a user ID (U… or W…) or a user group ID (S…). */
            mention?: string;
            /** @description Which events are posted: an empty list posts none; all if it was never given. Must be a list of events. */
            events?: ("started" | "statusChanged" | "errorAppeared" | "errorChanged" | "finished" | "stalled" | "movingAgain" | "lost" | "gaveUp" | "setRightAgain")[];
        } & (unknown | unknown | unknown);
        DoctorOrder: {
            /** @description Whether each Slack channel gets a test message. Must be true or false. */
            slack?: boolean;
        };
        /** @description A tracked operation. */
        Operation: {
            trackingId: string;
            /** @description The operation’s ARM ID. */
            id: string;
            /** Format: uuid */
            subscriptionId: string;
            resourceGroupName: string;
            /** @description The cluster. */
            resourceName: string;
            agentPoolName?: string;
            operationId: string;
            label?: string;
            channel: string;
            mention?: string;
            /** @enum {string} */
            state: "active" | "finished";
            /** @description The last status from Azure; `null` before the first reading. */
            status: string | null;
            kind: components["schemas"]["Kind"] | null;
            percentComplete: number | null;
            progress: components["schemas"]["Progress"] | null;
            /** @description Its sub-operations, the worst first. */
            parts: components["schemas"]["Part"][];
            /** @description How many sub-operations `parts` leaves out. */
            partsLeftOut: number;
            error: components["schemas"]["ErrorDetail"] | null;
            explanation: components["schemas"]["Explanation"] | null;
            startTime: string | null;
            endTime: string | null;
            /** @description From its start (if unknown, its registration) to its end (if it runs, the last reading). */
            elapsedSeconds: number | null;
            usual: components["schemas"]["Usual"] | null;
            /** Format: date-time */
            registeredAt: string;
            lastCheckedAt: string | null;
            /** @description When its phase or error last changed, or it ended. */
            lastChangedAt: string | null;
            /** @description The app reads it at this time or later; `null` when it is finished. */
            nextCheckAt: string | null;
            /** @description How it ended; `null` while it runs. */
            outcome: ("succeeded" | "failed" | "canceled" | "lost" | "gaveUp") | null;
            reading: components["schemas"]["Reading"];
            /** @description Messages about it that Slack has not accepted yet. */
            undelivered: number;
            /** @description Who started it, as Azure’s activity log shows it: a person’s name or UPN, an application, or `AKS itself`. `null` while it is not known, and where two callers fit; it may become known up to half an hour after the start. */
            startedBy: string | null;
            /** @description What it changed, a line each, such as `Kubernetes 1.32.7 → 1.33.2` and `userpool: 4 → 6 nodes`. Empty unless it succeeded on a watched cluster, the app had read the cluster before it, and no other operation ran since then. */
            changes: string[];
            /** @description After a failure: in which state it left the cluster (first) and its agent pools. Empty if it did not fail, or if the app could not read that. */
            left: {
                /** @description The cluster, or the agent pool. */
                name: string;
                /** @description Azure’s word, such as `Failed` or `Succeeded`. */
                provisioningState: string;
                /** @description The Kubernetes version that it is to have; its nodes may run another one. */
                requestedVersion?: string;
                /** @description Why the agent pool could not be provisioned; absent if Azure does not say. */
                error?: components["schemas"]["ErrorDetail"];
            }[];
        };
        /** @description A tracked operation with its changes. */
        OperationWithHistory: {
            trackingId: string;
            /** @description The operation’s ARM ID. */
            id: string;
            /** Format: uuid */
            subscriptionId: string;
            resourceGroupName: string;
            /** @description The cluster. */
            resourceName: string;
            agentPoolName?: string;
            operationId: string;
            label?: string;
            channel: string;
            mention?: string;
            /** @enum {string} */
            state: "active" | "finished";
            /** @description The last status from Azure; `null` before the first reading. */
            status: string | null;
            kind: components["schemas"]["Kind"] | null;
            percentComplete: number | null;
            progress: components["schemas"]["Progress"] | null;
            /** @description Its sub-operations, the worst first. */
            parts: components["schemas"]["Part"][];
            /** @description How many sub-operations `parts` leaves out. */
            partsLeftOut: number;
            error: components["schemas"]["ErrorDetail"] | null;
            explanation: components["schemas"]["Explanation"] | null;
            startTime: string | null;
            endTime: string | null;
            /** @description From its start (if unknown, its registration) to its end (if it runs, the last reading). */
            elapsedSeconds: number | null;
            usual: components["schemas"]["Usual"] | null;
            /** Format: date-time */
            registeredAt: string;
            lastCheckedAt: string | null;
            /** @description When its phase or error last changed, or it ended. */
            lastChangedAt: string | null;
            /** @description The app reads it at this time or later; `null` when it is finished. */
            nextCheckAt: string | null;
            /** @description How it ended; `null` while it runs. */
            outcome: ("succeeded" | "failed" | "canceled" | "lost" | "gaveUp") | null;
            reading: components["schemas"]["Reading"];
            /** @description Messages about it that Slack has not accepted yet. */
            undelivered: number;
            /** @description Who started it, as Azure’s activity log shows it: a person’s name or UPN, an application, or `AKS itself`. `null` while it is not known, and where two callers fit; it may become known up to half an hour after the start. */
            startedBy: string | null;
            /** @description What it changed, a line each, such as `Kubernetes 1.32.7 → 1.33.2` and `userpool: 4 → 6 nodes`. Empty unless it succeeded on a watched cluster, the app had read the cluster before it, and no other operation ran since then. */
            changes: string[];
            /** @description After a failure: in which state it left the cluster (first) and its agent pools. Empty if it did not fail, or if the app could not read that. */
            left: {
                /** @description The cluster, or the agent pool. */
                name: string;
                /** @description Azure’s word, such as `Failed` or `Succeeded`. */
                provisioningState: string;
                /** @description The Kubernetes version that it is to have; its nodes may run another one. */
                requestedVersion?: string;
                /** @description Why the agent pool could not be provisioned; absent if Azure does not say. */
                error?: components["schemas"]["ErrorDetail"];
            }[];
            /** @description The newest 200 changes, oldest first. */
            history: components["schemas"]["HistoryEntry"][];
        };
        OperationPage: {
            value: components["schemas"]["Operation"][];
            /** @description Give it to get the next page; absent on the last page. */
            continuationToken?: string;
        };
        /** @description A change, and when the app read it. */
        HistoryEntry: {
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            event: "started" | "statusChanged" | "errorAppeared" | "errorChanged" | "finished" | "stalled" | "movingAgain" | "lost" | "gaveUp" | "setRightAgain";
            /** @description The phase or status before. */
            from?: string;
            /** @description The phase or status after. */
            to?: string;
            /** @description The code of the error that came with the change. */
            code?: string;
        };
        /** @description What runs, as far as it is known. */
        Kind: {
            target: ("cluster" | "agentPool") | null;
            agentPoolName?: string;
            action: ("upgrade" | "scale" | "create" | "update" | "delete" | "start" | "stop") | null;
        };
        /** @description The counter in a status, such as `8/20 nodes`. */
        Progress: {
            done: number;
            total: number;
            /** @description What is counted, such as `nodes`; empty if Azure does not say. */
            unit: string;
        };
        /** @description A sub-operation: the work on one agent pool or on the control plane. */
        Part: {
            name?: string;
            kind: components["schemas"]["Kind"] | null;
            status: string;
            percentComplete: number | null;
            progress: components["schemas"]["Progress"] | null;
            /** @description The most specific code of its error. */
            code?: string;
        };
        /** @description How long operations of this kind usually take. */
        Usual: {
            /** @description First quartile. */
            lowSeconds: number;
            medianSeconds: number;
            /** @description Third quartile. */
            highSeconds: number;
            /** @description The number of runs that these figures come from. */
            runs: number;
            /**
             * @description `here`: runs of this kind on this cluster; `everywhere`: runs of this kind on all clusters; `mixed`: runs on this cluster whose kind Azure does not say.
             * @enum {string}
             */
            of: "here" | "everywhere" | "mixed";
        };
        /** @description Whether the last reading from Azure worked; if not, why. */
        Reading: {
            ok: boolean;
            /** @description Azure’s error code, or the app’s own. */
            code?: string;
            message?: string;
            /**
             * Format: date-time
             * @description When the first of these failures in a row happened.
             */
            since?: string;
        };
        /** @description An error as Azure gave it. Long texts are shortened; of a large tree only the first nodes are kept. */
        ErrorDetail: {
            code?: string;
            message?: string;
            target?: string;
            details?: components["schemas"]["ErrorDetail"][];
        };
        /** @description What an error means and what to do about it. */
        Explanation: {
            /** @description The code that is explained; it may be anywhere in the error. */
            code: string;
            /** @description The cause in a few words, with names out of the error where they are known. */
            title: string;
            /** @description What happened, in one sentence. */
            cause: string;
            /** @description What to do, for what ran; while it runs, what may still save it. */
            step: string;
            /** @description A shell command in one line that changes nothing. A word in capitals is to be replaced. kubectl needs az aks get-credentials before it; az aks operation, check-network and machine need the extension aks-preview. */
            command: string;
            /**
             * Format: uri
             * @description Microsoft’s page about it.
             */
            link: string;
        };
        /** @description A watch. */
        Watch: {
            watchId: string;
            /** @description The ARM ID of what is watched. */
            scope: string;
            label?: string;
            channel: string;
            mention?: string;
            /** @description Which events are posted. */
            events: ("started" | "statusChanged" | "errorAppeared" | "errorChanged" | "finished" | "stalled" | "movingAgain" | "lost" | "gaveUp" | "setRightAgain")[];
            /** Format: date-time */
            createdAt: string;
            /** @description When its clusters were listed last. This field and the next two are absent if the watch is for one cluster. */
            lastScanAt?: string | null;
            /** Format: date-time */
            nextScanAt?: string;
            /** @description `null` before the first one. */
            reading?: components["schemas"]["Reading"] | null;
        };
        /** @description A watch with the clusters that it covers and has found. */
        WatchWithClusters: {
            watchId: string;
            /** @description The ARM ID of what is watched. */
            scope: string;
            label?: string;
            channel: string;
            mention?: string;
            /** @description Which events are posted. */
            events: ("started" | "statusChanged" | "errorAppeared" | "errorChanged" | "finished" | "stalled" | "movingAgain" | "lost" | "gaveUp" | "setRightAgain")[];
            /** Format: date-time */
            createdAt: string;
            /** @description When its clusters were listed last. This field and the next two are absent if the watch is for one cluster. */
            lastScanAt?: string | null;
            /** Format: date-time */
            nextScanAt?: string;
            /** @description `null` before the first one. */
            reading?: components["schemas"]["Reading"] | null;
            clusters: components["schemas"]["WatchedCluster"][];
        };
        WatchedCluster: {
            /** @description The cluster’s ARM ID. */
            id: string;
            /** @description When its operations were listed last. */
            lastLookAt: string | null;
            /** Format: date-time */
            nextLookAt: string;
            /** @description `null` before the first one. */
            reading: components["schemas"]["Reading"] | null;
        };
        WatchList: {
            value: components["schemas"]["Watch"][];
        };
        /** @description A Slack channel, without its URL. */
        Channel: {
            name: string;
            /** @description Whether the settings have this channel. */
            isConfigured: boolean;
            /**
             * @description `failing`: the last attempt failed, and the app tries again soon. `parked`: a person must act before messages arrive.
             * @enum {string}
             */
            state: "ok" | "failing" | "parked";
            /** @description When this state began; `null` if the channel was not used yet. */
            since: string | null;
            /** @description Messages that wait for this channel. */
            undelivered: number;
            oldestUndeliveredAt: string | null;
            /** @description `null` if the channel was not used yet. */
            lastAnswer: {
                /** @description `ok`; Slack’s error code; `http_…`: a status without an error code; `no_answer`; `empty_answer` or `not_ok`: a 200 that does not come from Slack; `not_configured`: the settings do not have the channel. */
                code: string;
                /** Format: date-time */
                at: string;
            } | null;
            /** @description The earliest time of the next attempt; `null`: at once. */
            nextAttemptAt: string | null;
        };
        ChannelList: {
            /** @description All channels, the default one first. */
            value: components["schemas"]["Channel"][];
        };
        /** @description Counts, times and names of settings. A value that the app does not know is `null`. */
        Health: {
            /** @enum {string} */
            status: "ok" | "starting" | "unhealthy";
            /** @description Why the app is unhealthy; then remarks. */
            reasons: string[];
            /** @description Of the code that answers, with a hash of what was built. */
            version: string;
            lastTick: {
                /** Format: date-time */
                startedAt: string;
                /** Format: date-time */
                completedAt: string;
                ageSeconds: number;
                /** @description Of the code that ran the tick. */
                version: string | null;
            } | null;
            /** @description The oldest api-version with which the app reads from Azure now. */
            apiVersion: string | null;
            /** @description When the reading that waits longest became due. */
            oldestDueAt: string | null;
            undelivered: {
                messages: number;
                oldestAt: string | null;
            } | null;
            parkedChannels: number | null;
            /** @description Operations that the app could not read from Azure. */
            unreadable: number | null;
            /** @description Stored rows that the app could not read. */
            corruptRows: number | null;
            settingsProblems: {
                setting: string;
                message: string;
            }[];
        };
        Check: {
            name: string;
            ok: boolean | "skipped";
            /** @description What works or is wrong, or why this was not checked. */
            message: string;
            /** @description A command that fixes it, or shows where to look. */
            fix?: string;
        };
        /** @description A check of each thing that the app needs. */
        DoctorReport: {
            /** @description Whether no check failed. */
            ok: boolean;
            checks: components["schemas"]["Check"][];
        };
        /** @description An OpenAPI document. */
        OpenApiDocument: {
            /** @constant */
            openapi: "3.1.1";
        };
        /** @description RFC 9457 problem details. */
        Problem: {
            /** @description A URN for this kind of problem; it does not change. */
            type: string;
            title: string;
            status: number;
            /** @description What happened and what to do. */
            detail: string;
            /** @description The first 20 problems of a request, or all problems of the settings. */
            errors?: {
                /** @description The field, parameter or setting, as a JSON pointer; empty if the whole body is wrong. */
                pointer: string;
                /** @description What is wrong and what to do. */
                message: string;
            }[];
        };
    };
    responses: {
        /** @description The request is wrong: `errors` has the first 20 problems, `detail` says how many there are. */
        InvalidRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The function key is missing or wrong. The platform answers this, without problem details. */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Access restrictions of the function app refuse the address of the caller. The platform answers this, without problem details. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Nothing has this name or ID. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Other requests keep changing the same row, the stored row cannot be read, or the channel is not in the settings; `detail` says what to do. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body came in chunks, without a `Content-Length`. */
        LengthRequired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body has more than 16 KiB. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is not `application/json`. */
        UnsupportedMediaType: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The app failed; its log says more. */
        InternalError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Storage is not available, or settings are missing or wrong. Nothing was done. */
        Unavailable: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
};
export type $defs = Record<string, never>;
export interface operations {
    listOperations: {
        parameters: {
            query?: {
                /**
                 * @description Which operations to list.
                 * @example all
                 */
                state?: "active" | "finished" | "all";
                /**
                 * @description Lists only operations in this subscription.
                 * @example dede0000-5ca1-4e00-8aaa-000000000001
                 */
                subscriptionId?: string;
                /**
                 * @description Lists only operations in resource groups with this name.
                 * @example rg-prod-weu
                 */
                resourceGroupName?: string;
                /**
                 * @description Lists only operations of clusters with this name.
                 * @example aks-prod-weu
                 */
                resourceName?: string;
                /**
                 * @description The largest number of operations on a page.
                 * @example 10
                 */
                top?: number;
                /** @description The `continuationToken` of the previous page. */
                continuationToken?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the operations. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    registerOperation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegistrationByParts"] | components["schemas"]["RegistrationById"] | components["schemas"]["RegistrationByUrl"];
            };
        };
        responses: {
            /** @description It was tracked already. */
            200: {
                headers: {
                    /** @description The path to get it again. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            /** @description It is tracked from now on. */
            201: {
                headers: {
                    /** @description The path to get it again. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operation"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `trackingId` that registering answered.
                 * @example dede0000-5ca1-4e00-8aaa-000000000001.885d37a75f0e17533f91e4e436cb14af
                 */
                trackingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operation. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationWithHistory"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    untrackOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `trackingId` that registering answered.
                 * @example dede0000-5ca1-4e00-8aaa-000000000001.885d37a75f0e17533f91e4e436cb14af
                 */
                trackingId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is forgotten. No message about it comes after this. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listWatches: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All watches. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    createWatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WatchOrder"];
            };
        };
        responses: {
            /** @description It was watched already. */
            200: {
                headers: {
                    /** @description The path to get it again. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watch"];
                };
            };
            /** @description It is watched from now on. */
            201: {
                headers: {
                    /** @description The path to get it again. */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Watch"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `watchId` that creating answered.
                 * @example dede0000-5ca1-4e00-8aaa-000000000001.4aa15ea4273d00178fa5feb875ec49dc
                 */
                watchId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The watch. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WatchWithClusters"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteWatch: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The `watchId` that creating answered.
                 * @example dede0000-5ca1-4e00-8aaa-000000000001.4aa15ea4273d00178fa5feb875ec49dc
                 */
                watchId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The watch is deleted. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    listChannels: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All channels. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelList"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    retryChannel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The channel’s name, in upper or lower case.
                 * @example default
                 */
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next tick tries it. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Channel"];
                };
            };
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["Unavailable"];
        };
    };
    health: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The app works, or it has just started. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            403: components["responses"]["Forbidden"];
            /** @description The app does not work; `reasons` says why. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    doctor: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["DoctorOrder"];
            };
        };
        responses: {
            /** @description No check failed. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorReport"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["Unauthorized"];
            403: components["responses"]["Forbidden"];
            411: components["responses"]["LengthRequired"];
            413: components["responses"]["TooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            500: components["responses"]["InternalError"];
            /** @description A check failed; the report says which. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoctorReport"];
                };
            };
        };
    };
    openapi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenApiDocument"];
                };
            };
            403: components["responses"]["Forbidden"];
        };
    };
}
