import { describeRequestProblem, explain, FleetModel } from '../../../lib/access';
import { callsBetween } from '../../../lib/analysis/fleet/calls-between';
import { cached } from '../../../lib/base/cached';
import { add, destinationRule, entry, filesOf, installation, replace, threeClusters } from './three-clusters';

type Changes = Parameters<typeof filesOf>[0];

/** The fleet as it is written: most questions are asked of it, or of one with a change. */
const UNCHANGED: NonNullable<Changes> = {};
const models = new WeakMap<NonNullable<Changes>, FleetModel>();

function ask(from: string, to: string, changes = UNCHANGED, request: object = { method: 'GET', path: '/' }) {
  const model = cached(models, changes, () => FleetModel.from(filesOf(changes)));
  const answer = model.decide({ from, to, ...request });
  return answer.verdict === 'unanswerable'
    ? { verdict: answer.verdict, text: describeRequestProblem(answer) }
    : { verdict: answer.verdict, text: explain(answer).join('\n') };
}

const peerAuthentication = (spec: object, namespace = 'shop') => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'added', namespace },
  spec,
});
/** A mesh configuration that has all proxies ask for endpoints of some networks only. */
function networkView(networks: string): (text: string) => string {
  return (text) =>
    text.replace(
      /^( *)WORKLOAD_IDENTITY_SOCKET_FILE: .*$/m,
      (line, indent) => `${line}\n${indent}ISTIO_META_REQUESTED_NETWORK_VIEW: "${networks}"`,
    );
}

/** Pods of a gateway of `us-1` that are written out, in place of the installer's, and their Service. */
function gatewayService({
  labels = { 'topology.istio.io/network': 'us' },
  type = 'LoadBalancer',
  ...spec
}: {
  readonly labels?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly externalIPs?: readonly string[];
}): NonNullable<Changes> {
  const pods = { istio: 'east' };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'east', namespace: 'istio-system' },
    spec: {
      selector: { matchLabels: pods },
      template: {
        metadata: { labels: pods, annotations: { 'inject.istio.io/templates': 'gateway' } },
        spec: { containers: [{ name: 'istio-proxy', image: 'auto' }] },
      },
    },
  };
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'east', namespace: 'istio-system', labels },
    spec: { selector: pods, type, ports: [{ name: 'tls', port: 15443 }], ...spec },
  };
  return {
    'us-1/east.yaml': (text) => add(service)(add(deployment)(text)),
    'us-1/mesh-policies.k8s.yaml': (text) =>
      text.replace(/selector:\n *app: istio-eastwestgateway\n *istio: eastwestgateway/, 'selector: {istio: east}'),
  };
}

const CARTS = { selector: { matchLabels: { app: 'carts' } } };

test("the callee's cluster decides, by the identity that the caller has in every cluster", () => {
  expect(ask('eu-1:shop/web', 'us-1:shop/carts').verdict).toBe('allowed');
  expect(ask('us-1:shop/web', 'us-1:shop/carts').verdict).toBe('allowed');
  expect(ask('web', 'us-1:carts').verdict).toBe('allowed');
  expect(ask('eu-1:own/reporter', 'us-1:shop/carts').verdict).toBe('denied');
  expect(ask('eu-1:own/reporter', 'us-1:shop/carts', UNCHANGED, { method: 'HEAD' }).verdict).toBe('allowed');
  expect(ask('spiffe://acme.teleport.sh/ns/shop/sa/web', 'us-1:shop/carts').verdict).toBe('allowed');
  expect(ask('spiffe://acme.teleport.sh/ns/shop/sa/web', 'staging:shop/carts').verdict).toBe('denied');
  expect(ask('outside', 'us-1:shop/carts').verdict).toBe('denied');
});

test('a gateway that an installer makes calls other clusters too', () => {
  const gateway = ask('eu-1:istio-system/istio-eastwestgateway', 'us-1:shop/carts');
  expect(gateway.text).toContain('spiffe://acme.teleport.sh/ns/istio-system/sa/istio-eastwestgateway-service-account');
});

