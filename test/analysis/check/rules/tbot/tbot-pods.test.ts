import { checkFiles } from '../../../../../lib/check';

interface Pods {
  readonly image?: string;
  readonly container?: string;
  readonly config?: string;
  readonly volumes?: string;
  readonly more?: string;
  readonly annotations?: string;
}

const pods = ({
  image = 'public.ecr.aws/gravitational/tbot-distroless:18.7.3',
  container = '',
  config = '{name: config, configMap: {name: tbot}}',
  volumes = '{name: sockets, hostPath: {path: /run/tbot}}',
  more = '',
  annotations = '',
}: Pods) => `apiVersion: v1
kind: ConfigMap
metadata: {name: tbot, namespace: tp}
data:
  tbot.yaml: |
    version: v2
    proxy_server: example.teleport.sh:443
    services:
      - type: workload-identity-api
        listen: unix:///run/tbot/sockets/workload.sock
        selector: {name: mesh}
        attestors: {kubernetes: {enabled: true}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: tbot, namespace: tp}
spec:
  selector: {matchLabels: {app: tbot}}
  template:
    metadata: {labels: {app: tbot}, annotations: {${annotations}}}
    spec:
      containers:
        - name: tbot
          image: "${image}"
          volumeMounts: [{name: config, mountPath: /config}, {name: sockets, mountPath: /run/tbot}]
          ${container}
        ${more}
      volumes: [${config}, ${volumes}]
`;

const says = (rule: string, parts: Pods) =>
  checkFiles([{ file: 'a.yaml', text: pods(parts) }], { rules: [rule] }).map(({ found }) => found);

describe('the configuration of a tbot pod', () => {
  test.each([
    ['a ConfigMap', '{name: config, configMap: {name: tbot}}'],
    [
      'a projected volume',
      '{name: config, projected: {sources: [{secret: {name: a}}, {configMap: {name: tbot, items: [{key: tbot.yaml, path: tbot.yaml}]}}]}}',
    ],
  ])('is found in %s', (_, config) => {
    expect(says('host-pid', { config })).toEqual(['hostPID is not true']);
    expect(says('node-name-env', { config })).toEqual(['TELEPORT_NODE_NAME is not set']);
  });

  test('is not that of a ConfigMap of another name', () => {
    expect(says('host-pid', { config: '{name: config, projected: {sources: [{configMap: {name: other}}]}}' })).toEqual(
      [],
    );
  });

  test('in a projected volume whose ConfigMap is named by its content changes the pods', () => {
    const config =
      '{name: config, projected: {sources: [{configMap: {name: tbot}}, {configMap: {name: a-5ghk7m2t4b}}]}}';
    expect(says('config-rollout', { config })).toEqual([]);
    expect(says('config-rollout', { config: config.replace('a-5ghk7m2t4b', 'a') })).toHaveLength(1);
  });
});

describe('tbot in an image of Teleport', () => {
  const IMAGE = 'public.ecr.aws/gravitational/teleport-distroless:18.5.0';

  test.each([
    ['a command', 'command: [tbot, start, -c, /config/tbot.yaml]'],
    ['a command with its arguments apart', 'command: [/usr/local/bin/tbot]\n          args: [start]'],
    ['a program that starts it', 'command: [/usr/bin/dumb-init, --, tbot, start]'],
    ['arguments after the image’s own command', 'args: [tbot, start]'],
  ])('is recognised by %s', (_, container) => {
    expect(says('tbot-version-sds-renewal', { image: IMAGE, container })).toEqual(['tbot is 18.5.0']);
  });

  test.each([
    ['teleport itself', IMAGE, ''],
    ['tctl, about a bot called tbot', IMAGE, 'command: [tctl, bots, add, tbot]'],
    ["somebody else's image, whose tag says nothing of tbot", 'example.com/agent:1.0.0', 'command: [tbot, start]'],
    ['another image beginning with the name', 'example.com/teleport-operator:18.5.0', 'command: [tbot, start]'],
  ])('is not %s', (_, image, container) => {
    expect(says('tbot-version-sds-renewal', { image, container })).toEqual([]);
  });
});

