import { field, listAt, textAt } from '../../../../base/json';
import { SOCKET_VOLUME } from '../../../../upstream/istio/proxy-volumes';
import { CSI_DRIVER_IMAGE, imageTag } from '../../../../upstream/kubernetes/known-images';
import { DEFAULT_RELEASES } from '../../../../upstream/releases/default-releases';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { Version } from '../../../../upstream/releases/version';
import { SPIFFE_CSI_DRIVER } from '../../../../upstream/spiffe/csi-driver';
import { defineRule } from '../../rule';
import { didYouMean } from '../did-you-mean';
import { CSI_VOLUME, csiDriver, stream, withVolume } from '../examples';

/** The object that tells the kubelet how to mount volumes of the driver. */
const driver = (modes: string) => `apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: csi.spiffe.io}
spec:
  attachRequired: false
  fsGroupPolicy: None
  podInfoOnMount: true
${modes}`;

const DRIVER = driver('  volumeLifecycleModes: [Ephemeral]\n');

/** The SPIFFE CSI driver. */
export const CSI_RULES = [
  defineRule({
    id: 'csi-driver-object',
    subject: 'The SPIFFE CSI driver',
    since: '0.1.0',
    severity: 'error',
    title: 'CSIDriver object that the kubelet cannot use',
    found: 'the CSIDriver {problem}',
    why: "The kubelet mounts inline volumes only for drivers with the Ephemeral mode, and passes the pod's name only to drivers that ask for it.",
    fix: 'set podInfoOnMount: true and volumeLifecycleModes: [Ephemeral]',
    source: 'spiffe/spiffe-csi example/config/spiffe-csi-driver.yaml',
    wrong: driver(''),
    right: DRIVER,
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('CSIDriver')) {
        if (manifest.name !== SPIFFE_CSI_DRIVER) continue;
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
    sureWith: 'all objects',
    subject: 'The SPIFFE CSI driver',
    since: '0.1.0',
    severity: 'error',
    title: 'Volume of a missing CSI driver',
    found: 'there is no CSIDriver "{driver}"{hint}',
    why: 'Pods with such a volume do not start.',
    fix: 'install the driver, or correct the name',
    source: 'kubernetes/website content/en/docs/concepts/storage/ephemeral-volumes.md',
    wrong: stream(DRIVER, withVolume('{name: workload-socket, csi: {driver: csi.spiffe.com, readOnly: true}}')),
    right: stream(DRIVER, withVolume(CSI_VOLUME)),
    check({ manifests, workloads, injector, complete }, report) {
      const drivers = new Set(manifests.ofKind('CSIDriver').map(({ name }) => name));
      const mayBeElsewhere = drivers.size === 0 && !complete;
      const volumes = [...workloads, ...injector.templates].flatMap((one) =>
        one.volumes.map((volume) => ({ manifest: one.manifest, volume })),
      );
      for (const { manifest, volume } of volumes) {
        const name = textAt(volume.body, 'csi', 'driver');
        if (name === undefined || drivers.has(name)) continue;
        // Drivers of other makers are somebody else's files.
        const isForIdentities = name.includes('spiffe') || volume.name === SOCKET_VOLUME;
        const hint = name === SPIFFE_CSI_DRIVER ? '' : didYouMean(name, [SPIFFE_CSI_DRIVER]);
        if (!isForIdentities || (mayBeElsewhere && hint === '')) continue;
        report(manifest, `${volume.pointer}/csi/driver`, { driver: name, hint });
      }
    },
  }),
  defineRule({
    id: 'csi-driver-version',
    subject: 'The SPIFFE CSI driver',
    since: '0.1.0',
    severity: 'warning',
    title: 'CSI driver version that leaks mounts',
    found: 'the SPIFFE CSI driver is {version}',
    why: 'Each restart of the kubelet mounts every socket directory again.',
    fix: `use ${RELEASE_FACTS.csiDriverSurvivesKubeletRestart}`,
    source: 'spiffe/spiffe-csi CHANGELOG.md',
    wrong: csiDriver(EXAMPLE_RELEASES.csiDriverWithMounts, '/run/tbot/sockets'),
    right: csiDriver(DEFAULT_RELEASES.csiDriver, '/run/tbot/sockets'),
    check({ workloads }, report) {
      for (const { manifest, containers } of workloads) {
        for (const { image, pointer } of containers) {
          const version = CSI_DRIVER_IMAGE.test(image) ? Version.tryParse(imageTag(image)) : undefined;
          if (!version || RELEASE_FACTS.csiDriverSurvivesKubeletRestart.holds(version)) continue;
          report(manifest, `${pointer}/image`, { version: `${version}` });
        }
      }
    },
  }),
];