describe('a service that runs in several clusters', () => {
  test('is said to be so, as each cluster has policies of its own', () => {
    const { verdict, text } = ask('eu-1:shop/web', 'eu-1:shop/stats');
    expect(verdict).toBe('allowed');
    expect(text).toContain('assumed: the request reaches pods of eu-1: pods of us-1 also serve this name');
    expect(ask('eu-1:shop/web', 'us-1:shop/stats').verdict).toBe('denied');
    expect(ask('us-1:shop/web', 'us-1:shop/carts').text).not.toContain('answer to the name too');
    expect(ask('staging:shop/web', 'staging:shop/carts').text).not.toContain('answer to the name too');
  });

  test('and one without pods here is asked about where it has them', () => {
    expect(ask('eu-1:shop/web', 'eu-1:shop/carts')).toEqual({
      verdict: 'unanswerable',
      text: 'Service shop/carts has no pods in eu-1; ask about the cluster that has them',
    });
  });
});

/** As two clusters of release 1.31 with gateways of these kinds answered: 503 in each case. */
describe('nothing but mutual TLS gets from network to network', () => {
  test.each<[string, Changes]>([
    ['pods without a proxy', { 'us-1/shop.k8s.yaml': (text) => withoutProxy(text, 'carts') }],
    [
      "plain text only, by the callee's cluster",
      { 'us-1/more.yaml': add(peerAuthentication({ ...CARTS, mtls: { mode: 'DISABLE' } })) },
    ],
    [
      "a DestinationRule of the callee's cluster",
      { 'us-1/more.yaml': add(destinationRule({ tls: { mode: 'DISABLE' } })) },
    ],
  ])('%s', (_what, changes) => {
    const { verdict, text } = ask('eu-1:shop/web', 'us-1:shop/carts', changes);
    expect(verdict).toBe('denied');
    if (text.includes('because ALLOW')) return;
    expect(text).toMatch(
      /us-1 is on another network, and the gateway in between accepts only mutual TLS|callee’s mode is STRICT/,
    );
  });

  test('not even where a policy lets in whoever has no identity', () => {
    const open = {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name: 'open', namespace: 'shop' },
      spec: { rules: [{}] },
    };
    const changes = {
      'us-1/more.yaml': (text: string) =>
        add(open)(add(peerAuthentication({ ...CARTS, mtls: { mode: 'DISABLE' } }))(text)),
    };
    const { verdict, text } = ask('eu-1:shop/web', 'us-1:shop/carts', changes);
    expect(verdict).toBe('denied');
    expect(text).toContain('us-1 is on another network, and the gateway in between accepts only mutual TLS');
  });

  const onOneNetwork = installation('us-1', replace('network: us\n', 'network: eu\n'));

  test('on one network pods without a proxy are reached', () => {
    const changes = { ...onOneNetwork, 'us-1/shop.k8s.yaml': (text: string) => withoutProxy(text, 'carts') };
    expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes)).toMatchObject({ verdict: 'allowed' });
  });

  test("and a DestinationRule of the callee's cluster sets nothing of callers elsewhere", () => {
    const changes = { ...onOneNetwork, 'us-1/more.yaml': add(destinationRule({ tls: { mode: 'DISABLE' } })) };
    const { verdict, text } = ask('eu-1:shop/web', 'us-1:shop/carts', changes);
    expect(verdict).toBe('unanswerable');
    expect(text).toMatch(/callers in us-1 do not send mutual TLS .* eu-1 decides what its own proxies send/);
  });
});

/** Says in a mesh configuration whether a host is reached in its own cluster only. */
function clusterLocal(host: string, is: boolean): (text: string) => string {
  const entry = JSON.stringify({ settings: { clusterLocal: is }, hosts: [host] });
  return (text) =>
    text.replace(/^( *)trustDomain: .*$/m, (line, indent) => `${line}\n${indent}serviceSettings: [${entry}]`);
}

