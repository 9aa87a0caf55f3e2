import type { UpstreamMessage } from './message';

/** What the kubelet and the CSI driver say when a volume cannot be mounted. */
export const MOUNT_MESSAGES = {
  driverUnknown: {
    pattern: /not found in the list of registered CSI drivers/i,
    example:
      'MountVolume.SetUp failed for volume "socket": driver name csi.spiffe.io not found in the list of registered CSI drivers',
    source: 'kubernetes/kubernetes pkg/volume/csi/csi_client.go',
  },
  notShared: {
    pattern: /not a shared mount/i,
    example:
      'Error: failed to start container: path "/var/lib/kubelet/pods" is mounted on "/" but it is not a shared mount',
    source: 'containerd/containerd internal/cri/opts/spec_linux_opts.go',
  },
  hostPathType: {
    pattern: /hostPath type check failed/i,
    example:
      'MountVolume.SetUp failed for volume "socket": hostPath type check failed: /run/tbot/sockets is not a directory',
    source: 'kubernetes/kubernetes pkg/volume/hostpath/host_path.go',
  },
  notReadOnly: {
    pattern: /csi\.readOnly must be set to 'true'/,
    example: "rpc error: code = InvalidArgument desc = pod.spec.volumes[].csi.readOnly must be set to 'true'",
    source: 'spiffe/spiffe-csi pkg/driver/driver.go',
  },
  notEphemeral: {
    pattern: /only ephemeral volumes are supported/,
    example: 'rpc error: code = InvalidArgument desc = only ephemeral volumes are supported',
    source: 'spiffe/spiffe-csi pkg/driver/driver.go',
  },
  directoryMissing: {
    pattern: /unable to mount "[^"]{0,1000}": .{0,300}no such file/,
    example:
      'rpc error: code = Internal desc = unable to mount "/var/lib/kubelet/pods/1/volumes/mount": no such file or directory',
    source: 'spiffe/spiffe-csi pkg/driver/driver.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;

/** What the API server says when it does not admit a pod. */
export const ADMISSION_MESSAGES = {
  hostPath: {
    pattern: /violates PodSecurity.*hostPath/i,
    example: 'pods "web-" is forbidden: violates PodSecurity "baseline:latest": hostPath volumes (volume "socket")',
    source: 'kubernetes/pod-security-admission admission/admission.go',
  },
  capabilities: {
    pattern: /violates PodSecurity.*(?:NET_ADMIN|NET_RAW)/i,
    example:
      'pods "web-" is forbidden: violates PodSecurity "baseline:latest": non-default capabilities (container "istio-init" must not include "NET_ADMIN", "NET_RAW" in securityContext.capabilities.add)',
    source: 'kubernetes/pod-security-admission admission/admission.go',
  },
  seccomp: {
    pattern: /violates PodSecurity.*seccompProfile/i,
    example:
      'pods "web-" is forbidden: violates PodSecurity "restricted:latest": seccompProfile (pod or containers "istio-proxy" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    source: 'kubernetes/pod-security-admission policy/check_seccompProfile_restricted.go',
  },
  hostNamespaces: {
    pattern: /violates PodSecurity.*(?:hostPID|hostNamespaces|host namespaces)/i,
    example: 'pods "tbot-" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)',
    source: 'kubernetes/pod-security-admission admission/admission.go',
  },
  webhookSilent: {
    pattern: /failed calling webhook/i,
    example:
      'Internal error occurred: failed calling webhook "namespace.sidecar-injector.istio.io": failed to call webhook: connection refused',
    source: 'kubernetes/apiserver pkg/admission/plugin/webhook/errors/statuserror.go',
  },
  /** A template made a container of the other list, which then has nothing but what the template gives. */
  containerTwice: {
    pattern:
      /spec\.(?:initContainers|containers)\[\d{1,3}\]\.(?:image: Required value|name: Duplicate value: "istio-proxy")/,
    example: 'Pod "web-7d-" is invalid: spec.containers[1].image: Required value',
    source: 'kubernetes/kubernetes pkg/apis/core/validation/validation.go',
  },
  twoSources: {
    pattern: /may not specify more than 1 volume type/i,
    example: 'Pod "web" is invalid: spec.volumes[0].csi: Forbidden: may not specify more than 1 volume type',
    source: 'kubernetes/kubernetes pkg/apis/core/validation/validation.go',
  },
} as const satisfies Readonly<Record<string, UpstreamMessage>>;
