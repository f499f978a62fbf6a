/** An explanation of the table as it has to be: bodies that people meet, and words of what they are told. */
export interface Met {
  /** All codes that lead there, those that others share too; any other code does where the words alone tell it. */
  readonly codes: string;
  /** Messages that come with one of the codes, as Microsoft's pages and users show them, each with its title. */
  readonly messages: readonly (readonly [message: string, title: string])[];
  /** Words that only its cause has. */
  readonly cause: string;
  /** Words that only its step has. */
  readonly step: string;
  /** What the command looks at. */
  readonly command: string;
}

/** How the script that makes a machine a node says that it failed: the extension's words, and the script's own. */
const ended = (status: number): string =>
  `VM has reported a failure when processing extension 'vmssCSE'. Error message: "Enable failed: failed to execute command: command terminated with exit status=${status}\n[stdout]\n"`;
const reported = (status: number): string =>
  `VM has reported a failure when processing extension 'vmssCSE'. Error message: "[stdout] { "ExitCode": "${status}", "Output": "", "ExecDuration": "10" }"`;

/** In the order of the table. */
export const met: readonly Met[] = [
  {
    codes:
      'AADSTS700016 SearchServicePrincipalError ServicePrincipalNotFound ServicePrincipalNotFoundTimedoutError',
    messages: [
      [
        `Response body: {"error":"unauthorized_client","error_description":"AADSTS700016: Application with identifier '33333333-aaaa-bbbb-cccc-000000000009' was not found in the directory 'x'."}`,
        'service principal not found',
      ],
      [
        'Service principal clientID: x not found in Active Directory tenant y',
        'service principal not found',
      ],
    ],
    cause: 'Microsoft Entra ID does not find',
    step: 'Check that it exists (az ad',
    command: 'az aks show',
  },
  {
    codes: 'AADSTS7000215 ServicePrincipalValidationClientError',
    messages: [
      [
        'Invalid client secret is provided. Trace ID: 0000',
        "service principal's secret not accepted",
      ],
    ],
    cause: 'Microsoft Entra ID does not accept',
    step: 'Reset its secret, give the cluster',
    command: 'az aks show',
  },
  {
    codes: 'AADSTS7000222 InvalidClientSecret',
    messages: [
      [
        'The credentials in ServicePrincipalProfile were invalid. Please see https://aka.ms/aks-sp-help for more details.',
        "service principal's secret expired",
      ],
      [
        'The credentials in ServicePrincipalProfile were invalid. (Details: adal: Refresh request failed. Status Code = \'401\'. Response body: {"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys for app \'0b5ec6f1-0000-4000-8000-000000000009\' are expired."})',
        "service principal's secret expired",
      ],
    ],
    cause: 'has expired',
    step: 'Reset the secret, give it to',
    command: 'az ad app credential list',
  },
  {
    codes: 'AgentCountNotMatch',
    messages: [
      ['Expected 5 agents in pool np1, found 7.', 'machine count differs from node count'],
    ],
    cause: 'The number of virtual machines is',
    step: 'Turn off what scales it besides',
    command: 'az monitor autoscale list',
  },
  {
    codes: 'AgentPoolK8sVersionNotSupported K8sVersionNotSupported',
    messages: [
      [
        'aks-prod is on version 1.25.6 which is not supported in this region. Please use [az aks get-versions] command to get the supported version list in this region.',
        'Kubernetes 1.25.6 not supported',
      ],
    ],
    cause: 'AKS does not support Kubernetes 1.25.6',
    step: 'version that the command shows, then',
    command: 'az aks get-upgrades',
  },
  {
    codes: 'AgentPoolNotFound NotFound ResourceNotFound',
    messages: [['The agent pool np9 was not found.', 'np9 not found']],
    cause: 'Something that the operation needs was',
    step: 'Restore it or correct its name',
    command: 'az monitor activity-log list',
  },
  {
    codes:
      'AgentPoolOperationError CreateVMASAgentPoolFailed CreateVMSSAgentPoolFailed DeleteVMSSAgentPoolFailed ManagedClusterStartError ManagedClusterStopError ReconcileAgentPoolFailed ReconcileVMSSAgentPoolFailed RotateClusterCertificatesError ScaleError ScaleVMASAgentPoolFailed ScaleVMSSAgentPoolFailed UpdateVMSSAgentPoolFailed UpgradeFailed UpgradeVMASAgentPoolFailed UpgradeVMSSAgentPoolFailed',
    messages: [
      ['Unable to reconcile the agent pool.', "Azure's reason is below"],
      ['', 'Azure gives no reason'],
    ],
    cause: 'The code names only the step',
    step: ' again',
    command: 'az monitor activity-log list',
  },
  {
    codes: 'AgentPoolUpgradeVersionNotAllowed',
    messages: [
      [
        'Node pool np1 cannot be upgraded to 1.33.2: its version may not be higher than the control plane.',
        'the pool cannot go to this version',
      ],
    ],
    cause: 'The node pool cannot be upgraded',
    step: 'version that the command shows, or',
    command: 'az aks nodepool list',
  },
  {
    codes:
      'AKSCapacityError AksCapacityHeavyUsage AZUnderlaysOverConstrained RegionOverConstrained UnderlaysOverConstrained',
    messages: [
      [
        'AKS is experiencing heavy usage in region westeurope.',
        'AKS has no capacity in westeurope',
      ],
    ],
    cause: 'AKS itself is short of capacity',
    step: 'Try again later, or use another',
    command: 'az aks show',
  },
  {
    codes: 'AKSOperationPreempted OperationPreempted',
    messages: [
      [
        'This operation has been preempted by another operation with ID 0c6d4f0e-0000-4000-8000-000000000007',
        'preempted by a newer operation',
      ],
    ],
    cause: 'The operation 0c6d4f0e-0000-4000-8000-000000000007, which was started',
    step: 'Wait for the newer one to',
    command: 'az aks operation show',
  },
  {
    codes: 'AKSOperationPreemptedByDelete',
    messages: [
      ['This operation has been preempted by Deleting operation.', 'preempted by a deletion'],
    ],
    cause: 'A delete operation took the place',
    step: 'Make sure that the cluster or',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'AllocationFailed',
    messages: [
      [
        'The VM allocation failed due to an internal error. Please retry later.',
        'no capacity for the VM size',
      ],
    ],
    cause: 'Azure could not allocate virtual machines',
    step: 'Try later, or use a pool',
    command: 'az aks nodepool list',
  },
  {
    codes: 'AnotherOperationInProgress OperationNotAllowed',
    messages: [
      [
        'Operation is not allowed: Another agentpool operation (Scaling) is in progress, please wait for it to finish before starting a new operation. See https://aka.ms/aks-pending-operation for more details',
        'another operation is still scaling',
      ],
      [
        'Managed Cluster operation is not allowed: Another operation (Upgrading) is in progress on agent pool (np2), please wait for it to finish before starting a new operation.',
        'pool np2 is still upgrading',
      ],
      [
        'Operation is not allowed: Another operation (np3 - Updating) is in progress, please wait for it to finish before starting a new operation.',
        'pool np3 is still updating',
      ],
      [
        "managed cluster is in Provisioning State(Updating) and Power State(Running), starting cannot be performed The previous operation started at '2024-02-21T13:33:55Z'",
        'another operation is still updating',
      ],
    ],
    cause: 'AKS refuses this',
    step: 'Wait until it has ended, or',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'AttachDiskWhileBeingDetached',
    messages: [
      [
        "Cannot attach data disk 'pvc-1' to VM 'aks-np1-0' because the disk is being detached.",
        'disk is still being detached',
      ],
    ],
    cause: 'data disk cannot be attached while',
    step: 'Wait until the disk is free',
    command: 'get volumeattachments',
  },
  {
    codes: 'AuthorizationFailed',
    messages: [
      [
        "The client '6a0c5d40-0000-4000-8000-000000000003' with object id '6a0c5d40-0000-4000-8000-000000000003' does not have authorization to perform action 'Microsoft.Network/virtualNetworks/subnets/read' over scope '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/hub' or the scope is invalid.",
        'identity lacks virtualNetworks/subnets/read',
      ],
    ],
    cause: 'The identity 6a0c5d40-0000-4000-8000-000000000003 has no right',
    step: 'that identity a role with this',
    command: 'az role assignment list',
  },
  {
    codes: 'AvailabilityZoneNotSupported',
    messages: [
      ["The zone(s) '1' for resource 'np1' is not supported.", 'VM size not offered in this zone'],
    ],
    cause: 'The VM size is not offered',
    step: 'Choose a zone in which the',
    command: 'az aks nodepool show',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        "The disk pvc-1 is in zone 2, not in the same zone as the VM 'aks-np1-0'.",
        'disk and node in different zones',
      ],
    ],
    cause: 'A disk is in another availability',
    step: 'Keep pod and disk in one',
    command: 'get nodes -L topology.kubernetes.io/zone',
  },
  {
    codes: 'Canceled OperationCanceled TemplateDeploymentCanceled',
    messages: [['The operation was canceled by the user.', 'canceled']],
    cause: 'The operation was canceled: AKS stops',
    step: 'See what state the node pools',
    command: 'az aks nodepool list',
  },
  {
    codes: 'BadRequest',
    messages: [
      ['Cannot scale cluster autoscaler enabled node pool.', "the pool's autoscaler is on"],
    ],
    cause: 'A node pool cannot be scaled',
    step: "Change the autoscaler's minimum and maximum",
    command: 'az aks nodepool list',
  },
  {
    codes:
      'CannotDeleteLoadBalancerWithPrivateLinkService PrivateLinkServiceWithPrivateEndpointConnectionsCannotBeDeleted',
    messages: [
      [
        'Cannot delete load balancer since it is referenced by a private link service.',
        'private endpoints still connected',
      ],
    ],
    cause: 'A private link service of the',
    step: 'End the connections of the private',
    command: 'az network private-link-service list',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        `Get nodes failed: x509: certificate has expired or is not yet valid: current time 2026-11-01T08:00:00Z is after 2026-10-31T00:00:00Z`,
        'cluster certificates expired',
      ],

      [
        'Current Certificates are expired, please rotate certificate. See https://docs.microsoft.com/azure/aks/certificate-rotation for more information.',
        'cluster certificates expired',
      ],
    ],
    cause: "The cluster's certificates have expired, so",
    step: 'Rotate them with az aks rotate-certs',
    command: 'az aks show',
  },
  {
    codes:
      'CniDownloadTimeoutVMExtensionError ERR_CNI_DOWNLOAD_TIMEOUT VMExtensionError_CniDownloadTimeout',
    messages: [
      [ended(41), 'nodes cannot download the CNI libraries'],
      [reported(41), 'nodes cannot download the CNI libraries'],
    ],
    cause: 'nodes could not download the network',
    step: 'Allow the addresses that AKS requires',
    command: 'az aks check-network outbound',
  },
  {
    codes: 'ConflictingUserInput',
    messages: [
      [
        "Disk 'pvc-1' cannot be attached as the disk is already owned by VM 'aks-np1-0'.",
        'disk belongs to another machine',
      ],
    ],
    cause: 'data disk cannot be attached because',
    step: 'Detach it there; the command shows',
    command: 'get volumeattachments',
  },
  {
    codes: 'ControlPlaneAddOnsNotReady',
    messages: [
      [
        'Pods not in Running status: konnectivity-agent-7d8f, metrics-server-5c9d',
        'system pod konnectivity-agent-7d8f not running',
      ],
      ['Pods not in Running status: kube-proxy-k9lhv', 'system pod kube-proxy-k9lhv not running'],
    ],
    cause: 'not running in time',
    step: "The pod's events say why it",
    command: 'get events -n kube-system',
  },
  {
    codes: 'ControlPlaneAPIServerNotReady',
    messages: [
      ['Could not connect to the API server: dial tcp: i/o timeout', 'API server not reachable'],
    ],
    cause: 'AKS could not connect to the',
    step: 'Check that it answers and that',
    command: 'get --raw',
  },
  {
    codes: 'CreateOrUpdateVirtualNetworkLinkFailed',
    messages: [
      [
        'A virtual network cannot be linked to multiple zones with overlapping namespaces.',
        'private DNS zone cannot be linked',
      ],
    ],
    cause: 'The private DNS zone could not',
    step: 'Remove the link to the wrong',
    command: 'az aks show',
  },
  {
    codes:
      'CreateRoleAssignmentError CreateRoleAssignmentOnMSIError ReconcileAddonIdentityRoleAssignmentError',
    messages: [
      [
        'Unable to assign the role Network Contributor to the identity of the cluster.',
        'role could not be assigned',
      ],
    ],
    cause: 'AKS could not assign a role',
    step: 'Check that who started this may',
    command: 'az aks show',
  },
  {
    codes: 'CustomPrivateDNSZoneMissingPermissionError PrivateDNSZoneAuthorizationFailed',
    messages: [
      [
        'Service principal or user-assigned identity must be given permission to read and write to custom private dns zone /subscriptions/99999999-2222-3333-4444-555555555555/resourceGroups/rg-dns/providers/Microsoft.Network/privateDnsZones/privatelink.northeurope.azmk8s.io. Check access result not allowed for action Microsoft.Network/privateDnsZones/read.',
        'no right on the private DNS zone',
      ],
    ],
    cause: "The cluster's identity may not write",
    step: 'Give it Private DNS Zone Contributor',
    command: 'az role assignment list',
  },
  {
    codes: 'CustomRouteTableMissingPermission CustomRouteTableMissingServicePrincipalPermission',
    messages: [
      [
        'Managed identity or service principle must be given permission to read and write to custom route table /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-net/providers/Microsoft.Network/routeTables/spokert. Please see https://aka.ms/aks/customrt for more information',
        'no right on route table spokert',
      ],
    ],
    cause: "The cluster's identity may not read",
    step: 'Give it Network Contributor on the',
    command: 'az role assignment list',
  },
  {
    codes: 'DnsServiceIpOutOfServiceCidr',
    messages: [
      [
        'The specified DNS service IP 10.1.0.10 is not in the service CIDR 10.0.0.0/16.',
        'DNS service IP outside the service range',
      ],
    ],
    cause: 'The DNS service IP lies outside',
    step: 'Choose an address within the range',
    command: 'az aks show',
  },
  {
    codes:
      'ERR_APT_DAILY_TIMEOUT ERR_APT_DIST_UPGRADE_TIMEOUT ERR_APT_INSTALL_TIMEOUT ERR_APT_UPDATE_TIMEOUT ERR_CONTAINERD_INSTALL_TIMEOUT ERR_MOBY_APT_LIST_TIMEOUT ERR_MOBY_INSTALL_TIMEOUT ERR_MS_PROD_DEB_DOWNLOAD_TIMEOUT ERR_MS_PROD_DEB_PKG_ADD_FAIL ERR_RUNC_INSTALL_TIMEOUT',
    messages: [
      [ended(99), 'node setup: apt-get update did not end in time'],
      [reported(99), 'node setup: apt-get update did not end in time'],
      [ended(9), 'node setup: apt packages were not installed in time'],
      [reported(9), 'node setup: apt packages were not installed in time'],
    ],
    cause: 'ended with exit status',
    step: 'Check that nodes reach the package',
    command: 'az aks check-network outbound',
  },
  {
    codes:
      'ERR_CLOUD_INIT_FAILED ERR_CLOUD_INIT_TIMEOUT ERR_CSE_PROVISION_SCRIPT_NOT_READY_TIMEOUT',
    messages: [
      [ended(100), 'node setup: cloud-init did not place the script in time'],
      [reported(100), 'node setup: cloud-init did not place the script in time'],
    ],
    cause: 'nodes ended with exit status 100',
    step: 'Run it once more, as a',
    command: 'az vmss list',
  },
  {
    codes:
      'ERR_CONTAINERD_CRICTL_IMG_PULL_TIMEOUT ERR_CONTAINERD_CTR_IMG_PULL_TIMEOUT ERR_CONTAINERD_DOWNLOAD_TIMEOUT ERR_CREDENTIAL_PROVIDER_DOWNLOAD_TIMEOUT ERR_CRICTL_DOWNLOAD_TIMEOUT ERR_DOCKER_DOWNLOAD_TIMEOUT ERR_DOCKER_IMG_PULL_TIMEOUT ERR_DOCKER_KEY_DOWNLOAD_TIMEOUT ERR_IMG_DOWNLOAD_TIMEOUT ERR_KATA_KEY_DOWNLOAD_TIMEOUT ERR_MS_GPG_KEY_DOWNLOAD_TIMEOUT ERR_ORAS_DOWNLOAD_ERROR ERR_RUNC_DOWNLOAD_TIMEOUT ERR_SECURE_TLS_BOOTSTRAP_CLIENT_DOWNLOAD_ERROR',
    messages: [
      [ended(70), 'node setup: containerd was not downloaded in time'],
      [reported(70), 'node setup: containerd was not downloaded in time'],
      [ended(71), 'node setup: runc was not downloaded in time'],
      [reported(71), 'node setup: runc was not downloaded in time'],
    ],
    cause: 'was not downloaded in time',
    step: 'Check that firewall, proxy and DNS',
    command: 'az aks check-network outbound',
  },
  {
    codes:
      'ERR_GPU_DEVICE_PLUGIN_START_FAIL ERR_GPU_DOWNLOAD_TIMEOUT ERR_GPU_DRIVERS_INSTALL_TIMEOUT ERR_GPU_DRIVERS_START_FAIL ERR_GPU_INFO_ROM_CORRUPTED ERR_MANAGED_NVIDIA_EXP_INSTALL_FAIL ERR_MISSING_CUDA_PACKAGE ERR_NVIDIA_DCGM_FAIL ERR_NVIDIA_DRIVER_INSTALL',
    messages: [
      [ended(84), 'node setup: the GPU driver could not be started'],
      [reported(84), 'node setup: the GPU driver could not be started'],
      [ended(85), 'node setup: the GPU driver was not installed in time'],
      [reported(85), 'node setup: the GPU driver was not installed in time'],
    ],
    cause: 'the GPU driver',
    step: 'Check that AKS supports the GPU',
    command: 'az aks nodepool list',
  },
  {
    codes: 'ERR_K8S_API_SERVER_AZURE_DNS_LOOKUP_FAIL',
    messages: [
      [ended(53), 'Azure DNS did not resolve the API server'],
      [reported(53), 'Azure DNS did not resolve the API server'],
    ],
    cause: "of the cluster's API server because",
    step: 'Resolve the name from a machine',
    command: 'nslookup',
  },
  {
    codes:
      'ERR_K8S_API_SERVER_CONN_FAIL K8SAPIServerConnFailVMExtensionError VMExtensionError_K8SAPIServerConnFail',
    messages: [
      [ended(51), 'nodes cannot reach the API server'],
      [reported(51), 'nodes cannot reach the API server'],
    ],
    cause: 'New nodes could not connect to',
    step: 'Let firewall, NSG, routes and allowed',
    command: 'az aks show',
  },
  {
    codes:
      'ERR_K8S_API_SERVER_DNS_LOOKUP_FAIL K8SAPIServerDNSLookupFailVMExtensionError VMExtensionError_K8SAPIServerDNSLookupFail',
    messages: [
      [ended(52), "nodes cannot resolve the API server's name"],
      [reported(52), "nodes cannot resolve the API server's name"],
    ],
    cause: "of the cluster's API server; often",
    step: 'Let the DNS servers of the',
    command: 'nslookup',
  },
  {
    codes:
      'ERR_K8S_DOWNLOAD_TIMEOUT K8SDownloadTimeoutVMExtensionError VMExtensionError_K8SDownloadTimeout',
    messages: [
      [ended(31), 'nodes cannot download Kubernetes'],
      [reported(31), 'nodes cannot download Kubernetes'],
    ],
    cause: 'nodes could not download the Kubernetes',
    step: 'Allow HTTPS from the nodes to',
    command: 'az aks check-network outbound',
  },
  {
    codes: 'ERR_KUBELET_START_FAIL',
    messages: [
      [ended(34), 'node setup: the kubelet could not be started'],
      [reported(34), 'node setup: the kubelet could not be started'],
    ],
    cause: 'sets up new nodes ended because',
    step: 'Read why on one of the',
    command: 'az vmss list',
  },
  {
    codes:
      'ERR_ORAS_PULL_K8S_FAIL ERR_ORAS_PULL_NETWORK_TIMEOUT OrasPullNetworkTimeoutVMExtensionError VMExtensionError_OrasPullNetworkTimeout',
    messages: [
      [ended(211), 'nodes cannot reach their container registry'],
      [reported(211), 'nodes cannot reach their container registry'],
    ],
    cause: 'of this network isolated cluster could',
    step: "Check the registry's cache rule, private",
    command: 'az aks show',
  },
  {
    codes:
      'ERR_ORAS_PULL_UNAUTHORIZED OrasPullUnauthorizedVMExtensionError VMExtensionError_OrasPullUnauthorized',
    messages: [
      [ended(212), 'the container registry refuses the nodes'],
      [reported(212), 'the container registry refuses the nodes'],
    ],
    cause: 'of this network isolated cluster were',
    step: 'Give the kubelet identity the role',
    command: 'az aks show',
  },
  {
    codes:
      'ERR_OUTBOUND_CONN_FAIL OutboundConnFailVMExtensionError VMExtensionError_OutboundConnFail',
    messages: [
      [ended(50), 'nodes have no way out'],
      [reported(50), 'nodes have no way out'],
      [
        "VM has reported a failure when processing extension 'vmssCSE'. Error message: \"command terminated with exit status=50\n[stdout]\n\n[stderr]\nnc: connect to packages.aks.azure.com port 443 (tcp) failed: Connection timed out",
        'nodes cannot reach packages.aks.azure.com',
      ],
    ],
    cause: 'need to set themselves up',
    step: 'Allow what AKS requires in firewall',
    command: 'az aks check-network outbound',
  },
  {
    codes: 'ERR_VHD_FILE_NOT_FOUND VMExtensionError_VHDFileNotFound',
    messages: [
      [ended(65), 'nodes cannot reach Azure addresses'],
      [reported(65), 'nodes cannot reach Azure addresses'],
    ],
    cause: 'nodes could not reach the Azure',
    step: 'Allow the Azure addresses that AKS',
    command: 'az aks check-network outbound',
  },
  {
    codes: 'ErrCode_InsufficientVCPUQuota InsufficientVCPUQuota QuotaExceeded',
    messages: [
      [
        'Operation could not be completed as it results in exceeding approved standardEv3Family Cores quota. Additional details - Deployment Model: Resource Manager, Location: uksouth, Current Limit: 200, Current Usage: 198, Additional Required: 8, (Minimum) New Limit Required: 206.',
        'Ev3 quota in uksouth too small',
      ],
      [
        'Operation could not be completed as it results in exceeding approved Total Regional Cores quota. Additional details - Deployment Model: Resource Manager, Location: westus2, Current Limit: 10, Current Usage: 8, Additional Required: 4, (Minimum) New Limit Required: 12.',
        'Total Regional Cores quota in westus2 too small',
      ],
      [
        'Operation could not be completed as it results in exceeding quota limits of Core. Maximum allowed: 10, Current in use: 8, Additional requested: 4.',
        'Core quota too small',
      ],
      [
        'Insufficient vcpu quota requested 24, remaining 8 for family standardNCSv3Family for region japaneast. Surge nodes would also consume vcpu quota.',
        'NCSv3 quota in japaneast too small',
      ],
    ],
    cause: 'quota',
    step: 'run the operation again',
    command: 'az vm list-usage',
  },
  {
    codes: 'ExitStatus124 VMExtensionError_ProvisioningTimeout VMExtensionProvisioningTimeout',
    messages: [
      ["Provisioning of VM extension 'vmssCSE' has timed out.", 'node setup took too long'],
      [ended(124), 'node setup took too long'],
      [reported(124), 'node setup took too long'],
    ],
    cause: 'as it does where downloads are',
    step: 'Check that firewall and DNS let',
    command: 'az aks check-network outbound',
  },
  {
    codes: 'InsufficientPodCidr InsufficientSubnetSize',
    messages: [
      [
        'Pre-allocated IPs 2560 exceeds IPs available 2048 in Subnet Cidr 10.40.0.0/21, Subnet Name networkProfile.podCIDR. If Autoscaler is enabled, the max-count from each nodepool is counted towards this total.',
        'pod address range too small',
      ],
    ],
    cause: "The cluster's pod address range (podCIDR)",
    step: "Lower the pools' maximum node count",
    command: 'az aks nodepool list',
  },
  {
    codes: 'InsufficientSubnetSize',
    messages: [
      [
        'Pre-allocated IPs 93 exceeds IPs available 59 in Subnet Cidr 10.1.0.0/26, Subnet Name snet-aks. http://aka.ms/aks/insufficientsubnetsize',
        'subnet snet-aks too small',
      ],
    ],
    cause: 'The subnet snet-aks has 59 free',
    step: 'Use fewer nodes or a lower',
    command: 'az aks nodepool list',
  },
  {
    codes:
      'InternalOperationError InternalServerError OperationTimeout ServiceUnavailable TimedoutOrCancelled',
    messages: [
      ['Internal server error', 'a problem inside Azure'],
      ['We are unable to serve this request due to an internal error', 'a problem inside Azure'],
    ],
    cause: 'Azure reports a problem of its',
    step: 'Check that nothing runs any more',
    command: 'az aks show',
  },
  {
    codes:
      'InUseNetworkSecurityGroupCannotBeDeleted InUseSubnetCannotBeDeleted PublicIPAddressCannotBeDeleted',
    messages: [
      [
        'Public IP address ip-1 can not be deleted since it is still allocated.',
        'a network resource is still in use',
      ],
    ],
    cause: 'A public IP address, subnet or',
    step: 'End the use of what the',
    command: 'az resource list',
  },
  {
    codes: 'InUseRouteTableCannotBeDeleted',
    messages: [
      ['Route table rt-1 is in use and cannot be deleted.', 'route table rt-1 still in use'],
    ],
    cause: 'The route table is still associated',
    step: 'Dissociate the route table from its',
    command: 'az network route-table list',
  },
  {
    codes: 'InvalidLoadBalancerProfileAllocatedOutboundPorts',
    messages: [
      [
        'Load balancer profile allocated ports 8000 is not in an allowable range given the number of nodes.',
        'too few outbound ports for the nodes',
      ],
    ],
    cause: 'Node count, ports per node and',
    step: 'Lower the ports per node or',
    command: 'az aks show',
  },
  {
    codes: 'InvalidParameter',
    messages: [
      [
        'The value of parameter agentPoolProfile.count is invalid.',
        'agentPoolProfile.count is not valid',
      ],
    ],
    cause: 'A value given for the cluster',
    step: 'run the operation again: the same',
    command: 'az monitor activity-log list',
  },
  {
    codes: 'InvalidResourceReference',
    messages: [
      [
        'Resource /subscriptions/x/backendAddressPools/kubernetes referenced by np1 was not found.',
        'backendAddressPools/kubernetes not found',
      ],
    ],
    cause: 'A resource that the cluster refers',
    step: 'Restore what the message names, then',
    command: 'az resource list',
  },
  {
    codes:
      'InvalidSubscriptionRegistrationState MissingSubscriptionRegistration NoRegisteredProviderFound SubscriptionNotRegistered',
    messages: [
      [
        "The subscription is not registered to use namespace 'Microsoft.ContainerService'.",
        'Microsoft.ContainerService not registered',
      ],
    ],
    cause: 'The subscription is not registered for',
    step: 'Register it (az provider register --namespace',
    command: 'az provider show',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        `managed cluster is in Provisioning State(Succeeded) and Power State(Stopped), upgrading cannot be performed`,
        'the cluster is stopped',
      ],

      ['The managed cluster is not currently running. Start it first.', 'the cluster is stopped'],
      [
        'managed cluster is not currently running, upgrading cannot be performed',
        'the cluster is stopped',
      ],
    ],
    cause: 'The cluster is not running, so',
    step: 'Start the cluster, then',
    command: 'az aks show',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        `managed cluster is in Provisioning State(Succeeded) and Power State(Stopped), stopping cannot be performed`,
        'already stopped',
      ],

      [
        "managed cluster is not currently running, stopping cannot be performed; The stop operation started at '2024-02-13T15:01:15Z' and elapsed time is: '7 days and 01:16:37' (RFC3339 format)",
        'already stopped',
      ],
    ],
    cause: 'The cluster was stopped already, so',
    step: 'Nothing is to be done.',
    command: 'az aks show',
  },
  {
    codes: 'KeyVaultAccessForbidden',
    messages: [
      [
        "Unable to access key vault resource 'https://kv-disks.vault.azure.net/keys/k/1' to enable encryption at rest. Please grant get, wrap and unwrap key permissions to disk encryption set 'des1'.",
        'no access to key vault kv-disks',
      ],
    ],
    cause: 'The disk encryption set may not',
    step: 'Grant the disk encryption set get',
    command: 'az aks show',
  },
  {
    codes: 'KubernetesAPICallFailed',
    messages: [['Get nodes failed: context deadline exceeded', 'API server did not answer AKS']],
    cause: "AKS could not call the cluster's",
    step: 'Check power state and provisioning state',
    command: 'az aks show',
  },
  {
    codes: 'LinkedAuthorizationFailed',
    messages: [
      [
        "The client '6a0c5d40-0000-4000-8000-000000000003' with object id '6a0c5d40-0000-4000-8000-000000000003' has permission to perform action 'Microsoft.Network/virtualNetworks/write' on scope '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/MC_x/providers/Microsoft.Network/virtualNetworks/aks-vnet'; however, it doesn't have permission to perform action 'Microsoft.Network/natGateways/join/action' on the linked scope(s) '/subscriptions/11111111-2222-3333-4444-555555555555/resourcegroups/rg-net/providers/Microsoft.Network/natGateways/nat-1' or the linked scope(s) are invalid.",
        'identity lacks natGateways/join/action',
      ],
    ],
    cause: 'The identity 6a0c5d40-0000-4000-8000-000000000003 can change its',
    step: 'that identity a role with natGateways/join/action',
    command: 'az role assignment list',
  },
  {
    codes:
      'LoadBalancerInUseByVirtualMachineScaleSet NetworkSecurityGroupInUseByVirtualMachineScaleSet',
    messages: [
      [
        'Cannot delete load balancer kubernetes since its child resources are in use by virtual machine scale set.',
        'a scale set still uses the load balancer or NSG',
      ],
    ],
    cause: 'A scale set still uses the',
    step: 'Delete or detach the scale set',
    command: 'az vmss list',
  },
  {
    codes: 'LogAnalyticsWorkspaceNotFound ResourceGroupNotFound',
    messages: [
      [
        "Unable to get log analytics workspace info. Resource group 'rg-logs' could not be found.",
        'Log Analytics workspace is gone',
      ],
    ],
    cause: 'The Log Analytics workspace of the',
    step: 'Recover the workspace, or disable the',
    command: 'az aks show',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        'agentPoolProfile.count was 3. It must be greater or equal to minCount:5 and less than or equal to maxCount:20.',
        '3 nodes are outside 5 to 20',
      ],
    ],
    cause: 'The node count of a pool',
    step: 'Set the count within the range',
    command: 'az aks nodepool list',
  },
  {
    codes: 'NodePoolMcVersionIncompatible',
    messages: [
      [
        "Node pool version 1.28.9 and control plane version 1.32.1 is incompatible. Minor version of node pool cannot be more than 3 versions less than control plane's version.",
        'pool 1.28.9 does not fit control plane 1.32.1',
      ],
    ],
    cause: 'Node pool version 1.28.9 and control',
    step: 'Upgrade that pool first to a',
    command: 'az aks nodepool list',
  },
  {
    codes: 'NodesNotReady',
    messages: [
      ['1 nodes are not ready: aks-np1-31284417-vmss000004', 'nodes of np1 not ready'],
      ['', 'nodes not ready'],
    ],
    cause: 'did not become ready in time',
    step: 'Look at kubectl get nodes',
    command: 'az vmss list',
  },
  {
    codes:
      'OperationBlockedByNodeDisruptionPolicy OperationOutsideNodeDisruptionWindow InternalOperationError',
    messages: [
      [
        'The node disruption policy of the cluster blocks this operation.',
        'node disruption policy forbids it now',
      ],
    ],
    cause: 'The node disruption policy of the',
    step: 'Wait for the allowed window, or',
    command: 'az aks maintenanceconfiguration show',
  },
  {
    codes: 'OperationNotAllowed',
    messages: [
      [
        'The maximum number of data disks allowed to be attached to a VM of this size is 8.',
        'no room for more disks on a node',
      ],
    ],
    cause: 'The VM size of a node',
    step: 'Use more nodes, or a size',
    command: 'get volumeattachments',
  },
  {
    codes: 'OSProvisioningTimedOut VMStartTimedOut',
    messages: [
      [
        "OS Provisioning for VM 'aks-np1-0' did not finish in the allotted time.",
        'a machine did not come up in time',
      ],
    ],
    cause: 'A virtual machine did not come',
    step: 'See which nodes are there and',
    command: 'get nodes',
  },
  {
    codes: 'OutboundConnectivityNotEnabledOnVM OutboundConnectivityNotEnabledOnVMSS',
    messages: [
      [
        'No outbound connectivity configured for the scale set aks-np1-vmss.',
        'nodes have no outbound access',
      ],
    ],
    cause: 'The nodes have no outbound access',
    step: 'Give them a NAT gateway, load',
    command: 'az aks show',
  },
  {
    codes: 'OverconstrainedAllocationRequest OverconstrainedZonalAllocationRequest',
    messages: [
      [
        'Allocation failed. VM(s) with the following constraints cannot be allocated: Networking Constraints.',
        'no machine meets all constraints',
      ],
    ],
    cause: 'No machine meets everything that the',
    step: 'Create a pool with fewer constraints',
    command: 'az aks nodepool list',
  },
  {
    codes: 'PodDrainFailure',
    messages: [
      [
        `admission webhook "drain.corp.io" denied the request: eviction of pod prod/kafka-1 is not allowed yet`,
        'eviction refused by webhook drain.corp.io',
      ],

      [
        'Eviction of pod prod/kafka-1 on node aks-np1-31284417-vmss000004 failed: admission webhook "strimzi.drain.cleaner" denied the request: already annotated for restart',
        'eviction refused by webhook strimzi.drain.cleaner',
      ],
      [
        'Drain node aks-np1-31284417-vmss000004 failed: admission webhook "policy.corp.io" denied the request',
        'eviction refused by webhook policy.corp.io',
      ],
    ],
    cause: 'be evicted, so its node could',
    step: 'Let the owner of that webhook',
    command: 'get validatingwebhookconfigurations,mutatingwebhookconfigurations',
  },
  {
    codes: 'PodDrainFailure',
    messages: [
      [
        'Drain node aks-np1-31284417-vmss000004 failed when evicting pod web-0 failed with Internal error occurred: failed calling webhook "validate.kyverno.svc-fail": failed to call webhook: Post "https://kyverno-svc.kyverno.svc:443/validate/fail?timeout=10s": context deadline exceeded',
        'webhook validate.kyverno.svc-fail blocks the drain',
      ],
    ],
    cause: 'The API server could not call',
    step: 'Get the pods behind that webhook running',
    command: 'get validatingwebhookconfigurations,mutatingwebhookconfigurations',
  },
  {
    codes: 'PodDrainFailure',
    messages: [
      [
        `Eviction blocked by Too Many Requests (usually a pdb): coredns-7d9f`,
        'drain blocked by a PDB',
      ],

      [
        "Drain node aks-user-31284417-vmss000004 failed when evicting pod checkout-7d9f failed with Too Many Requests error. This is often caused by a restrictive Pod Disruption Budget (PDB) policy. See https://aka.ms/aks/debugdrainfailures. Original error: Cannot evict pod as it would violate the pod's disruption budget.. PDB debug info: payments/checkout-7d9f blocked by pdb checkout-pdb with 0 unready pods.",
        'drain blocked by PDB payments/checkout-pdb',
      ],
      [
        'Drain of aks-infra002-17497433-vmss00000y did not complete: Too many req pod azure-wi-webhook-controller-manager-749b9d5cc8-2chl9 on node aks-infra002-17497433-vmss00000y: azure-workload-identity-system/azure-wi-webhook-controller-manager-749b9d5cc8-2chl9 blocked by pdb azure-wi-webhook-controller-manager with unready pods [].',
        'drain blocked by PDB azure-wi-webhook-controller-manager',
      ],
      [
        "Node 'aks-np9-17400673-vmss000001' failed to be drained with error: 'Drain did not complete pods [ledger-0] within 30m0s'",
        'pod ledger-0 cannot be drained',
      ],
      [
        "Cannot evict pod as it would violate the pod's disruption budget.",
        'drain blocked by a PDB',
      ],
    ],
    cause: 'could not be evicted from',
    step: 'allow one disruption (more replicas, a',
    command: 'get pdb',
  },
  {
    codes: 'PolicyViolation RequestDisallowedByPolicy',
    messages: [
      [
        `Forbidden by policy assignment "corp-vm-sizes", definition "Allowed virtual machine size SKUs", /providers/Microsoft.Management/managementGroups/mg-corp/providers/Microsoft.Authorization/policyAssignments/corp-vm-sizes`,
        'policy forbids it: corp-vm-sizes',
      ],

      [
        'Resource \'MC_rg\' was disallowed by policy. Policy identifiers: \'[{"policyAssignment":{"name":"Allowed locations","id":"/providers/Microsoft.Management/managementGroups/mg-corp/providers/Microsoft.Authorization/policyAssignments/loc-1"},"policyDefinition":{"name":"Allowed locations","id":"/providers/Microsoft.Authorization/policyDefinitions/x"}}]\'.',
        'policy forbids it: Allowed locations',
      ],
      ["Resource 'MC_rg' was disallowed by policy.", 'an Azure Policy forbids it'],
    ],
    cause: 'forbids what AKS had to do',
    step: 'Comply with the policy or get',
    command: 'az policy assignment',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        'managed cluster is in Provisioning State(Succeeded) and Power State(Running), starting cannot be performed',
        'already running',
      ],
    ],
    cause: 'The cluster was running already, so',
    step: 'Nothing is to be done.',
    command: 'az aks show',
  },
  {
    codes: 'PropertyChangeNotAllowed',
    messages: [
      [
        "Changing property 'osDisk.managedDisk' is not allowed.",
        'osDisk.managedDisk cannot be changed',
      ],
    ],
    cause: 'The operation would change a property',
    step: 'Leave the property in the message',
    command: 'az monitor activity-log list',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        `managed cluster is in Provisioning State(Canceled) and Power State(Running), starting cannot be performed`,
        'the cluster is in state Canceled',
      ],

      [
        'managed cluster is in Provisioning State(Failed) and Power State(Running), upgrading cannot be performed',
        'the cluster is in state Failed',
      ],
    ],
    cause: 'after an earlier operation',
    step: 'Find why the earlier operation failed',
    command: 'az monitor activity-log list',
  },
  {
    codes: 'PublicIPCountLimitReached',
    messages: [
      [
        'Cannot create more than 1000 public IP addresses for this subscription in this region.',
        'public IP limit reached',
      ],
    ],
    cause: 'The subscription has the 1000 public',
    step: 'Delete public IP addresses that nobody',
    command: 'az network list-usages',
  },
  {
    codes: 'PublicIpPrefixOutOfIpAddressesForVMScaleSet',
    messages: [
      [
        'Public IP prefix /subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/rg-net/providers/Microsoft.Network/publicIPPrefixes/pip-nodes does not have enough IP addresses.',
        'public IP prefix pip-nodes is used up',
      ],
    ],
    cause: 'The public IP prefix of the',
    step: 'Use a larger prefix in a',
    command: 'az aks nodepool list',
  },
  {
    codes: 'ReadOnlyDisabledSubscription',
    messages: [
      [
        'The subscription is disabled and therefore marked as read only.',
        'subscription is disabled',
      ],
    ],
    cause: 'The subscription is disabled and read-only',
    step: 'Have the subscription enabled again, then',
    command: 'az account show',
  },
  {
    codes: 'ReconcileMachineFailed',
    messages: [
      ['Machine aks-vms1-12345678-vm0 did not reach its state.', 'a machine of a pool failed'],
    ],
    cause: 'A machine of a VirtualMachines pool',
    step: 'Find the machine that failed and',
    command: 'az aks nodepool list',
  },
  {
    codes: 'RegionDoesNotAllowProvisioning',
    messages: [
      [
        'The location westeurope is currently not accepting creation of new customers.',
        'the region takes no new resources',
      ],
    ],
    cause: 'Azure does not let this subscription',
    step: 'Choose another region, or ask Azure',
    command: 'az aks show',
  },
  {
    codes: 'ReservedResourceName',
    messages: [
      [
        'The resource name MICROSOFT-aks is a trademarked or reserved word.',
        'the name holds a reserved word',
      ],
    ],
    cause: 'The name of the cluster or',
    step: 'Use another name, then',
    command: 'az aks list',
  },
  {
    codes: 'ResourceGroupBeingDeleted',
    messages: [
      [
        "The resource group 'rg-prod' is in deprovisioning state and cannot perform this operation.",
        'the resource group is being deleted',
      ],
    ],
    cause: 'group that the operation needs is',
    step: 'If it is meant to be',
    command: 'az group show',
  },
  {
    codes: 'ResourceGroupLocked ResourceLocked ScopeLocked',
    messages: [
      [
        `Scope '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/MC_dev' is locked.`,
        'MC_dev is locked',
      ],

      [
        "The scope '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/MC_prod/providers/Microsoft.Compute/virtualMachineScaleSets/aks-np1' cannot perform delete operation because following scope(s) are locked: '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/MC_prod'. Please remove the lock and try again.",
        'MC_prod is locked',
      ],
    ],
    cause: 'A lock on',
    step: 'Have the owner of the lock',
    command: 'az lock list',
  },
  {
    codes: 'ResourceGroupNotFound',
    messages: [["Resource group 'MC_rg' could not be found.", 'resource group MC_rg is gone']],
    cause: 'The resource group MC_rg, which the',
    step: 'az aks update recovers it',
    command: 'az aks show',
  },
  {
    codes: 'ResourceGroupQuotaExceeded',
    messages: [
      [
        "Creating the resource group 'MC_prod' would exceed the quota of '980'. The current resource group count is '980'.",
        'too many resource groups',
      ],
    ],
    cause: 'The subscription has as many resource',
    step: 'Delete resource groups that nobody needs',
    command: 'az group list',
  },
  {
    codes: 'ResourceQuotaExceeded',
    messages: [
      [
        "The resource group has exceeded its quota for type 'Microsoft.Network/publicIPAddresses'.",
        'too many resources of one kind',
      ],
    ],
    cause: 'The operation would create more resources',
    step: 'Remove what is not needed, or',
    command: 'az resource list',
  },
  {
    codes: 'ResourceUpdateBlockedOnPlatformUpdate',
    messages: [
      ['The resource is being updated by the platform.', 'Azure is updating its platform'],
    ],
    cause: 'Azure is updating its own platform',
    step: 'Wait for that to end, then',
    command: 'az aks nodepool list',
  },
  {
    codes: 'ServiceCidrOverlapExistingSubnetsCidr',
    messages: [
      [
        'The specified service CIDR 10.0.0.0/16 is conflicted with an existing subnet CIDR 10.0.4.0/24',
        'service range overlaps subnet 10.0.4.0/24',
      ],
    ],
    cause: "The cluster's service address range 10.0.0.0/16",
    step: 'Change or remove the subnet that',
    command: 'az aks show',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        "Unable to perform 'Scaling' operation on 'np1' since deletion was issued on 'np1'. The only allowed operation is deletion once deletion has started.",
        'it is being deleted',
      ],
    ],
    cause: 'The cluster or node pool is',
    step: 'Wait for the deletion to end',
    command: 'az aks operation show-latest',
  },
  {
    codes: 'SkuNotAvailable',
    messages: [
      [
        'The requested VM size Standard_D4s_v3 is not available in the current region.',
        'Standard_D4s_v3 not available here',
      ],
      [
        "The VM size of Standard_B2s is not allowed in your subscription in location 'westus2'. The available VM sizes are 'standard_d16pds_v5,standard_d16plds_v5'",
        'Standard_B2s not available in westus2',
      ],
      [
        "The VM size of AgentPoolProfile:nodepool1 is not allowed in your subscription in location 'westus'. For more details, please visit https://aka.ms/cpu-quota",
        'VM size not available in westus',
      ],
      [
        "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_E8s_v5' is currently not available in location 'francecentral'.",
        'Standard_E8s_v5 not available in francecentral',
      ],
    ],
    cause: 'is not available to this subscription',
    step: 'Choose a size that is available',
    command: 'az vm list-skus',
  },
  {
    codes: 'SpotPoolUpgradeNotAllowedDuringClusterUpgradeAll',
    messages: [
      [
        'Cluster upgrade with spot pools spot1 is not allowed.',
        'a spot pool forbids to upgrade all at once',
      ],
    ],
    cause: 'A cluster with a spot node',
    step: 'Upgrade the control plane alone (az',
    command: 'az aks nodepool list',
  },
  {
    codes: 'SubnetIsDelegated',
    messages: [
      [
        'The subnet snet-aks is delegated and cannot be used by this resource.',
        'subnet snet-aks is delegated',
      ],
    ],
    cause: "The node pool's subnet is delegated",
    step: 'End its delegation, or use another',
    command: 'az aks nodepool list',
  },
  {
    codes: 'SubnetIsFull',
    messages: [
      [
        "Subnet snet-aks with address prefix 10.1.0.0/24 doesn't have enough capacity for IP addresses.",
        'subnet snet-aks is full',
      ],
    ],
    cause: 'The subnet snet-aks (10.1.0.0/24) has too',
    step: 'Free addresses with fewer nodes, or',
    command: 'az aks nodepool list',
  },
  {
    codes: 'SubnetWithExternalResourcesCannotBeUsedByOtherResources',
    messages: [
      ['Subnet snet-aks contains external resources.', 'subnet snet-aks holds other resources'],
    ],
    cause: 'The subnet already holds resources of',
    step: 'Use another subnet, or remove the',
    command: 'az aks nodepool list',
  },
  {
    codes: 'SubscriptionRequestsThrottled TooManyRequests TooManyRequestsReceived',
    messages: [
      [
        'Number of requests for subscription x exceeded the limit. Please try again after 17 seconds.',
        'Azure throttles the subscription',
      ],
    ],
    cause: "Azure throttles requests: the subscription's callers",
    step: 'run the operation again; find who',
    command: 'az aks show',
  },
  {
    codes: 'Throttled',
    messages: [
      ['The request was throttled; retry after 60 seconds.', 'AKS throttles the subscription'],
    ],
    cause: 'AKS throttled requests of this subscription',
    step: 'Wait 60 seconds and space operations',
    command: 'az aks operation show-latest',
  },
  {
    codes: '',
    messages: [
      [
        'The upgrade of the agent pool was stopped: undrainable nodes are cordoned and no surge node is left.',
        'nodes could not be drained, no surge node left',
      ],
      ...[
        'No surge node is left: the surge nodes were cordoned.',
        'Upgrade ended: the surge nodes are quarantined.',
        'Blocked nodes were quarantined until all surge nodes were used.',
      ].map((message) => [message, 'nodes could not be drained, no surge node left'] as const),
    ],
    cause: 'used up the surge nodes',
    step: 'See what kept the quarantined nodes',
    command: 'upgrade-status=Quarantined',
  },
  {
    codes: 'UnsatisfiablePDB',
    messages: [
      [
        "1 error occurred:\n\t* PDB payments/checkout-pdb has maxunavailble == 0 can't proceed with put operation",
        'PDB payments/checkout-pdb allows no disruption',
      ],
      [
        "Upgrade is blocked due to invalid Pod Disruption Budgets (PDBs). Invalid PDBs details: 2 errors occurred:\n\t* PDB db/main has minAvailable(2) >= expectedPods(2)  can't proceed with put operation\n\t* PDB mq/broker has minAvailable(2) >= expectedPods(2)  can't proceed with put operation\n\n",
        'PDB db/main and 1 more allow no disruption',
      ],
    ],
    cause: 'can never allow a disruption',
    step: 'Lower minAvailable, raise maxUnavailable or run',
    command: 'get pdb',
  },
  {
    codes: 'UpgradeBlockedOnDeprecatedAPIUsage',
    messages: [
      [
        'Control Plane upgrade is blocked due to recent usage of a Kubernetes API deprecated in the specified version. Usage details: 1 error occurred:\n\t* usage has been detected on API flowcontrol.apiserver.k8s.io.prioritylevelconfigurations.v1beta1, and was recently seen at: 2023-03-23 20:57:18 +0000 UTC, which will be removed in 1.26\n\n',
        'removed API still used: prioritylevelconfigurations',
      ],
    ],
    cause:
      'Something still uses the API flowcontrol.apiserver.k8s.io.prioritylevelconfigurations.v1beta1',
    step: 'Move its callers to the newer',
    command: 'get --raw',
  },
  {
    codes: 'UpgradeNodesNotRegistered',
    messages: [
      ['Node aks-np1-31284417-vmss000007 did not register.', 'new nodes of np1 did not join'],
      ['', 'new nodes did not join'],
    ],
    cause: 'were created for the upgrade but did not join',
    step: 'as a node that did not join is not in kubectl get nodes',
    command: 'az vmss list',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        'Upgrading Kubernetes version 1.29.9 to 1.31.6 is not allowed. Available upgrades: [1.30.14].',
        '1.29.9 cannot go straight to 1.31.6',
      ],
    ],
    cause: 'The cluster cannot go from Kubernetes',
    step: 'version that the command shows, then',
    command: 'az aks get-upgrades',
  },
  {
    codes: 'VirtualNetworkNotInSucceededState',
    messages: [
      [
        'Virtual network vnet-1 is in Updating state. It needs to be in Succeeded state.',
        'virtual network vnet-1 is not ready',
      ],
    ],
    cause: 'The virtual network is being changed',
    step: 'Wait or repair it until its',
    command: 'az network vnet list',
  },
  {
    codes: 'VMAgentStatusCommunicationError',
    messages: [
      [
        "VM 'aks-np1-0' has not reported status for VM agent or extensions.",
        "a node's machine does not report",
      ],
    ],
    cause: "A node's virtual machine has not",
    step: 'See which nodes are not ready',
    command: 'get nodes',
  },
  {
    codes: 'VMCacheSizeTooSmall VMCannotFitEphemeralOSDisk VMTemporaryDiskTooSmall',
    messages: [
      [
        'OS disk of Ephemeral VM with size greater than 86 GB is not allowed for VM size Standard_D4s_v3.',
        'ephemeral OS disk does not fit Standard_D4s_v3',
      ],
    ],
    cause: 'The ephemeral OS disk of the',
    step: 'Create the pool with a larger',
    command: 'az aks nodepool list',
  },
  {
    codes: 'VMExtensionHandlerNonTransientError VMExtensionProvisioningError',
    messages: [
      [
        "Handler 'x' has reported failure for VM Extension 'vmssCSE' with terminal error code '1009'.",
        'node setup failed',
      ],
      [ended(49), 'node setup: a kernel module could not be loaded'],
      [ended(251), 'node setup failed: exit status 251'],
    ],
    cause: '(vmssCSE)',
    step: "Fix what the end of the script's output",
    command: 'az vmss list',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        'CSE Error: WINDOWS_CSE_ERROR_CONTAINERD_NOT_RUNNING. Exit Code: 14. Details: containerd is not running.',
        'Windows node setup: containerd not running',
      ],
    ],
    cause: 'The script that sets up new Windows nodes',
    step: 'Fix what its output names',
    command: 'az vmss list',
  },
  {
    codes: 'BadRequest',
    messages: [
      [
        'ExitCode: |30|, Output: |WINDOWS_CSE_ERROR_DOWNLOAD_CSE_PACKAGE|, Error: |Failed in downloading https://acs-mirror.azureedge.net/x.zip|',
        'Windows nodes cannot download their files',
      ],
      [
        'CSE Error: WINDOWS_CSE_ERROR_DOWNLOAD_FILE_WITH_RETRY. Exit Code: 2. Details: Failed to download the package.',
        'Windows nodes cannot download their files',
      ],
    ],
    cause: 'The script that sets up new Windows nodes',
    step: 'let nodes reach the address in its output',
    command: 'az aks show',
  },
  {
    codes: 'WINDOWS_CSE_ERROR_CHECK_API_SERVER_CONNECTIVITY',
    messages: [
      [
        'Unable to establish connection from agents to Kubernetes API server.',
        'Windows nodes cannot reach the API server',
      ],
    ],
    cause: 'New Windows nodes could not connect',
    step: 'Let NSG, firewall and allowed ranges',
    command: 'az aks show',
  },
  {
    codes: 'ZonalAllocationFailed',
    messages: [
      [
        'Allocation failed. We do not have sufficient capacity for the requested VM size in this zone.',
        'no capacity for the VM size in this zone',
      ],
    ],
    cause: 'Azure has too little capacity for',
    step: 'Use a pool of another size',
    command: 'az aks nodepool list',
  },
];