describe('what is taken for granted of the way is said', () => {
  test('a gateway whose pods are not among the manifests', () => {
    const text = 'us-1 runs the gateway that Gateway istio-system/cross-network-gateway selects';
    expect(ask('eu-1:shop/web', 'us-1:shop/carts').text).not.toContain(text);
    const changes = { 'us-1/mesh-policies.k8s.yaml': replace('istio: eastwestgateway', 'istio: elsewhere') };
    const answer = ask('eu-1:shop/web', 'us-1:shop/carts', changes);
    expect(answer.verdict).toBe('allowed');
    expect(answer.text).toContain(`assumed: ${text}: its manifests have no pods with the labels`);
    expect(answer.text).toContain('istio=elsewhere');
  });

  test('a Service of the gateway that is not among the manifests', () => {
    const text =
      'us-1 has a Service by which other networks find the gateway of Gateway istio-system/cross-network-gateway';
    const changes = gatewayService({});
    expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes)).toMatchObject({ verdict: 'allowed' });
    expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes).text).not.toContain(text);
    const without = {
      ...changes,
      'us-1/east.yaml': (old: string) =>
        `${changes['us-1/east.yaml']?.(old)}`.replace('"kind":"Service"', '"kind":"Endpoints"'),
    };
    const answer = ask('eu-1:shop/web', 'us-1:shop/carts', without);
    expect(answer.verdict).toBe('allowed');
    expect(answer.text).toContain(`assumed: ${text}`);
  });

  test.each<[string, Changes]>([
    ['external IPs', gatewayService({ type: 'ClusterIP', externalIPs: ['192.0.2.1'] })],
    ['a type that is yet to be filled in', gatewayService({ type: '$(TYPE)' })],
    [
      'a network that is yet to be filled in',
      gatewayService({ labels: { 'topology.istio.io/network': '$(NETWORK)' } }),
    ],
    [
      'networks that the caller names by hand, and with them the Services of gateways',
      {
        ...gatewayService({ labels: {} }),
        ...installation('eu-1', (text) =>
          text.replace(/^( *)network: eu$/m, (line, indent) => `${line}\n${indent}meshNetworks: {us: {endpoints: []}}`),
        ),
      },
    ],
  ])('a gateway may be found by %s', (_what, changes) => {
    expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes).verdict).toBe('allowed');
  });

  test('networks that an installation names by hand', () => {
    const named = (text: string) =>
      text.replace(/^( *)network: eu$/m, (line, indent) => `${line}\n${indent}meshNetworks: {us: {endpoints: []}}`);
    const changes = installation('eu-1', named);
    const text = 'assumed: eu-1 sees the networks of its installation: global.meshNetworks';
    expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes).text).toContain(text);
    expect(ask('us-1:shop/web', 'us-1:shop/carts', changes).text).not.toContain('meshNetworks');
  });

  test('that pods on one network reach each other', () => {
    const changes = installation('us-1', replace('network: us\n', 'network: eu\n'));
    const text = 'assumed: pods of eu-1 reach pods of us-1 directly by address: both clusters are on one network';
    expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes).text).toContain(text);
    expect(ask('eu-1:shop/web', 'us-1:shop/carts').text).not.toContain('by their addresses');
  });
});

describe('a cluster without a control plane of its own', () => {
  const remote = (cluster: string, helm = 'istiodRemote: {enabled: true}\n'): NonNullable<Changes> => ({
    [`${cluster}/istio/istio-operator.yaml`]: replace('profile: minimal', 'profile: remote'),
    [`${cluster}/istio/values-istiod.yaml`]: (text) => `${text}${helm}`,
  });

  test.each([
    ['istioctl', { 'us-1/istio/istio-operator.yaml': replace('profile: minimal', 'profile: remote') }],
    ['Helm', { 'us-1/istio/values-istiod.yaml': (text: string) => `${text}istiodRemote: {enabled: true}\n` }],
    [
      'an address',
      installation('us-1', (text: string) =>
        text.replace(/^( *)meshID: .*$/m, (line, indent) => `${line}\n${indent}remotePilotAddress: 192.0.2.1`),
      ),
    ],
  ] as readonly (readonly [string, NonNullable<Changes>])[])('applies no policies of its own: %s', (_what, changes) => {
    for (const from of ['eu-1:shop/web', 'us-1:shop/web']) {
      const { verdict, text } = ask(from, 'us-1:shop/carts', changes);
      expect(verdict).toBe('depends');
      expect(text).toContain(
        'uses a control plane in another cluster (istiodRemote), which reads the policies of that',
      );
    }
    expect(ask('eu-1:shop/web', 'eu-1:shop/stats', changes).verdict).toBe('allowed');
  });

  test('and its callers go by the rules of that cluster', () => {
    const { verdict, text } = ask('eu-1:shop/web', 'us-1:shop/carts', remote('eu-1'));
    expect(verdict).toBe('unanswerable');
    expect(text).toContain('eu-1: the installation uses a control plane in another cluster');
  });

  test('is read where it is the one whose objects that control plane reads', () => {
    const changes = {
      'us-1/istio/values-istiod.yaml': (text: string) =>
        `${text.replace(/^global:$/m, 'global:\n  configCluster: true')}istiodRemote: {enabled: true}\n`,
    };
    expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes).verdict).toBe('allowed');
  });
});

