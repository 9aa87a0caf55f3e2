/** Names that are everybody's: of namespaces, accounts and objects of Kubernetes, Istio, tbot and the CSI driver. */
export const COMMON =
  /^(?:default|kubernetes|kube-.*|values|istio|istio-system|istio-ca-root-cert|istio-sidecar-injector|istiod|teleport-system|tbot|spiffe-csi-driver|csi\.spiffe\.io|.*:.*|.*\.(?:io|local)|istio-proxy|istio-init|istio-validation|discovery|node-driver-registrar|http|tcp|https|grpc|default-deny|deny-by-default)$/;

/** Keys whose values are words of an API and never names. */
export const WORDS: ReadonlySet<string> = new Set([
  ...[
    'apiVersion',
    'apiGroup',
    'kind',
    'type',
    'action',
    'mode',
    'protocol',
    'appProtocol',
    'phase',
    'reason',
    'operator',
    'effect',
  ],
  ...[
    'verbs',
    'resources',
    'apiGroups',
    'state',
    'status',
    'restartPolicy',
    'dnsPolicy',
    'imagePullPolicy',
    'fieldPath',
    'path',
  ],
  ...[
    'creationTimestamp',
    'startedAt',
    'finishedAt',
    'startTime',
    'lastTransitionTime',
    'takenAt',
    'updated',
    'version',
    'gitVersion',
  ],
]);
