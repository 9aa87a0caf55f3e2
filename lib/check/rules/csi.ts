import { CSI_DRIVER_IMAGE, field, imageTag, listAt, textAt } from '../../manifests';
import { Target, Version } from '../../target';
import { defineRule } from '../rule';
import { deployment, stream } from './examples';

const driver = (fields: string) =>
  `apiVersion: storage.k8s.io/v1\nkind: CSIDriver\nmetadata: {name: csi.spiffe.io}\nspec:\n  attachRequired: false\n  fsGroupPolicy: None\n${fields}`;

const daemonSet = (version: string) => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: spiffe-csi-driver, namespace: teleport}
spec:
  selector: {matchLabels: {app: csi}}
  template:
    metadata: {labels: {app: csi}}
    spec:
      containers:
        - name: driver
          image: ghcr.io/spiffe/spiffe-csi-driver:${version}
`;

/** The SPIFFE CSI driver. */
export const CSI_RULES = [
  defineRule({
    id: 'csi-driver-object',
    severity: 'error',
    title: 'A CSIDriver object the kubelet cannot use',
    found: 'the CSIDriver {problem}',
    why: "The kubelet mounts inline volumes only of drivers that are ephemeral, and tells the pod's name only to those that ask.",
    fix: 'set podInfoOnMount: true and volumeLifecycleModes: [Ephemeral]',
    source: 'spiffe/spiffe-csi example/config/spiffe-csi-driver.yaml',
    wrong: driver('  podInfoOnMount: true\n'),
    right: driver('  podInfoOnMount: true\n  volumeLifecycleModes: [Ephemeral]\n'),
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('CSIDriver')) {
        if (manifest.name !== 'csi.spiffe.io') continue;
        if (!listAt(manifest.body, 'spec', 'volumeLifecycleModes').includes('Ephemeral')) {
          report(manifest, '/spec/volumeLifecycleModes', { problem: 'is not ephemeral' });
        }
        if (field(manifest.body, 'spec', 'podInfoOnMount') !== true) {
          report(manifest, '/spec/podInfoOnMount', { problem: "does not ask for the pod's name" });
        }
      }
    },
  }),
  defineRule({
    id: 'csi-driver-missing',
    severity: 'error',
    title: 'Volumes of a driver that is not there',
    found: 'there is no CSIDriver "{driver}"',
    why: 'Pods with such a volume do not start.',
    fix: 'install the driver, or correct the name',
    source: 'kubernetes/website content/en/docs/concepts/storage/ephemeral-volumes.md',
    wrong: stream(
      driver('  podInfoOnMount: true\n  volumeLifecycleModes: [Ephemeral]\n'),
      deployment(
        'front-end',
        '',
        'volumes:\n  - {name: workload-socket, csi: {driver: csi.spiffe.com, readOnly: true}}',
      ),
    ),
    right: stream(
      driver('  podInfoOnMount: true\n  volumeLifecycleModes: [Ephemeral]\n'),
      deployment(
        'front-end',
        '',
        'volumes:\n  - {name: workload-socket, csi: {driver: csi.spiffe.io, readOnly: true}}',
      ),
    ),
    check({ manifests, workloads, injector, complete }, report) {
      const drivers = new Set(manifests.ofKind('CSIDriver').map(({ name }) => name));
      if (drivers.size === 0 && !complete) return;
      const volumes = [...workloads, ...injector.templates].flatMap((one) =>
        one.volumes.map((volume) => ({ manifest: one.manifest, volume })),
      );
      for (const { manifest, volume } of volumes) {
        const name = textAt(volume.body, 'csi', 'driver');
        // Drivers of other makers are somebody else's files.
        if (name === undefined || drivers.has(name) || (!name.includes('spiffe') && volume.name !== 'workload-socket'))
          continue;
        report(manifest, `${volume.pointer}/csi/driver`, { driver: name });
      }
    },
  }),
  defineRule({
    id: 'csi-driver-version',
    severity: 'warning',
    title: 'A CSI driver that multiplies mounts',
    found: 'the SPIFFE CSI driver is {version}',
    why: 'Before 0.2.12 each restart of the kubelet mounts every socket directory once more.',
    fix: 'use 0.2.12 or later',
    source: 'spiffe/spiffe-csi CHANGELOG.md',
    wrong: daemonSet('0.2.6'),
    right: daemonSet('0.2.12'),
    check({ workloads }, report) {
      for (const { manifest, containers } of workloads) {
        for (const { image, pointer } of containers) {
          const version = CSI_DRIVER_IMAGE.test(image) ? Version.tryParse(imageTag(image)) : undefined;
          if (!version || Target.of({ csiDriver: `${version}` }).csiDriverSurvivesKubeletRestart) continue;
          report(manifest, `${pointer}/image`, { version: `${version}` });
        }
      }
    },
  }),
];
