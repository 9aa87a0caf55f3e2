import { isObject, listAt, objectAt, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { Volume } from '../../../../model/cluster/workload';
import type { Manifest } from '../../../../model/documents/manifest';
import { PROXY_CONTAINER, USER_VOLUME_ANNOTATION } from '../../../../upstream/istio/injection';
import {
  CERTIFICATES_VOLUME,
  CREDENTIAL_SOCKET_VOLUME,
  SOCKET_VOLUME,
  STOCK_VOLUMES,
} from '../../../../upstream/istio/proxy-volumes';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { SPIFFE_CSI_DRIVER } from '../../../../upstream/spiffe/csi-driver';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { CSI_VOLUME, deployment, indent, OVERLAY, withTemplate, withVolume } from '../examples';
import { type PodVolumes, podVolumes } from './pod-volumes';

function sourcesOf({ body }: Volume): readonly string[] {
  return Object.keys(body).filter((key) => key !== 'name' && isObject(body[key]));
}

/** The source a volume has in place of the stock emptyDir. */
function ownSource(volume: Volume): string | undefined {
  return sourcesOf(volume).find((source) => source !== 'emptyDir');
}

/** Volumes of pods that a template of theirs, which is laid over them, makes read-only. */
function completedVolumes(context: CheckContext): ReadonlySet<Volume> {
  const found = new Set<Volume>();
  for (const workload of context.workloads) {
    if (workload.volumes.length === 0 || context.isInjected(workload) !== true) continue;
    const laidOver = (context.templatesOf(workload) ?? []).flatMap(
      (name) => context.injector.byName.get(name)?.volumes ?? [],
    );
    for (const volume of workload.volumes) {
      const isCompleted = laidOver.some(
        ({ name, body }) => name === volume.name && objectAt(body, 'csi').readOnly === true,
      );
      if (isCompleted) found.add(volume);
    }
  }
  return found;
}

/** The source that the patch of a Gateway adds to the socket's volume without taking the stock emptyDir away. */
function addedSource({ target }: CheckContext, manifest: Manifest, volume: Volume): string | undefined {
  if (manifest.kind !== 'GatewayPatch' || volume.name !== SOCKET_VOLUME) return undefined;
  return target.gatewayTemplatesHaveEmptyDir && volume.body.emptyDir !== null ? ownSource(volume) : undefined;
}

/** What becomes a proxy's container: in templates every one may; the gateway chart's values have its mounts themselves. */
function proxiesOf({ manifest, spec, specPointer, isTemplate }: PodVolumes) {
  if (manifest.kind === 'HelmValues') return [{ body: spec, pointer: specPointer }];
  return ['containers', 'initContainers'].flatMap((list) =>
    listAt(spec, list)
      .map((body, index) => ({ body, pointer: `${specPointer}/${list}/${index}` }))
      .filter(({ body }) => isTemplate || textAt(body, 'name') === PROXY_CONTAINER),
  );
}

/** Patches an IstioOperator makes to the objects of its gateways. */
function gatewayPatches({ body }: Manifest): readonly { readonly path: string; readonly pointer: string }[] {
  const components = ['spec', 'components'];
  const kinds = Object.keys(objectAt(body, ...components)).filter((kind) => kind.endsWith('Gateways'));
  return kinds.flatMap((kind) =>
    listAt(body, ...components, kind).flatMap((gateway, at) =>
      listAt(gateway, 'k8s', 'overlays').flatMap((overlay, index) =>
        listAt(overlay, 'patches').map((patch, position) => ({
          path: textAt(patch, 'path') ?? '',
          pointer: toPointer(...components, kind, at, 'k8s', 'overlays', index, 'patches', position),
        })),
      ),
    ),
  );
}

const patch = (volume: string) => `apiVersion: v1
kind: ConfigMap
metadata:
  name: gateway-defaults
  namespace: istio-system
  labels:
    gateway.istio.io/defaults-for-class: istio
data:
  deployment: |
    spec:
      template:
        spec:
          volumes:
            - name: workload-socket
${indent(volume, 14)}
`;

/** Volumes that hold identities. */
export const VOLUME_RULES = [
  defineRule({
    id: 'volume-two-sources',
    subject: 'Volumes of proxies',
    since: '0.1.0',
    severity: 'error',
    title: 'Volume with two sources',
    found: 'volume "{volume}" {how}',
    why: 'Volumes are merged, not replaced, and the API server refuses a volume with two sources.',
    fix: 'write "emptyDir: null" beside the csi source, or replace the whole item',
    source: 'istio/istio#56217, istio/istio#60107, istio/istio#60108',
    exampleTarget: { istio: EXAMPLE_RELEASES.istioWithEmptyDir },
    wrong: patch('csi: {driver: csi.spiffe.io, readOnly: true}'),
    right: patch('emptyDir: null\ncsi: {driver: csi.spiffe.io, readOnly: true}'),
    check(context, report) {
      for (const { manifest, volumes } of podVolumes(context)) {
        for (const volume of volumes) {
          const sources = sourcesOf(volume);
          const added = addedSource(context, manifest, volume);
          const { pointer, name } = volume;
          if (sources.length > 1) report(manifest, pointer, { volume: name, how: `has ${sources.join(' and ')}` });
          else if (added)
            report(manifest, pointer, { volume: name, how: `gets ${added} in addition to the stock emptyDir` });
        }
      }
      for (const { manifest } of context.installValues) {
        for (const { path, pointer } of gatewayPatches(manifest)) {
          if (!/\[name:workload-socket\]\.(?!emptyDir)\w+/.test(path)) continue;
          report(manifest, pointer, {
            volume: SOCKET_VOLUME,
            how: 'keeps the stock emptyDir in addition to the patch',
          });
        }
      }
    },
  }),
  defineRule({
    id: 'uservolume-overrides-stock',
    subject: 'Volumes of proxies',
    since: '0.1.0',
    severity: 'error',
    title: 'Stock volume added a second time',
    found: 'annotation {annotation} adds volume "{volume}", which the template has already',
    why: 'The annotation appends to the list, so the pod has two volumes with the same name and is refused.',
    fix: 'use an overlay template, or declare the volume in the pod itself',
    source: 'istio/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml',
    wrong: deployment(
      'front-end',
      `annotations:\n  ${USER_VOLUME_ANNOTATION}: '{"workload-socket": {"csi": {"driver": "csi.spiffe.io", "readOnly": true}}}'`,
      '',
    ),
    right: withVolume(CSI_VOLUME),
    check({ manifests }, report) {
      for (const manifest of manifests.ofKind('UserVolumes')) {
        for (const volume of Object.keys(manifest.body)) {
          if (STOCK_VOLUMES.has(volume)) report(manifest, toPointer(volume), { annotation: manifest.name, volume });
        }
      }
    },
  }),
  defineRule({
    id: 'csi-not-readonly',
    subject: 'Volumes of proxies',
    since: '0.1.0',
    severity: 'error',
    title: 'SPIFFE CSI volume is not read-only',
    found: 'volume "{volume}" of {driver} is not read-only',
    why: 'The driver refuses to mount it, and the pod does not start.',
    fix: 'set csi.readOnly: true',
    source: 'spiffe/spiffe-csi pkg/driver/driver.go',
    wrong: withVolume('{name: workload-socket, csi: {driver: csi.spiffe.io}}'),
    right: withVolume(CSI_VOLUME),
    check(context, report) {
      const completed = completedVolumes(context);
      for (const { manifest, volumes } of podVolumes(context)) {
        for (const volume of volumes) {
          const { name, body, pointer } = volume;
          const driver = textAt(body, 'csi', 'driver');
          if (driver === undefined || (driver !== SPIFFE_CSI_DRIVER && name !== SOCKET_VOLUME)) continue;
          if (completed.has(volume)) continue;
          if (objectAt(body, 'csi').readOnly !== true) report(manifest, `${pointer}/csi`, { volume: name, driver });
        }
      }
    },
  }),
  defineRule({
    id: 'mount-path-run',
    subject: 'Volumes of proxies',
    since: '0.1.0',
    severity: 'warning',
    title: 'Socket mounted a second time under /run',
    found: 'the socket is mounted at {path}',
    why: 'The stock template mounts it at /var/run/…, and mounts are merged by path, so the container gets two mounts of one volume.',
    fix: 'remove the mount, or write /var/run/secrets/workload-spiffe-uds',
    source: 'istio/istio manifests/charts/istio-control/istio-discovery/files/injection-template.yaml',
    wrong: withTemplate(
      `spec:\n  containers:\n    - name: istio-proxy\n      volumeMounts:\n        - {name: workload-socket, mountPath: /run/secrets/workload-spiffe-uds, readOnly: true}\n${OVERLAY.replace('spec:\n', '')}`,
    ),
    right: withTemplate(OVERLAY),
    check(context, report) {
      for (const pod of podVolumes(context)) {
        for (const { body, pointer } of proxiesOf(pod)) {
          listAt(body, 'volumeMounts').forEach((mount, at) => {
            const path = textAt(mount, 'mountPath') ?? '';
            if (!/^\/run\/secrets\/workload-spiffe-uds\/?$/.test(path)) return;
            report(pod.manifest, `${pointer}/volumeMounts/${at}`, { path });
          });
        }
      }
    },
  }),
  defineRule({
    id: 'credential-socket-not-writable',
    subject: 'Volumes of proxies',
    since: '0.1.0',
    severity: 'error',
    title: 'Volume credential-socket replaced',
    found: 'volume "credential-socket" has the source {source}',
    why: 'The agent serves certificates from files through a socket that it creates there; without a writable volume that fails.',
    fix: 'leave credential-socket to the stock template',
    source: 'istio/istio#54725, pilot/pkg/security/model/authentication.go',
    wrong: withTemplate(
      `${OVERLAY}    - name: credential-socket\n      csi: {driver: csi.spiffe.io, readOnly: true}\n`,
    ),
    right: withTemplate(OVERLAY),
    check(context, report) {
      for (const { manifest, volumes } of podVolumes(context)) {
        for (const volume of volumes) {
          const source = ownSource(volume);
          if (volume.name === CREDENTIAL_SOCKET_VOLUME && source) report(manifest, volume.pointer, { source });
        }
      }
    },
  }),
  defineRule({
    id: 'workload-certs-populated',
    subject: 'Volumes of proxies',
    since: '0.1.0',
    severity: 'error',
    title: 'Files in the volume workload-certs',
    found: 'volume "workload-certs" has the source {source}',
    why: "With certificate files there, the agent looks for istiod's root elsewhere and does not start, while Envoy still uses the socket.",
    fix: 'leave workload-certs to the stock template',
    source: 'istio/istio pkg/istio-agent/agent.go, pkg/security/security.go',
    wrong: withTemplate(`${OVERLAY}    - name: workload-certs\n      secret: {secretName: certificates}\n`),
    right: withTemplate(OVERLAY),
    check(context, report) {
      for (const { manifest, volumes } of podVolumes(context)) {
        for (const volume of volumes) {
          const source = ownSource(volume);
          if (volume.name === CERTIFICATES_VOLUME && source) report(manifest, volume.pointer, { source });
        }
      }
    },
  }),
];