describe('a gateway of another cluster that routes to a Service', () => {
  const text = 'assumed: the request does not come through Gateway eu-1:shop/entry, which routes carts.example to it';
  const letIn = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'entry', namespace: 'shop' },
    spec: {
      ...CARTS,
      rules: [{ from: [{ source: { principals: ['acme.teleport.sh/ns/shop/sa/entry'] } }] }],
    },
  };
  const routed = (host = 'carts', { hasPods } = { hasPods: true }) => {
    const { pods, gateway, route } = entry(host);
    return { 'eu-1/entry.yaml': add(gateway, route, ...(hasPods ? [pods] : [])) };
  };
  const entered = (...args: Parameters<typeof routed>) => ({ ...routed(...args), 'us-1/entry.yaml': add(letIn) });
  const outside = (changes: Changes, to = 'us-1:shop/carts') => ask('outside', to, changes);

  test('is said where somebody asks about the outside, as it brings requests to the pods of all clusters', () => {
    const { verdict, text: answer } = outside(entered());
    expect(verdict).toBe('denied');
    expect(answer).toContain(`${text}: ask about eu-1:shop/entry`);
    expect(ask('eu-1:shop/entry', 'us-1:shop/carts', entered()).verdict).toBe('allowed');
    expect(outside(entered('carts', { hasPods: false })).text).toContain(
      `${text}: ask about its pods, which are not in the manifests`,
    );
  });

  test.each<[string, string, Changes]>([
    ['it routes to another Service', 'us-1', entered('stats')],
    [
      'policies do not let it in',
      'us-1',
      { ...entered(), 'us-1/entry.yaml': add({ ...letIn, spec: { ...CARTS, rules: [] } }) },
    ],
    ['it is of another mesh', 'staging', entered()],
    ['its cluster keeps such requests', 'us-1', { ...entered(), ...installation('eu-1', clusterLocal('*', true)) }],
  ])('is not, where %s', (_what, cluster, changes) => {
    expect(outside(changes, `${cluster}:shop/carts`).text).not.toContain('does not come through');
    expect(ask('us-1:shop/web', 'us-1:shop/carts', changes).text).not.toContain('does not come through');
  });

  test('is among what is not evaluated between clusters', () => {
    const listed = (changes: Changes) => callsBetween(FleetModel.from(filesOf(changes)).clusters).outside;
    expect(listed(entered())).toEqual([
      {
        from: 'outside by Gateway eu-1:shop/entry',
        to: 'us-1:shop/carts',
        because: expect.stringContaining('it routes carts.example there, eu-1:shop/entry may call it') as string,
      },
    ]);
    expect(listed(entered('stats'))).toEqual([]);
    expect(listed(routed())).toEqual([]);
  });
});

test('a proxy that asks for endpoints of the network of the callee gets them', () => {
  const view = (networks: string) => installation('eu-1', networkView(networks));
  expect(ask('eu-1:shop/web', 'us-1:shop/carts', view('eu, us')).verdict).toBe('allowed');
  expect(ask('eu-1:shop/web', 'us-1:shop/carts', view('')).verdict).toBe('allowed');
  // The gateway into a network is told to, by a variable of its own.
  const letIn = { principals: ['acme.teleport.sh/ns/istio-system/sa/istio-eastwestgateway-service-account'] };
  const policy = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'east', namespace: 'shop' },
    spec: { ...CARTS, rules: [{ from: [{ source: letIn }] }] },
  };
  const { text } = ask('eu-1:istio-system/istio-eastwestgateway', 'us-1:shop/carts', { 'us-1/more.yaml': add(policy) });
  expect(text).toContain('may see only some networks (ISTIO_META_REQUESTED_NETWORK_VIEW: eu)');
});

