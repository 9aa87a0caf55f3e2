import type { ApiObject } from 'cdk8s';
import { Construct } from 'constructs';
import type { DaemonSetSpec } from 'kubernetes-types/apps/v1';
import type { CSIDriverSpec } from 'kubernetes-types/storage/v1';
import { InvalidInputError } from '../../base/invalid-input-error';
import { POD_INJECTION_LABEL } from '../../upstream/istio/injection';
import { STORAGE_V1 } from '../../upstream/kubernetes/api-groups';
import { CSI_REGISTRAR_REPOSITORY } from '../../upstream/kubernetes/known-images';
import { APP_NAME_LABEL, checkNamespace, checkObjectName } from '../../upstream/kubernetes/names';
import { DEFAULT_RELEASES } from '../../upstream/releases/default-releases';
import { RELEASE_FACTS } from '../../upstream/releases/release-facts';
import { Target } from '../../upstream/releases/target';
import type { WorkloadApiSocket } from '../../upstream/spiffe/workload-api-socket';
import { addObject } from '../kubernetes/kubernetes-object';
import { spiffeCsiDriverPod } from './spiffe-csi-driver-pod';
import type { SpiffeCsiDriverProps } from './spiffe-csi-driver-props';

/**
 * The SPIFFE CSI driver: a DaemonSet that mounts tbot's socket directory, read-only, into every pod with an inline
 * `csi.spiffe.io` volume, so that no pod needs a host path.
 *
 * The driver never talks to tbot: it mounts the directory whether or not the socket exists yet.
 */
export class SpiffeCsiDriver extends Construct {
  /** Identity of the pods; it has no permissions and no token. */
  public readonly serviceAccount: ApiObject;
  /** Cluster-wide registration, named after the driver. */
  public readonly csiDriver: ApiObject;
  /** The driver and its registrar, on every Linux node. */
  public readonly daemonSet: ApiObject;

  /**
   * @throws InvalidInputError if the socket is delivered by host path, the driver is older than 0.2.12, or a name, path
   * or image repository is not one
   */
  public constructor(scope: Construct, id: string, props: SpiffeCsiDriverProps) {
    super(scope, id);
    const where = this.node.path;
    const { namespace } = props;
    const name = props.name ?? 'spiffe-csi-driver';
    const target = props.target ?? Target.of();
    const kubeletDirectory = props.kubeletDirectory ?? '/var/lib/kubelet';
    const driverName = checkDelivery(where, props.socket);
    checkNamespace(where, namespace);
    checkObjectName(where, name);
    checkVersion(where, target);
    checkKubeletDirectory(where, kubeletDirectory);

    const labels = { [APP_NAME_LABEL]: name };
    this.serviceAccount = addObject(this, 'service-account', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, labels },
      automountServiceAccountToken: false,
    });

    const csiDriverSpec: CSIDriverSpec = {
      // Nothing to attach: the volume is a directory of the node.
      attachRequired: false,
      // Brings the attribute by which the driver knows that the volume is ephemeral; it refuses all others.
      podInfoOnMount: true,
      // The kubelet must not change the owner of a directory that all pods of the node share.
      fsGroupPolicy: 'None',
      volumeLifecycleModes: ['Ephemeral'],
    };
    const profile = props.openShiftProfile;
    this.csiDriver = addObject(this, 'csi-driver', {
      apiVersion: STORAGE_V1,
      kind: 'CSIDriver',
      metadata: {
        name: driverName,
        labels: profile ? { ...labels, 'security.openshift.io/csi-ephemeral-volume-profile': profile } : labels,
      },
      spec: csiDriverSpec,
    });

    const daemonSetSpec: DaemonSetSpec = {
      selector: { matchLabels: labels },
      // No surge: two drivers on a node would fight over the same registration and driver sockets.
      updateStrategy: {
        type: 'RollingUpdate',
        rollingUpdate: { maxUnavailable: props.maxUnavailable ?? '10%', maxSurge: 0 },
      },
      template: {
        // The driver brings identities to sidecars; one of its own could never start.
        metadata: { labels: { ...labels, [POD_INJECTION_LABEL]: 'false' } },
        spec: spiffeCsiDriverPod({
          where,
          serviceAccountName: name,
          driverName,
          socketDirectory: props.socket.directory,
          version: target.csiDriver,
          imageRepository: props.imageRepository ?? 'ghcr.io/spiffe/spiffe-csi-driver',
          registrarImageRepository: props.registrarImageRepository ?? CSI_REGISTRAR_REPOSITORY,
          kubeletDirectory,
          registrarPrivileged: props.seLinux ?? false,
          priorityClassName: props.priorityClassName ?? 'system-node-critical',
          resources: props.resources ?? {
            requests: { cpu: '10m', memory: '32Mi' },
            limits: { memory: '64Mi' },
          },
        }),
      },
    };
    this.daemonSet = addObject(this, 'daemon-set', {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, namespace, labels },
      spec: daemonSetSpec,
    });
  }
}

function checkDelivery(where: string, socket: WorkloadApiSocket): string {
  if (socket.driverName === undefined) {
    throw new InvalidInputError({
      where,
      problem: 'pods mount this socket as a host path, so a CSI driver would not be used',
      value: socket.delivery,
      allowed: 'a socket created with WorkloadApiSocket.csi()',
      fix: 'create the socket with WorkloadApiSocket.csi(), or remove SpiffeCsiDriver',
    });
  }
  return socket.driverName;
}

function checkVersion(where: string, target: Target): void {
  if (!target.csiDriverSurvivesKubeletRestart) {
    throw new InvalidInputError({
      where,
      problem: 'this SPIFFE CSI driver remounts every volume at each kubelet restart (spiffe/spiffe-csi#332)',
      value: target.csiDriver.toString(),
      allowed: `${RELEASE_FACTS.csiDriverSurvivesKubeletRestart}`,
      fix: `set csiDriver: { version: '${DEFAULT_RELEASES.csiDriver}' } of the TeleportMesh, or Target.of({ csiDriver: '${DEFAULT_RELEASES.csiDriver}' })`,
    });
  }
}

function checkKubeletDirectory(where: string, directory: string): void {
  if (!/^(\/[A-Za-z0-9._-]+)+$/.test(directory) || /\/\.\.?(\/|$)/.test(directory)) {
    throw new InvalidInputError({
      where,
      problem: "the kubelet's directory is not a plain absolute path",
      value: directory,
      allowed: 'an absolute path without "..", "//" or a trailing slash',
      fix: 'write it like "/var/lib/kubelet"',
    });
  }
}