describe('TELEPORT_NODE_NAME', () => {
  const env = (...entries: readonly string[]) => ({ container: `env: [${entries.join(', ')}]` });
  const ofField = (path: string, name = 'TELEPORT_NODE_NAME') =>
    `{name: ${name}, valueFrom: {fieldRef: {fieldPath: ${path}}}}`;

  test.each([
    ["the node's name", env(ofField('spec.nodeName'))],
    ["the node's address, where names do not resolve", env(ofField('status.hostIP'))],
    ['another variable with it', env(ofField('spec.nodeName', 'NODE'), '{name: TELEPORT_NODE_NAME, value: $(NODE)}')],
    ['the last of two', env('{name: TELEPORT_NODE_NAME, value: ""}', ofField('spec.nodeName'))],
  ])('may be %s', (_, container) => {
    expect(says('node-name-env', container)).toEqual([]);
  });

  test.each([
    ['metadata.name of the pod', env(ofField('metadata.name'))],
    ['status.podIP of the pod', env(ofField('status.podIP'))],
    ['empty', env('{name: TELEPORT_NODE_NAME, value: ""}')],
    ['empty', env('{name: TELEPORT_NODE_NAME}')],
    ['"node-1" on every node', env('{name: TELEPORT_NODE_NAME, value: node-1}')],
    [
      'the same on every node',
      env('{name: TELEPORT_NODE_NAME, valueFrom: {configMapKeyRef: {name: nodes, key: node}}}'),
    ],
    [
      'NODE, which is metadata.name of the pod',
      env(ofField('metadata.name', 'NODE'), '{name: TELEPORT_NODE_NAME, value: $(NODE)}'),
    ],
    ['NODE, which is not set', env('{name: TELEPORT_NODE_NAME, value: $(NODE)}', ofField('spec.nodeName', 'NODE'))],
    ['TELEPORT_NODE_NAME, which is not set', env('{name: TELEPORT_NODE_NAME, value: $(TELEPORT_NODE_NAME)}')],
  ])('must not be %s', (what, container) => {
    expect(says('node-name-env', container)).toEqual([`TELEPORT_NODE_NAME is ${what}`]);
  });
});

describe('the directory of the socket', () => {
  const EMPTY = '{name: sockets, emptyDir: {}}';
  const reader = (mount: string) => `- {name: proxy, image: "envoyproxy/envoy:v1.35.0", volumeMounts: [${mount}]}`;
  const PRIVATE = ['tbot listens in /run/tbot/sockets, which is an emptyDir that no other container mounts'];

  test.each([
    ['nobody else is in the pod', {}],
    ['another container mounts something else', { more: reader('{name: config, mountPath: /config}') }],
  ])('leads nowhere in an emptyDir when %s', (_, parts) => {
    expect(says('socket-dir-match', { volumes: EMPTY, ...parts })).toEqual(PRIVATE);
  });

  test.each([
    ['a directory of the node', {}],
    ['an emptyDir another container mounts', { volumes: EMPTY, more: reader('{name: sockets, mountPath: /run/tbot}') }],
    [
      'an emptyDir the injected proxy mounts',
      {
        volumes: EMPTY,
        annotations: `sidecar.istio.io/userVolumeMount: '[{"name": "sockets", "mountPath": "/run/tbot"}]'`,
      },
    ],
  ])('may be %s', (_, parts) => {
    expect(says('socket-dir-match', parts)).toEqual([]);
  });

  test('may be the volume that every injected proxy mounts', () => {
    const text = pods({ volumes: EMPTY }).replaceAll('{name: sockets,', '{name: workload-socket,');
    expect(checkFiles([{ file: 'a.yaml', text }], { rules: ['socket-dir-match'] })).toEqual([]);
  });
});