test("a DestinationRule that gateways of the callee's cluster do not see says nothing of what they pass on", () => {
  const rule = (namespace: string, exportTo?: readonly string[]) => ({
    'us-1/more.yaml': add({
      apiVersion: 'networking.istio.io/v1',
      kind: 'DestinationRule',
      metadata: { name: 'plain', namespace },
      spec: {
        host: 'carts.shop.svc.cluster.local',
        ...(exportTo !== undefined && { exportTo }),
        trafficPolicy: { tls: { mode: 'DISABLE' } },
      },
    }),
  });
  const reporter = (changes: Changes) =>
    ask('eu-1:own/reporter', 'us-1:shop/carts', changes, { method: 'HEAD' }).verdict;
  expect(reporter(rule('shop'))).toBe('denied');
  expect(reporter(rule('istio-system'))).toBe('denied');
  // Of the namespace of clients: those of the other cluster have rules of their own.
  expect(reporter(rule('own'))).not.toBe('denied');
  expect(reporter(rule('istio-system', ['own']))).not.toBe('denied');
  const byDefault = installation('us-1', (text) =>
    text.replace(/^( *)trustDomain: .*$/m, (line, indent) => `${line}\n${indent}defaultDestinationRuleExportTo: [own]`),
  );
  expect(reporter({ ...rule('istio-system'), ...byDefault })).not.toBe('denied');
});

test('requests that stay in their cluster get to no pods of others that answer to the name', () => {
  const changes = installation('eu-1', clusterLocal('stats.shop.svc.cluster.local', true));
  expect(ask('eu-1:shop/web', 'eu-1:shop/stats', changes).text).not.toContain('answer to the name too');
  expect(ask('eu-1:shop/web', 'us-1:shop/carts', changes).verdict).toBe('allowed');
  const open = installation('eu-1', clusterLocal('*', false));
  expect(ask('eu-1:shop/web', 'us-1:shop/carts', open).verdict).toBe('allowed');
});

test('names of clusters may have colons, and be numbers', () => {
  const arn = 'arn:aws:eks:eu-central-1:123456789012:cluster/eu-1';
  const named = (name: string) => installation('eu-1', replace('clusterName: eu-1', `clusterName: ${name}`));
  expect(ask(`${arn}:shop/web`, 'us-1:shop/carts', named(arn)).verdict).toBe('allowed');
  expect(ask('123:shop/web', 'us-1:shop/carts', named('123')).verdict).toBe('allowed');
  // The scheme of an identity is not a cluster.
  const web = 'spiffe://acme.teleport.sh/ns/shop/sa/web';
  expect(ask(web, 'us-1:shop/carts', named('spiffe')).verdict).toBe('allowed');
});

