import { load } from 'js-yaml';
import { checkFiles } from '../../../../lib/check';
import { InjectionOverlay } from '../../../../lib/constructs/istio/installation/injection-overlay';
import { WorkloadApiSocket } from '../../../../lib/upstream/spiffe/workload-api-socket';
import { refusal } from '../refusal';

const overlay = InjectionOverlay.of(WorkloadApiSocket.csi());
const pod = (of: InjectionOverlay) => load(of.template) as { metadata?: unknown; spec: Record<string, unknown> };

test('the template gives workload-socket a read-only CSI source', () => {
  expect(pod(overlay).spec.volumes).toEqual([
    { name: 'workload-socket', csi: { driver: 'csi.spiffe.io', readOnly: true } },
  ]);
});

test('the template has volumes and nothing else, above all no containers, so it fits native and ordinary sidecars', () => {
  expect(Object.keys(pod(overlay))).toEqual(['metadata', 'spec']);
  expect(Object.keys(pod(overlay).spec)).toEqual(['volumes']);
});

test('the template has no actions: what is written is what pods get', () => {
  expect(overlay.template).not.toContain('{{');
});

test('labels stand under metadata, since Istio drops them at the top', () => {
  expect(pod(overlay).metadata).toEqual({ labels: { 'spiffe.io/spire-managed-identity': 'true' } });
});

test('the order in which labels are given does not change the text', () => {
  const text = (labels: Record<string, string>) => InjectionOverlay.of(WorkloadApiSocket.csi(), { labels }).template;
  expect(text({ b: '1', a: '2' })).toBe(text({ a: '2', b: '1' }));
  expect(text({})).not.toContain('metadata');
});

test('a label that Kubernetes refuses is refused', () => {
  expect(refusal(() => InjectionOverlay.of(WorkloadApiSocket.csi(), { labels: { a: 'b c' } })).value).toBe('b c');
});

test('hostPath delivery and another driver come from the socket', () => {
  expect(pod(InjectionOverlay.of(WorkloadApiSocket.hostPath({ directory: '/run/x' }))).spec.volumes).toEqual([
    { name: 'workload-socket', hostPath: { path: '/run/x', type: 'DirectoryOrCreate' } },
  ]);
  const driver = InjectionOverlay.of(WorkloadApiSocket.csi({ driverName: 'csi.example.org' }));
  expect(driver.template).toContain('driver: csi.example.org');
});

test('pods ask for the stock template first, then the overlay', () => {
  expect(overlay.templatesFor('sidecar')).toBe('sidecar,spire');
  expect(overlay.annotationsFor('gateway')).toEqual({ 'inject.istio.io/templates': 'gateway,spire' });
});

test("the reason for a host path stands beside the volume, and answers the checker's warnings there", () => {
  const socket = WorkloadApiSocket.hostPath({ reason: 'no CSI drivers here' });
  const values = (template: string) =>
    `sidecarInjectorWebhook:\n  templates:\n    spire: |\n${template.replace(/^/gm, '      ')}\n`;
  const rules = (template: string) =>
    checkFiles([{ file: 'values.yaml', text: values(template) }], {
      rules: ['hostpath-socket', 'hostpath-socket-writable'],
    }).map(({ rule }) => rule);

  expect(rules(InjectionOverlay.of(WorkloadApiSocket.hostPath()).template)).toEqual([
    'hostpath-socket',
    'hostpath-socket-writable',
  ]);
  expect(InjectionOverlay.of(socket).template).toContain(': no CSI drivers here\n');
  expect(rules(InjectionOverlay.of(socket).template)).toEqual([]);
});
