/** Annotations of pods that Istio reads (istio/api annotation/annotations.pb.go); those of other objects are left out. */
export const POD_ANNOTATIONS: ReadonlySet<string> = new Set([
  ...['ambient.istio.io/bypass-inbound-capture', 'ambient.istio.io/dns-capture', 'ambient.istio.io/redirection'],
  ...['inject.istio.io/templates', 'istio.io/reroute-virtual-interfaces', 'istio.io/rev'],
  ...['prometheus.istio.io/merge-metrics', 'proxy.istio.io/config', 'proxy.istio.io/overrides'],
  ...['applicationPorts', 'failureThreshold', 'initialDelaySeconds', 'periodSeconds'].map(
    (name) => `readiness.status.sidecar.istio.io/${name}`,
  ),
  ...[
    ...['agentLogLevel', 'bootstrapOverride', 'componentLogLevel', 'discoveryAddress', 'extraStatTags', 'inject'],
    ...['interceptionMode', 'logLevel', 'nativeSidecar', 'proxyCPU', 'proxyCPULimit', 'proxyImage', 'proxyImageType'],
    ...['proxyMemory', 'proxyMemoryLimit', 'rewriteAppHTTPProbers', 'statsCompression', 'statsEvictionInterval'],
    ...['statsFlushInterval', 'statsHistogramBins', 'statsHistogramBuckets', 'statsInclusionPrefixes'],
    ...['statsInclusionRegexps', 'statsInclusionSuffixes', 'status', 'userVolume', 'userVolumeMount'],
  ].map((name) => `sidecar.istio.io/${name}`),
  'status.sidecar.istio.io/port',
  ...[
    ...['excludeInboundPorts', 'excludeInterfaces', 'excludeOutboundIPRanges', 'excludeOutboundPorts'],
    ...['includeInboundPorts', 'includeOutboundIPRanges', 'includeOutboundPorts', 'kubevirtInterfaces'],
  ].map((name) => `traffic.sidecar.istio.io/${name}`),
]);

/** Labels by which namespaces choose how they are part of the mesh (istio/api label/labels.gen.go). */
export const NAMESPACE_LABELS: ReadonlySet<string> = new Set([
  ...['istio-injection', 'istio.io/dataplane-mode', 'istio.io/rev', 'istio.io/use-waypoint'],
  ...['istio.io/use-waypoint-namespace', 'topology.istio.io/network'],
]);