describe('no answer where it would be a guess', () => {
  const inUs = (file: string) => `us-1/${file}`;
  test.each<[string, Changes, RegExp]>([
    [
      "a PeerAuthentication of the caller's cluster for the callee's pods",
      { 'eu-1/more.yaml': add(peerAuthentication({ ...CARTS, mtls: { mode: 'DISABLE' } })) },
      /PeerAuthentication of eu-1 sets DISABLE for shop\/carts/,
    ],
    [
      'a port that the proxy of the caller does not take',
      {
        'eu-1/shop.k8s.yaml': (text) =>
          withAnnotation(text, 'web', `${TEMPLATES}\n        traffic.sidecar.istio.io/excludeOutboundPorts: '80'`),
      },
      /proxy of eu-1:shop\/web does not intercept the connection/,
    ],
    [
      'a Sidecar of the caller that does not import the Service',
      {
        'eu-1/more.yaml': add({
          apiVersion: 'networking.istio.io/v1',
          kind: 'Sidecar',
          metadata: { name: 'default', namespace: 'shop' },
          spec: { egress: [{ hosts: ['istio-system/*'] }] },
        }),
      },
      /proxy of eu-1:shop\/web does not know the Service: Sidecar shop\/default does not import Service shop\/carts/,
    ],
    [
      'a Service that is not exported to the caller',
      {
        'eu-1/remote-services.k8s.yaml': replace(
          '  name: carts\n',
          "  name: carts\n  annotations: {networking.istio.io/exportTo: 'other'}\n",
        ),
      },
      /exported to other, not to namespace shop/,
    ],
    [
      'a Service of the caller’s cluster without the port',
      { 'eu-1/remote-services.k8s.yaml': replace('port: 80\n', 'port: 8000\n') },
      /Service shop\/carts of eu-1 has no port 80/,
    ],
    [
      'a port of another name in the caller’s cluster, by which its istiod finds no pods elsewhere',
      { 'eu-1/remote-services.k8s.yaml': replace('name: http\n', 'name: http-web\n') },
      /port 80 of Service shop\/carts of eu-1 is named "http-web", not "http"/,
    ],
    [
      'a Service of the caller’s cluster that is a name for something else',
      {
        'eu-1/remote-services.k8s.yaml': replace(
          'spec:\n',
          'spec:\n  type: ExternalName\n  externalName: carts.example\n',
        ),
      },
      /Service shop\/carts of eu-1 is an alias for carts\.example/,
    ],
    [
      'a headless Service of the caller’s cluster',
      { 'eu-1/remote-services.k8s.yaml': replace('spec:\n', 'spec:\n  clusterIP: None\n') },
      /Service shop\/carts of eu-1 is headless/,
    ],
    [
      'a Service of the caller’s cluster for pods of the same node',
      { 'eu-1/remote-services.k8s.yaml': replace('spec:\n', 'spec:\n  internalTrafficPolicy: Local\n') },
      /Service shop\/carts has internalTrafficPolicy Local, so proxies of eu-1/,
    ],
    [
      'pods that are on another network than their cluster',
      {
        [inUs('shop.k8s.yaml')]: replace(
          '        app: carts\n',
          '        app: carts\n        topology.istio.io/network: elsewhere\n',
        ),
      },
      /pods of us-1:shop\/carts are labelled with network elsewhere, but the network of us-1 is us/,
    ],
    [
      'a mesh configuration of the caller that keeps requests in their cluster',
      installation('eu-1', clusterLocal('*.shop.svc.cluster.local', true)),
      /serviceSettings of eu-1 keep requests for shop\/carts in their cluster/,
    ],
    [
      'a gateway at a port that nothing leads to',
      { [inUs('mesh-policies.k8s.yaml')]: replace('number: 15443', 'number: 15444') },
      /accept traffic from other networks on port 15444, but no Service of the gateway maps port 15443/,
    ],
    [
      'a gateway whose Service is not labelled with the network, as others find it',
      gatewayService({ labels: {} }),
      /Service istio-system\/east of its gateway lacks the label topology\.istio\.io\/network: us, by which/,
    ],
    [
      'a gateway that an installer makes without that label',
      {
        [inUs('istio/istio-operator.yaml')]: replace('          topology.istio.io/network: us\n', ''),
        [inUs('istio/values-eastwest-gateway.yaml')]: replace('networkGateway: us\n', ''),
      },
      /Service istio-system\/istio-eastwestgateway of its gateway lacks the label/,
    ],
    [
      'a gateway whose Service is labelled with another network',
      gatewayService({ labels: { 'topology.istio.io/network': 'elsewhere' } }),
      /lacks the label topology\.istio\.io\/network: us/,
    ],
    [
      'a gateway that only its own cluster has an address of',
      gatewayService({ type: 'ClusterIP' }),
      /Service istio-system\/east of its gateway has no address outside the cluster/,
    ],
    [
      'a gateway at ports of nodes that nothing selects',
      gatewayService({ type: 'NodePort' }),
      /has no address outside the cluster/,
    ],
    [
      'a gateway that an installer gives no address outside',
      { [inUs('istio/istio-operator.yaml')]: replace('type: LoadBalancer', 'type: ClusterIP') },
      /Service istio-system\/istio-eastwestgateway of its gateway has no address outside/,
    ],
    [
      'a gateway in a namespace that the control plane of the caller does not look at',
      installation('eu-1', (text) =>
        text.replace(
          /^( *)trustDomain: .*$/m,
          (line, indent) =>
            `${line}\n${indent}discoverySelectors: [{matchLabels: {istio-injection: enabled}}, {matchLabels: {topology.istio.io/network: eu}}]`,
        ),
      ),
      /discoverySelectors of eu-1 do not surely select the namespace istio-system of us-1/,
    ],
    [
      'a Gateway for HTTP, to which its TLS settings mean nothing',
      { [inUs('mesh-policies.k8s.yaml')]: replace('protocol: TLS', 'protocol: HTTP') },
      /no Gateway in its manifests accepts traffic from other networks/,
    ],
    [
      'a Gateway that the control plane there does not look at',
      {
        [inUs('mesh-policies.k8s.yaml')]: replace('namespace: istio-system', 'namespace: elsewhere'),
        ...installation('us-1', (text) =>
          text.replace(
            /^( *)trustDomain: .*$/m,
            (line, indent) =>
              `${line}\n${indent}discoverySelectors: [{matchLabels: {istio-injection: enabled}}, {matchLabels: {topology.istio.io/network: us}}, {matchLabels: {kubernetes.io/metadata.name: istio-system}}]`,
          ),
        ),
        [inUs('more.yaml')]: add({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'elsewhere' } }),
      },
      /no Gateway in its manifests accepts traffic from other networks/,
    ],
    [
      'a caller whose annotation asks for endpoints of some networks only',
      {
        'eu-1/shop.k8s.yaml': (text) =>
          withAnnotation(
            text,
            'web',
            "inject.istio.io/templates: sidecar,spire\n        proxy.istio.io/config: '{proxyMetadata: {ISTIO_META_REQUESTED_NETWORK_VIEW: eu}}'",
          ),
      },
      /proxy of eu-1:shop\/web may see only some networks \(ISTIO_META_REQUESTED_NETWORK_VIEW\)/,
    ],
    [
      'a mesh in which all proxies do',
      installation('eu-1', networkView('eu,ap')),
      /may see only some networks \(ISTIO_META_REQUESTED_NETWORK_VIEW: eu,ap\)/,
    ],
    [
      'a ProxyConfig that may be for the caller',
      {
        'eu-1/more.yaml': add({
          apiVersion: 'networking.istio.io/v1beta1',
          kind: 'ProxyConfig',
          metadata: { name: 'view', namespace: 'shop' },
          spec: { environmentVariables: { ISTIO_META_REQUESTED_NETWORK_VIEW: 'eu' } },
        }),
      },
      /may see only some networks/,
    ],
    [
      'a cluster that names no network',
      {
        ...installation('eu-1', replace('network: eu\n', 'unused: x\n')),
        'eu-1/00-namespaces.k8s.yaml': replace('topology.istio.io/network: eu', 'unused: x'),
      },
      /eu-1 does not state its network/,
    ],
    [
      'networks that only the namespaces of istiod name',
      {
        ...installation('eu-1', replace('network: eu\n', 'unused: x\n')),
        ...installation('us-1', replace('network: us\n', 'network: ""\n')),
        [inUs('mesh-policies.k8s.yaml')]: replace('AUTO_PASSTHROUGH', 'PASSTHROUGH'),
      },
      /us-1 is on another network, and no Gateway/,
    ],
    [
      'a gateway for other hosts',
      { [inUs('mesh-policies.k8s.yaml')]: replace("'*.local'", "'*.ledger.svc.cluster.local'") },
      /accept traffic from other networks only for \*\.ledger\.svc\.cluster\.local/,
    ],
    [
      'two trust domains under one mesh ID, though one accepts the other',
      {
        [inUs('istio/istio-operator.yaml')]: (text) =>
          text.replace(
            'trustDomain: acme.teleport.sh',
            'trustDomain: other.example\n    trustDomainAliases: [acme.teleport.sh]',
          ),
        [inUs('istio/values-istiod.yaml')]: (text) =>
          text.replace(
            'trustDomain: acme.teleport.sh',
            'trustDomain: other.example\n  trustDomainAliases: [acme.teleport.sh]',
          ),
      },
      /trust domain of eu-1 is acme\.teleport\.sh, and that of us-1 is other\.example/,
    ],
    [
      'a DestinationRule with TLS of the caller',
      {
        'eu-1/more.yaml': add(
          destinationRule({ portLevelSettings: [{ port: { number: 80 }, tls: { mode: 'SIMPLE' } }] }),
        ),
      },
      /DestinationRule shop\/added of eu-1 may change/,
    ],
  ])('%s', (_what, changes, message) => {
    const { verdict, text } = ask('eu-1:shop/web', 'us-1:shop/carts', changes);
    expect(text).toMatch(message);
    expect(verdict).toBe('unanswerable');
  });

  test("a callee whose certificate is of its cluster's own istiod", () => {
    const changes = {
      'us-1/shop.k8s.yaml': (text: string) => withAnnotation(text, 'carts', 'inject.istio.io/templates: sidecar'),
    };
    const { verdict, text } = ask('eu-1:shop/web', 'us-1:shop/carts', changes);
    expect(text).toMatch(/do not state that us-1:shop\/carts gets its certificate from the Workload API/);
    expect(verdict).toBe('unanswerable');
  });

  test('a namespace that the control plane of the caller does not look at', () => {
    const ofNames = (names: readonly string[]) => {
      const selectors = names.map((name) => `{matchLabels: {kubernetes.io/metadata.name: ${name}}}`).join(', ');
      return (text: string) =>
        text.replace(
          /^( *)trustDomain: .*$/m,
          (line, indent) => `${line}\n${indent}discoverySelectors: [${selectors}]`,
        );
    };
    const inEu = (names: readonly string[]) => installation('eu-1', ofNames(names));
    const head = { method: 'HEAD' };
    expect(ask('eu-1:own/reporter', 'us-1:shop/carts', inEu(['istio-system', 'own', 'shop']), head).verdict).toBe(
      'allowed',
    );
    const { verdict, text } = ask('eu-1:own/reporter', 'us-1:shop/carts', inEu(['istio-system', 'own']), head);
    expect(text).toContain('discoverySelectors of eu-1 do not select the namespace shop of us-1');
    expect(verdict).toBe('unanswerable');
  });

  test('what gateways of another cluster bring', () => {
    expect(ask('eu-1:outside', 'us-1:shop/carts').text).toMatch(/belong to no cluster/);
    expect(ask('staging:shop/web', 'us-1:shop/carts').text).toMatch(/staging is part of mesh acme-staging/);
  });
});

