/** An explanation of the table as it has to be: bodies that people meet, and words of what they are told. */
export interface Met {
  /** All codes that lead there, those that others share too. */
  readonly codes: string;
  /** Messages that come with one of the codes, as Microsoft's pages show them; each leads there by itself. */
  readonly messages: readonly string[];
  /** Words that only its cause has. */
  readonly cause: string;
  /** Words that only its step has, or those that say the same. */
  readonly step: string;
  /** What the command looks at. */
  readonly command: string;
}

/** How the script that makes a machine a node says that it failed: the extension's words, and the script's own. */
const cse = (status: number): string[] => [
  `VM has reported a failure when processing extension 'vmssCSE'. Error message: "Enable failed: failed to execute command: command terminated with exit status=${status}\n[stdout]\n"`,
  `VM has reported a failure when processing extension 'vmssCSE'. Error message: "[stdout] { "ExitCode": "${status}", "Output": "", "ExecDuration": "10" }"`,
];

/** In the order of the table. */
export const met: readonly Met[] = [
  {
    codes: 'AADSTS7000215 ServicePrincipalValidationClientError',
    messages: ['Invalid client secret is provided. Trace ID: 0000'],
    cause: 'does not accept the client secret',
    step: 'which service principal the cluster uses',
    command: 'servicePrincipalProfile.clientId -o tsv',
  },
  {
    codes: 'AADSTS7000222 BadRequest InvalidClientSecret',
    messages: [
      'The credentials in ServicePrincipalProfile were invalid. Please see https://aka.ms/aks-sp-help for more details.',
    ],
    cause: 'usually because its client secret has expired',
    step: 'when its secrets end',
    command: 'az ad app credential list',
  },
  {
    codes: 'AgentPoolK8sVersionNotSupported K8sVersionNotSupported',
    messages: ['Version 1.27.9 is not supported in this region.'],
    cause: 'does not support this Kubernetes version in the region',
    step: 'which versions the cluster can be upgraded to',
    command: 'az aks get-upgrades',
  },
  {
    codes: 'AKSCapacityError AksCapacityHeavyUsage',
    messages: ['AKS is experiencing heavy usage in region westeurope.'],
    cause: 'AKS itself is short of capacity',
    step: 'try again later, or use another region',
    command: '--query location',
  },
  {
    codes: 'AKSOperationPreempted',
    messages: ['This operation has been preempted by another operation with ID 0c6d4f0e.'],
    cause: 'A newer operation on the cluster took the place',
    step: 'when nothing does, this operation can be started again',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'AKSOperationPreemptedByDelete',
    messages: ['This operation has been preempted by a delete operation.'],
    cause: 'A delete operation took the place',
    step: 'whether the cluster or node pool is meant to be deleted',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'AllocationFailed',
    messages: ['The VM allocation failed due to an internal error. Please retry later.'],
    cause: 'could not allocate virtual machines for the nodes',
    step: 'which VM sizes the node pools ask for',
    command: 'az aks nodepool list',
  },
  {
    codes: 'AnotherOperationInProgress OperationNotAllowed',
    messages: [
      'Operation is not allowed: Another agentpool operation (Scaling) is in progress, please wait for it to finish before starting a new operation.',
      'The operation cannot be performed as the managed cluster is in Provisioning State (Upgrading).',
    ],
    cause: 'has not ended yet, and blocks this one',
    step: 'wait for it or abort it',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'AttachDiskWhileBeingDetached',
    messages: [
      "Cannot attach data disk 'pvc-1' to VM 'aks-np1-0' because the disk is being detached.",
    ],
    cause: 'while it is still being detached',
    step: 'wait until the disk is free',
    command: 'get volumeattachments',
  },
  {
    codes: 'AuthorizationFailed',
    messages: [
      "The client 'x' with object id 'x' does not have authorization to perform action 'Microsoft.Network/virtualNetworks/subnets/read' over scope '/x'.",
    ],
    cause: 'lacks a role for the action and scope',
    step: 'the one in the message needs a role on that scope',
    command: 'identityProfile.kubeletidentity.objectId',
  },
  {
    codes: 'AvailabilityZoneNotSupported',
    messages: ["The zone(s) '1' for resource 'np1' is not supported."],
    cause: 'not offered in the requested availability zone',
    step: 'its zone restrictions',
    command: 'az vm list-skus',
  },
  {
    codes: 'BadRequest',
    messages: ["The disk pvc-1 is in zone 2, not in the same zone as the VM 'aks-np1-0'."],
    cause: 'in another availability zone than the node',
    step: 'Compare the zones of nodes and volumes',
    command: 'topology.kubernetes.io/zone',
  },
  {
    codes:
      'CannotDeleteLoadBalancerWithPrivateLinkService PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted',
    messages: ['Cannot delete load balancer since it is referenced by a private link service.'],
    cause: 'still has private endpoint connections',
    step: 'who is connected to them',
    command: 'az network private-link-service list',
  },
  {
    codes:
      'CniDownloadTimeoutVMExtensionError ERR_CNI_DOWNLOAD_TIMEOUT VMExtensionError_CniDownloadTimeout VMExtensionProvisioningError',
    messages: cse(41),
    cause: 'could not download the network (CNI) libraries',
    step: 'allow the addresses that AKS requires.',
    command: 'networkProfile.outboundType',
  },
  {
    codes: 'ConflictingUserInput',
    messages: ["Disk 'pvc-1' cannot be attached as the disk is already owned by VM 'aks-np1-0'."],
    cause: 'because another machine owns it',
    step: 'which volumes are attached to which node.',
    command: 'get volumeattachments',
  },
  {
    codes: 'ControlPlaneAddOnsNotReady',
    messages: ['Pods not in Running status: konnectivity-agent, metrics-server'],
    cause: 'system add-ons were not running',
    step: 'which system pods do not run',
    command: 'get pods -n kube-system',
  },
  {
    codes: 'CreateOrUpdateVirtualNetworkLinkFailed',
    messages: ['A virtual network cannot be linked to multiple zones with overlapping namespaces.'],
    cause: 'could not be linked to the virtual network',
    step: 'remove the link to the wrong one',
    command: 'apiServerAccessProfile.privateDnsZone',
  },
  {
    codes: 'CustomPrivateDNSZoneMissingPermissionError',
    messages: [
      'Service principal or user-assigned identity must be given permission to read and write.',
    ],
    cause: 'has no right to read and write its custom private DNS zone',
    step: 'the role Private DNS Zone Contributor',
    command: 'az role assignment list --include-inherited',
  },
  {
    codes: 'DnsServiceIpOutOfServiceCidr',
    messages: ['The specified DNS service IP 10.1.0.10 is not in the service CIDR 10.0.0.0/16.'],
    cause: 'The DNS service IP lies outside',
    step: 'the address must be within the range',
    command: 'dnsServiceIp:dnsServiceIp',
  },
  {
    codes:
      'ERR_K8S_API_SERVER_CONN_FAIL K8SAPIServerConnFailVMExtensionError VMExtensionError_K8SAPIServerConnFail VMExtensionProvisioningError',
    messages: cse(51),
    cause: 'API server on port 443',
    step: 'firewall, NSG, routes and ranges must let the nodes reach it',
    command: 'apiServerAccessProfile.authorizedIpRanges',
  },
  {
    codes:
      'ERR_K8S_API_SERVER_DNS_LOOKUP_FAIL K8SAPIServerDNSLookupFailVMExtensionError VMExtensionError_K8SAPIServerDNSLookupFail VMExtensionProvisioningError',
    messages: cse(52),
    cause: 'could not resolve the name',
    step: 'Resolve the name from a machine',
    command: 'nslookup ',
  },
  {
    codes:
      'ERR_OUTBOUND_CONN_FAIL OutboundConnFailVMExtensionError VMExtensionError_OutboundConnFail VMExtensionProvisioningError',
    messages: cse(50),
    cause: 'such as mcr.microsoft.com',
    step: 'in firewall, proxy, NSG and DNS',
    command: 'networkProfile.outboundType',
  },
  {
    codes: 'ERR_VHD_FILE_NOT_FOUND VMExtensionError_VHDFileNotFound VMExtensionProvisioningError',
    messages: cse(65),
    cause: 'could not reach the Azure addresses',
    step: 'allow the addresses that AKS requires.',
    command: 'networkProfile.outboundType',
  },
  {
    codes: 'ErrCode_InsufficientVCPUQuota OperationNotAllowed QuotaExceeded',
    messages: [
      'Operation could not be completed as it results in exceeding approved standardEv3Family Cores quota.',
      'Operation could not be completed as it results in exceeding quota limits of Core. Maximum allowed: 10.',
    ],
    cause: 'quota in this region is too small',
    step: 'ask for more quota or use fewer or smaller nodes',
    command: 'az vm list-usage',
  },
  {
    codes: 'InsufficientSubnetSize',
    messages: ['Pre-allocated IPs 93 exceeds IPs available 59 in Subnet Cidr 10.1.0.0/26.'],
    cause: 'has no room for the nodes that the operation adds',
    step: 'move to a pool in a larger subnet',
    command: 'maxPods:maxPods',
  },
  {
    codes: 'InternalServerError',
    messages: ['We are unable to serve this request due to an internal error'],
    cause: 'A passing problem inside Azure',
    step: 'what state the cluster is in',
    command: 'state:provisioningState',
  },
  {
    codes:
      'InUseNetworkSecurityGroupCannotBeDeleted InUseSubnetCannotBeDeleted PublicIPAddressCannotBeDeleted',
    messages: ['Public IP address ip-1 can not be deleted since it is still allocated.'],
    cause: 'cannot be deleted because something still uses it',
    step: 'end that use',
    command: 'az resource list',
  },
  {
    codes: 'InUseRouteTableCannotBeDeleted',
    messages: ['Route table rt-1 is in use and cannot be deleted.'],
    cause: 'The route table is still associated',
    step: 'dissociate it from its subnet',
    command: 'az resource list',
  },
  {
    codes: 'InvalidLoadBalancerProfileAllocatedOutboundPorts',
    messages: [
      'Load balancer profile allocated ports 8000 is not in an allowable range given the number of nodes.',
    ],
    cause: 'each address has 64,000 ports',
    step: 'change ports, addresses or nodes',
    command: 'networkProfile.loadBalancerProfile',
  },
  {
    codes: 'InvalidParameter',
    messages: ['The value of parameter agentPoolProfile.count is invalid.'],
    cause: 'is not valid; the message says which',
    step: 'Compare the value in the message with what is configured',
    command: 'az aks show',
  },
  {
    codes: 'InvalidResourceReference',
    messages: [
      'Resource /subscriptions/x/backendAddressPools/kubernetes referenced by np1 was not found.',
    ],
    cause: 'it was changed or deleted by hand',
    step: 'what the node resource group holds.',
    command: 'az resource list',
  },
  {
    codes:
      'InvalidSubscriptionRegistrationState MissingSubscriptionRegistration NoRegisteredProviderFound SubscriptionNotRegistered',
    messages: ["The subscription is not registered to use namespace 'Microsoft.ContainerService'."],
    cause: 'not registered for the resource provider',
    step: 'az provider register changes that',
    command: 'az provider list',
  },
  {
    codes: 'KubernetesAPICallFailed',
    messages: ['Get nodes failed: context deadline exceeded'],
    cause: 'after a start it means that the cluster did not come up',
    step: 'a start that failed can be tried again',
    command: 'power:powerState.code',
  },
  {
    codes: 'LinkedAuthorizationFailed',
    messages: [
      'The client has permission on scope; however, it does not have permission on the linked scope(s).',
    ],
    cause: 'has no right to use the linked resource',
    step: 'needs that action on the linked scope',
    command: 'identityProfile.kubeletidentity.objectId',
  },
  {
    codes:
      'LoadBalancerInUseByVirtualMachineScaleSet NetworkSecurityGroupInUseByVirtualMachineScaleSet',
    messages: [
      'Cannot delete load balancer kubernetes since its child resources are in use by virtual machine scale set.',
    ],
    cause: 'A scale set still uses',
    step: 'Find the scale set that the message names',
    command: 'az resource list',
  },
  {
    codes: 'NodePoolMcVersionIncompatible',
    messages: ['Node pool version 1.28.9 and control plane version 1.32.1 are incompatible.'],
    cause: 'too far behind the control plane',
    step: 'bring the pools to one that fits',
    command: 'az aks nodepool list',
  },
  {
    codes: 'NodesNotReady',
    messages: ['1 nodes are not ready: aks-np1-0'],
    cause: 'Nodes did not become ready',
    step: 'which nodes are not ready; describe one',
    command: 'get nodes -o wide',
  },
  {
    codes: 'NotFound ResourceNotFound',
    messages: ['The agent pool np9 was not found.'],
    cause: 'Something that the operation needs was not found',
    step: 'See which node pools there are',
    command: 'az aks nodepool list',
  },
  {
    codes: 'OperationCanceled',
    messages: ['The operation was canceled by the user.'],
    cause: 'does not roll back',
    step: 'what state the node pools were left in',
    command: 'az aks nodepool list',
  },
  {
    codes: 'OperationNotAllowed',
    messages: ['Operation is not allowed since deletion was issued on the managed cluster.'],
    cause: 'until that ends nothing else is allowed',
    step: 'how far the deletion is',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'OperationNotAllowed',
    messages: ['The managed cluster is not currently running. Start it first.'],
    cause: 'The cluster is not running',
    step: 'start the cluster first',
    command: 'power:powerState.code',
  },
  {
    codes: 'OperationNotAllowed',
    messages: [
      'Upgrading Kubernetes version 1.29.9 to 1.31.6 is not allowed. Available upgrades: [1.30.14].',
    ],
    cause: 'one minor version at a time',
    step: 'which versions the cluster can be upgraded to',
    command: 'az aks get-upgrades',
  },
  {
    codes: 'OperationNotAllowed',
    messages: [
      'The maximum number of data disks allowed to be attached to a VM of this size is 8.',
    ],
    cause: 'cannot hold more data disks',
    step: 'how many volumes each node has',
    command: 'get volumeattachments',
  },
  {
    codes:
      'OrasPullNetworkTimeoutVMExtensionError VMExtensionError_OrasPullNetworkTimeout VMExtensionProvisioningError',
    messages: cse(211),
    cause: 'could not reach the container registry',
    step: 'check its cache rule',
    command: '--query bootstrapProfile',
  },
  {
    codes:
      'OrasPullUnauthorizedVMExtensionError VMExtensionError_OrasPullUnauthorized VMExtensionProvisioningError',
    messages: cse(212),
    cause: 'were refused by the container registry',
    step: 'needs the role AcrPull',
    command: 'bootstrap:bootstrapProfile',
  },
  {
    codes: 'OSProvisioningTimedOut VMStartTimedOut',
    messages: ["OS Provisioning for VM 'aks-np1-0' did not finish in the allotted time."],
    cause: 'did not come up in the time that Azure allows',
    step: 'which nodes are there and ready',
    command: 'get nodes -o wide',
  },
  {
    codes: 'OutboundConnectivityNotEnabledOnVM OutboundConnectivityNotEnabledOnVMSS',
    messages: ['No outbound connectivity configured for the scale set aks-np1-vmss.'],
    cause: 'have no outbound access configured',
    step: 'give them a NAT gateway, load balancer or route',
    command: 'networkProfile.outboundType',
  },
  {
    codes: 'OverconstrainedAllocationRequest',
    messages: [
      'Allocation failed. VM(s) with the following constraints cannot be allocated: Networking Constraints.',
    ],
    cause: 'No machine meets everything',
    step: 'drop a constraint',
    command: 'availabilityZones',
  },
  {
    codes: 'PodDrainFailure UpgradeFailed',
    messages: [
      "Cannot evict pod as it would violate the pod's disruption budget.",
      'This is often caused by a restrictive Pod Disruption Budget (PDB) policy.',
      'Drain node aks-user-31284417-vmss000004 failed when evicting pod checkout-7d9f.',
    ],
    cause: 'could not be evicted from a node that was being drained',
    step: 'Find the budgets with 0 allowed disruptions',
    command: 'get pdb -A',
  },
  {
    codes: 'PropertyChangeNotAllowed',
    messages: ["Changing property 'osDisk.managedDisk' is not allowed."],
    cause: 'a property that cannot be changed',
    step: 'often a new pool is the way',
    command: 'az aks nodepool list',
  },
  {
    codes: 'PublicIPCountLimitReached',
    messages: [
      'Cannot create more than 1000 public IP addresses for this subscription in this region.',
    ],
    cause: 'as many public IP addresses in this region as it may have',
    step: 'Compare use and limit of public IP addresses',
    command: 'az network list-usages',
  },
  {
    codes: 'ReadOnlyDisabledSubscription',
    messages: ['The subscription is disabled and therefore marked as read only.'],
    cause: 'The subscription is disabled and read-only',
    step: 'See the state of the subscription',
    command: 'az account show',
  },
  {
    codes: 'ReconcileVMSSAgentPoolFailed',
    messages: ['Unable to reconcile the agent pool.'],
    cause: "could not bring a node pool's scale set",
    step: 'the activity log may say more',
    command: 'az aks nodepool list',
  },
  {
    codes: 'RegionDoesNotAllowProvisioning',
    messages: ['The location westeurope is currently not accepting creation of new customers.'],
    cause: 'does not let this subscription create such resources',
    step: 'ask Azure support for region access',
    command: '--query location',
  },
  {
    codes: 'RequestDisallowedByPolicy',
    messages: ["Resource 'MC_rg' was disallowed by policy."],
    cause: 'An Azure Policy of the subscription forbids',
    step: 'comply with it, or ask for an exemption',
    command: 'az policy assignment list --disable-scope-strict-match',
  },
  {
    codes: 'ReservedResourceName',
    messages: ['The resource name MICROSOFT-aks is a trademarked or reserved word.'],
    cause: 'holds a trademarked or reserved word',
    step: 'this one needs another name',
    command: 'az aks list',
  },
  {
    codes: 'ResourceGroupBeingDeleted',
    messages: [
      "The resource group 'rg-prod' is in deprovisioning state and cannot perform this operation.",
    ],
    cause: 'The resource group is being deleted',
    step: "whether the cluster's resource group is still there",
    command: 'az group show',
  },
  {
    codes: 'ResourceGroupNotFound',
    messages: ["Resource group 'MC_rg' could not be found."],
    cause: 'does not exist in this subscription',
    step: "whether the cluster's node resource group is there",
    command: 'az group exists',
  },
  {
    codes: 'ResourceGroupNotFound',
    messages: [
      "Unable to get log analytics workspace info. Resource group 'rg-logs' could not be found.",
    ],
    cause: 'monitoring add-on is gone',
    step: 'which workspace the add-on needs',
    command: 'addonProfiles.omsagent',
  },
  {
    codes: 'ResourceQuotaExceeded',
    messages: [
      "The resource group has exceeded its quota for type 'Microsoft.Network/publicIPAddresses'.",
    ],
    cause: 'would create more resources of one kind',
    step: 'remove what is not needed',
    command: 'az resource list',
  },
  {
    codes: 'ResourceUpdateBlockedOnPlatformUpdate',
    messages: ['The resource is being updated by the platform.'],
    cause: 'Azure is updating its own platform',
    step: 'See the state of the node pools',
    command: 'az aks nodepool list',
  },
  {
    codes: 'ScopeLocked',
    messages: [
      "The scope '/subscriptions/x' cannot perform write operation because following scope(s) are locked.",
    ],
    cause: 'A resource lock forbids',
    step: 'Find the lock',
    command: 'az lock list',
  },
  {
    codes: 'ServiceCidrOverlapExistingSubnetsCidr',
    messages: [
      'The specified service CIDR 10.0.0.0/16 is conflicted with an existing subnet CIDR 10.0.4.0/24',
    ],
    cause: 'overlaps a subnet of its virtual network',
    step: 'change or remove the subnet that overlaps it',
    command: 'networkProfile.serviceCidr',
  },
  {
    codes: 'InvalidParameter SkuNotAvailable',
    messages: ['The requested VM size Standard_D4s_v3 is not available in the current region.'],
    cause: 'is not available to this subscription',
    step: 'choose one without',
    command: 'az vm list-skus',
  },
  {
    codes: 'SubnetIsDelegated',
    messages: ['The subnet snet-aks is delegated and cannot be used by this resource.'],
    cause: 'is delegated to another Azure service',
    step: 'end its delegation',
    command: 'subnet:vnetSubnetId',
  },
  {
    codes: 'SubnetIsFull',
    messages: [
      "Subnet snet-aks with address prefix 10.1.0.0/24 doesn't have enough capacity for IP addresses.",
    ],
    cause: 'too few free IP addresses',
    step: 'free addresses by fewer nodes',
    command: 'subnet:vnetSubnetId',
  },
  {
    codes: 'SubnetWithExternalResourcesCannotBeUsedByOtherResources',
    messages: ['Subnet snet-aks contains external resources.'],
    cause: 'already holds resources of another service',
    step: 'remove the other resource',
    command: 'subnet:vnetSubnetId',
  },
  {
    codes: 'SubscriptionRequestsThrottled TooManyRequestsReceived',
    messages: [
      'Number of requests for subscription x exceeded the limit. Please try again after 17 seconds.',
    ],
    cause: "the subscription's callers send too many",
    step: 'find who calls so often',
    command: 'state:provisioningState',
  },
  {
    codes: 'Throttled',
    messages: ['The request was throttled; retry after 60 seconds.'],
    cause: 'too many operations or lists in a short time',
    step: 'space operations out',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'UnsatisfiablePDB',
    messages: [
      "1 error occurred:\n\t* PDB payments/checkout-pdb has maxunavailble == 0 can't proceed with put operation",
    ],
    cause: 'has maxUnavailable 0',
    step: 'Find the budgets with max unavailable 0',
    command: 'get pdb -A',
  },
  {
    codes: 'UpgradeBlockedOnDeprecatedAPIUsage ValidationError',
    messages: [
      'Control Plane upgrade is blocked due to recent usage of a Kubernetes API deprecated in the specified version.',
    ],
    cause: 'that the new version deprecates or removes',
    step: 'wait 12 hours',
    command: 'apiserver_requested_deprecated_apis',
  },
  {
    codes: 'UpgradeFailed',
    messages: ['Upgrade of the managed cluster failed.'],
    cause: 'The upgrade did not finish',
    step: 'left in a failed state or on the old version',
    command: 'az aks nodepool list',
  },
  {
    codes: 'VirtualNetworkNotInSucceededState',
    messages: ['Virtual network vnet-1 is in Updating state. It needs to be in Succeeded state.'],
    cause: 'AKS can use it only once that state is Succeeded',
    step: 'See the state of the virtual networks',
    command: 'az network vnet list',
  },
  {
    codes: 'VMAgentStatusCommunicationError',
    messages: ["VM 'aks-np1-0' has not reported status for VM agent or extensions."],
    cause: 'has not reported the state of its agent',
    step: 'must be able to reach Azure storage',
    command: 'get nodes -o wide',
  },
  {
    codes: 'VMCannotFitEphemeralOSDisk',
    messages: [
      'OS disk of Ephemeral VM with size greater than 86 GB is not allowed for VM size Standard_D4s_v3.',
    ],
    cause: 'does not fit into the cache or temporary disk',
    step: 'a new pool needs a larger size, a smaller disk',
    command: 'disk:osDiskType',
  },
  {
    codes: 'VMExtensionError_K8SDownloadTimeout VMExtensionProvisioningError',
    messages: cse(31),
    cause: 'could not download the Kubernetes binaries',
    step: 'allow HTTPS to the host that the message names',
    command: 'networkProfile.outboundType',
  },
  {
    codes: 'VMExtensionHandlerNonTransientError VMExtensionProvisioningError',
    messages: [
      "Handler 'x' has reported failure for VM Extension 'vmssCSE' with terminal error code '1009'.",
    ],
    cause: 'A VM extension failed on a node',
    step: 'Look for the exit status in the message',
    command: 'az aks nodepool list',
  },
  {
    codes: 'VMExtensionProvisioningTimeout',
    messages: ["Provisioning of VM extension 'vmssCSE' has timed out."],
    cause: 'Setting up a node took too long',
    step: 'check that firewall and DNS let them reach what AKS requires',
    command: 'networkProfile.outboundType',
  },
  {
    codes: 'WINDOWS_CSE_ERROR_CHECK_API_SERVER_CONNECTIVITY',
    messages: ['Unable to establish connection from agents to Kubernetes API server.'],
    cause: 'New Windows nodes could not connect',
    step: 'NSG, firewall and ranges must let the nodes reach it',
    command: 'apiServerAccessProfile.authorizedIpRanges',
  },
  {
    codes: 'ZonalAllocationFailed',
    messages: [
      'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.',
    ],
    cause: 'too little capacity for this VM size',
    step: 'upgrade with max unavailable',
    command: 'availabilityZones',
  },
];
