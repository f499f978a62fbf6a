/**
 * What Microsoft publishes of the resource types that the templates use: Azure/bicep-types-az,
 * `generated/<provider>/<namespace>/<api-version>/types.md`, all read in November 2026. Of large types not every path is here: look one up there, and add it.
 */
export interface Published {
  /** Paths that may be written; `a.*` stands for any name below `a`. */
  readonly writable: readonly string[];
  /** Paths that must be written. */
  readonly required: readonly string[];
  /** Paths that other resources may read. */
  readonly readable?: readonly string[];
  /** What a path may be, where that is limited. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
}

const words = (text: string): string[] => text.trim().split(/\s+/);
const below = (path: string, names: string): string[] => [
  path,
  ...words(names).map((name) => `${path}.${name}`),
];
const tracked = ['name', 'location', 'tags', 'tags.*'];
const child = ['parent', 'name'];

/** By type and api-version. */
export const published: Readonly<Record<string, Published>> = {
  'Microsoft.Resources/resourceGroups@2024-03-01': {
    writable: [...tracked, 'managedBy', 'properties'],
    required: ['name', 'location'],
  },
  'Microsoft.ContainerService/managedClusters@2024-09-01': {
    // Only referred to.
    writable: ['name'],
    required: ['name'],
  },
  'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31': {
    writable: tracked,
    required: ['name', 'location'],
    readable: ['properties.clientId', 'properties.principalId', 'properties.tenantId'],
  },
  'Microsoft.Authorization/roleAssignments@2022-04-01': {
    writable: [
      'name',
      'scope',
      ...below(
        'properties',
        'condition conditionVersion delegatedManagedIdentityResourceId description principalId principalType roleDefinitionId',
      ),
    ],
    required: ['name', 'properties.principalId', 'properties.roleDefinitionId'],
    values: {
      'properties.principalType': words('Device ForeignGroup Group ServicePrincipal User'),
    },
  },
  'Microsoft.Storage/storageAccounts@2024-01-01': {
    writable: [
      ...tracked,
      'kind',
      'sku',
      'sku.name',
      ...below(
        'properties',
        `accessTier allowBlobPublicAccess allowCrossTenantReplication allowSharedKeyAccess allowedCopyScope
         defaultToOAuthAuthentication dnsEndpointType encryption isLocalUserEnabled keyPolicy minimumTlsVersion
         networkAcls publicNetworkAccess routingPreference sasPolicy supportsHttpsTrafficOnly`,
      ),
    ],
    required: ['name', 'location', 'kind', 'sku.name'],
    readable: words(
      'properties.primaryEndpoints.blob properties.primaryEndpoints.queue properties.primaryEndpoints.table',
    ),
    values: {
      // Of what is published: tables need this kind, and these offer nothing older than TLS 1.2.
      kind: ['StorageV2'],
      'sku.name': words('Standard_LRS Standard_ZRS Standard_GRS Standard_GZRS'),
      'properties.minimumTlsVersion': words('TLS1_2 TLS1_3'),
    },
  },
  'Microsoft.Storage/storageAccounts/blobServices@2024-01-01': {
    writable: [
      ...child,
      ...below(
        'properties',
        `automaticSnapshotPolicyEnabled changeFeed containerDeleteRetentionPolicy cors defaultServiceVersion
         deleteRetentionPolicy isVersioningEnabled lastAccessTimeTrackingPolicy restorePolicy`,
      ),
    ],
    required: child,
    values: { name: ['default'] },
  },
  'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01': {
    writable: [
      ...child,
      ...below(
        'properties',
        `defaultEncryptionScope denyEncryptionScopeOverride enableNfsV3AllSquash enableNfsV3RootSquash
         immutableStorageWithVersioning metadata publicAccess`,
      ),
    ],
    required: child,
    values: { 'properties.publicAccess': words('Blob Container None') },
  },
  'Microsoft.KeyVault/vaults@2024-11-01': {
    writable: [
      ...tracked,
      ...below(
        'properties',
        `accessPolicies createMode enabledForDeployment enabledForDiskEncryption enabledForTemplateDeployment
         enablePurgeProtection enableRbacAuthorization enableSoftDelete networkAcls publicNetworkAccess
         softDeleteRetentionInDays tenantId vaultUri`,
      ),
      ...below('properties.sku', 'family name'),
    ],
    required: words('name location properties.tenantId properties.sku.family properties.sku.name'),
    readable: ['properties.vaultUri'],
    values: { 'properties.sku.family': ['A'], 'properties.sku.name': words('premium standard') },
  },
  'Microsoft.KeyVault/vaults/secrets@2024-11-01': {
    writable: [...child, 'tags', ...below('properties', 'attributes contentType value')],
    required: [...child, 'properties'],
    readable: ['properties.secretUri', 'properties.secretUriWithVersion'],
  },
  'Microsoft.OperationalInsights/workspaces@2025-02-01': {
    writable: [
      ...tracked,
      ...below(
        'properties',
        `defaultDataCollectionRuleResourceId failover features forceCmkForQuery publicNetworkAccessForIngestion
         publicNetworkAccessForQuery replication retentionInDays workspaceCapping`,
      ),
      ...below('properties.sku', 'capacityReservationLevel name'),
    ],
    required: ['name', 'location', 'properties.sku.name'],
    // Of what is published: the others are no longer sold.
    values: { 'properties.sku.name': words('CapacityReservation PerGB2018') },
  },
  'Microsoft.Insights/components@2020-02-02': {
    writable: [
      ...tracked,
      'kind',
      ...below(
        'properties',
        `Application_Type DisableIpMasking DisableLocalAuth Flow_Type ForceCustomerStorageForProfiler HockeyAppId
         ImmediatePurgeDataOn30Days IngestionMode publicNetworkAccessForIngestion publicNetworkAccessForQuery
         Request_Source RetentionInDays SamplingPercentage WorkspaceResourceId`,
      ),
    ],
    required: words(
      'name location kind properties.Application_Type properties.WorkspaceResourceId',
    ),
    readable: ['properties.ConnectionString'],
    values: { 'properties.Application_Type': words('other web') },
  },
  'Microsoft.Insights/diagnosticSettings@2021-05-01-preview': {
    writable: [
      'name',
      'scope',
      ...below(
        'properties',
        `eventHubAuthorizationRuleId eventHubName logAnalyticsDestinationType logs marketplacePartnerId metrics
         serviceBusRuleId storageAccountId workspaceId`,
      ),
      ...below('properties.logs', 'category categoryGroup enabled retentionPolicy'),
    ],
    required: words('name properties.logs.enabled'),
    // Of a Key Vault (learn.microsoft.com/azure/key-vault/general/logging).
    values: { 'properties.logs.category': words('AuditEvent AzurePolicyEvaluationDetails') },
  },
  'Microsoft.Insights/actionGroups@2023-01-01': {
    writable: [
      ...tracked,
      ...below(
        'properties',
        'armRoleReceivers emailReceivers enabled groupShortName smsReceivers webhookReceivers',
      ),
      ...below('properties.emailReceivers', 'emailAddress name useCommonAlertSchema'),
    ],
    required: words(
      `name location properties.enabled properties.groupShortName properties.emailReceivers.name
       properties.emailReceivers.emailAddress`,
    ),
  },
  'Microsoft.Insights/webtests@2022-06-15': {
    writable: [
      ...tracked,
      'kind',
      ...below(
        'properties',
        'Configuration Description Enabled Frequency Kind Locations Name RetryEnabled SyntheticMonitorId Timeout',
      ),
      'properties.Locations.Id',
      ...below(
        'properties.Request',
        'FollowRedirects Headers HttpVerb ParseDependentRequests RequestBody RequestUrl',
      ),
      ...below(
        'properties.ValidationRules',
        'ContentValidation ExpectedHttpStatusCode IgnoreHttpStatusCode SSLCertRemainingLifetimeCheck SSLCheck',
      ),
    ],
    required: words(
      'name location properties.Kind properties.Locations properties.Name properties.SyntheticMonitorId',
    ),
    values: {
      kind: words('multistep ping standard'),
      'properties.Kind': words('multistep ping standard'),
    },
  },
  'Microsoft.Insights/metricAlerts@2018-03-01': {
    writable: [
      ...tracked,
      ...below(
        'properties',
        `actions autoMitigate description enabled evaluationFrequency scopes severity targetResourceRegion
         targetResourceType windowSize`,
      ),
      'properties.actions.actionGroupId',
      ...below('properties.criteria', 'componentId failedLocationCount odata.type webTestId'),
    ],
    required: words(
      `name location properties.criteria.odata.type properties.criteria.componentId
       properties.criteria.failedLocationCount properties.criteria.webTestId properties.enabled
       properties.evaluationFrequency properties.scopes properties.severity properties.windowSize`,
    ),
    values: {
      'properties.criteria.odata.type': [
        'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria',
      ],
    },
  },
  'Microsoft.Insights/scheduledQueryRules@2023-12-01': {
    writable: [
      ...tracked,
      'kind',
      ...below(
        'properties',
        `autoMitigate checkWorkspaceAlertsStorageConfigured description displayName enabled evaluationFrequency
         muteActionsDuration overrideQueryTimeRange ruleResolveConfiguration scopes severity skipQueryValidation
         targetResourceTypes windowSize`,
      ),
      ...below('properties.actions', 'actionGroups actionProperties customProperties'),
      'properties.criteria',
      ...below(
        'properties.criteria.allOf',
        'dimensions metricMeasureColumn metricName operator query resourceIdColumn threshold timeAggregation',
      ),
      ...below(
        'properties.criteria.allOf.failingPeriods',
        'minFailingPeriodsToAlert numberOfEvaluationPeriods',
      ),
    ],
    required: words(
      `name location properties properties.evaluationFrequency properties.severity properties.windowSize
       properties.criteria.allOf.operator properties.criteria.allOf.threshold properties.criteria.allOf.timeAggregation`,
    ),
    values: {
      kind: words('LogAlert LogToMetric'),
      'properties.criteria.allOf.operator': words(
        'Equals GreaterThan GreaterThanOrEqual LessThan LessThanOrEqual',
      ),
      'properties.criteria.allOf.timeAggregation': words('Average Count Maximum Minimum Total'),
    },
  },
  'Microsoft.Web/serverfarms@2024-04-01': {
    writable: [
      ...tracked,
      'kind',
      ...below('sku', 'capabilities capacity family locations name size skuCapacity tier'),
      ...below('properties', 'reserved'),
    ],
    required: ['name', 'location'],
    values: { 'sku.name': ['FC1'], 'sku.tier': ['FlexConsumption'] },
  },
  'Microsoft.Web/sites@2024-04-01': {
    writable: [
      ...tracked,
      'kind',
      'dependsOn',
      ...below('identity', 'type userAssignedIdentities userAssignedIdentities.*'),
      ...below(
        'properties',
        `clientAffinityEnabled clientCertEnabled clientCertMode enabled endToEndEncryptionEnabled httpsOnly ipMode
         keyVaultReferenceIdentity publicNetworkAccess reserved serverFarmId virtualNetworkSubnetId
         vnetImagePullEnabled vnetRouteAllEnabled`,
      ),
      ...below(
        'properties.siteConfig',
        'appSettings cors ftpsState http20Enabled ipSecurityRestrictions minTlsVersion scmMinTlsVersion',
      ),
      'properties.functionAppConfig',
      ...below('properties.functionAppConfig.runtime', 'name version'),
      ...below(
        'properties.functionAppConfig.scaleAndConcurrency',
        'alwaysReady instanceMemoryMB maximumInstanceCount triggers',
      ),
      'properties.functionAppConfig.deployment',
      ...below('properties.functionAppConfig.deployment.storage', 'type value'),
      ...below(
        'properties.functionAppConfig.deployment.storage.authentication',
        'storageAccountConnectionStringName type userAssignedIdentityResourceId',
      ),
    ],
    required: ['name', 'location'],
    readable: ['properties.defaultHostName'],
    values: {
      'identity.type': ['UserAssigned'],
      'properties.functionAppConfig.runtime.name': words(
        'custom dotnet-isolated java node powershell python',
      ),
      'properties.functionAppConfig.deployment.storage.type': ['blobContainer'],
      'properties.functionAppConfig.deployment.storage.authentication.type': words(
        'StorageAccountConnectionString SystemAssignedIdentity UserAssignedIdentity',
      ),
      'properties.siteConfig.minTlsVersion': words('1.2 1.3'),
    },
  },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01': {
    writable: [...child, 'dependsOn', 'kind', ...below('properties', 'allow')],
    required: [...child, 'properties.allow'],
    values: { name: words('ftp scm') },
  },
  'Microsoft.Web/sites/config@2024-04-01': {
    writable: [...child, 'dependsOn', 'kind', 'properties', 'properties.*'],
    required: child,
    values: { name: ['appsettings'] },
  },
};

/** Built-in roles that the app may hold (learn.microsoft.com/azure/role-based-access-control/built-in-roles). */
export const builtInRoles: Readonly<Record<string, string>> = {
  keyVaultSecretsUser: '4633458b-17de-408a-b874-0445c86b69e6',
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb',
  reader: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
};