test('a DestinationRule about load balancing changes nothing', () => {
  const rule = destinationRule({
    outlierDetection: { consecutive5xxErrors: 3 },
    loadBalancer: { localityLbSetting: { enabled: true } },
  });
  expect(ask('eu-1:shop/web', 'us-1:shop/carts', { 'eu-1/more.yaml': add(rule) }).verdict).toBe('allowed');
  const mutual = destinationRule({ tls: { mode: 'ISTIO_MUTUAL' } });
  expect(ask('eu-1:shop/web', 'us-1:shop/carts', { 'eu-1/more.yaml': add(mutual) }).verdict).toBe('allowed');
});

test('a policy for all workloads does not reach what a gateway passes on unread', () => {
  const nothing = {
    apiVersion: 'security.istio.io/v1',
    kind: 'AuthorizationPolicy',
    metadata: { name: 'nothing', namespace: 'istio-system' },
    spec: {},
  };
  expect(ask('eu-1:shop/web', 'us-1:shop/carts', { 'us-1/more.yaml': add(nothing) }).verdict).toBe('allowed');
});

test('of one cluster names may begin with it, and need not', () => {
  const [eu] = threeClusters().clusters;
  const model = FleetModel.from(eu?.app ?? '');
  expect(model.decide({ from: 'eu-1:shop/web', to: 'eu-1:shop/stats', method: 'GET' }).verdict).toBe('allowed');
  expect(model.decide({ from: 'shop/web', to: 'shop/stats', method: 'GET' }).verdict).toBe('allowed');
  expect(model.decide({ from: 'us-1:shop/web', to: 'shop/stats' })).toMatchObject({ kind: 'unknown-workload' });
});

test('what is not kept apart is refused', () => {
  expect(() => FleetModel.from(filesOf({ 'more.yaml': add(peerAuthentication({})) }))).toThrow(
    /in no cluster’s directory/,
  );
  expect(() => FleetModel.from([peerAuthentication({})])).toThrow(/do not state their cluster/);
  const twice = installation('eu-1', replace('clusterName: eu-1', 'clusterName: us-1'));
  expect(() => FleetModel.from(filesOf(twice))).toThrow(/eu-1 and us-1 both have an installation that names .*us-1/);
  expect(() => FleetModel.from(filesOf({ 'us-1/more.yaml': () => 'kind: [\n' }))).toThrow(/us-1\/more\.yaml/);
});

const TEMPLATES = 'inject.istio.io/templates: sidecar,spire';

function withoutProxy(text: string, app: string): string {
  return inApp(text, app, "sidecar.istio.io/inject: 'true'", "sidecar.istio.io/inject: 'false'");
}

/** Puts an annotation of the pods of one app in place of the injector's templates. */
function withAnnotation(text: string, app: string, annotation: string): string {
  return inApp(text, app, TEMPLATES, annotation);
}

function inApp(text: string, app: string, before: string, after: string): string {
  return text
    .split('\n---\n')
    .map((one) => (one.includes(`\n  name: ${app}\n`) ? one.replace(before, after) : one))
    .join('\n---\n');
}
