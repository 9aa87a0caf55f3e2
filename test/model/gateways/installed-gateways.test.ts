import { explain, MeshModel } from '../../../lib/access';
import { Cluster } from '../../../lib/model/cluster/cluster';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { originalClient } from '../../../lib/model/gateways/gateway-topology';
import { Target } from '../../../lib/upstream/releases/target';
import { ask as decide } from '../../analysis/access/objects';

function clusterOf(...texts: readonly string[]): Cluster {
  return Cluster.of(readManifests([{ file: 'a.yaml', text: texts.join('\n---\n') }]).manifests);
}

const operator = (components: string, profile = 'minimal', rest = '') => `
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: mesh, namespace: istio-system}
spec:
  profile: ${profile}
${components}
${rest}`;

const namesOf = (cluster: Cluster) =>
  cluster.installedGateways.map(({ workload }) => `${workload.ref} as ${workload.serviceAccount}`);

describe('gateways of an IstioOperator', () => {
  it('are those that are on, by default or by profile, where they are put', () => {
    const listed = operator(`  components:
    ingressGateways:
      - {name: edge, enabled: true, namespace: edge, label: {istio: edge}}
      - {name: off, enabled: false}
      - {name: unsaid}`);
    expect(namesOf(clusterOf(listed))).toEqual(['edge/edge as edge-service-account']);
    expect(namesOf(clusterOf(operator('', 'demo')))).toEqual([
      'istio-system/istio-ingressgateway as istio-ingressgateway-service-account',
      'istio-system/istio-egressgateway as istio-egressgateway-service-account',
    ]);
    expect(namesOf(clusterOf(operator('')))).toEqual([]);
  });

  it('have the chart’s labels under their own, and the ports of the chart or of their own', () => {
    const cluster = clusterOf(
      operator(`  components:
    ingressGateways:
      - {name: a, enabled: true, label: {istio: a}}
      - {name: b, enabled: true, k8s: {service: {ports: [{name: tcp, port: 9000, targetPort: 9001}]}}}`),
    );
    const [a, b] = cluster.installedGateways;
    expect(a?.workload.labels).toMatchObject({ app: 'istio-ingressgateway', istio: 'a' });
    expect(a?.service.ports.map(({ port, target }) => [port, target])).toEqual([
      [15021, 15021],
      [80, 8080],
      [443, 8443],
    ]);
    expect(b?.service.ports.map(({ port, target }) => [port, target])).toEqual([[9000, 9001]]);
  });

  it('have the Service that others know them by: its labels, and whether it has an address outside', () => {
    const reach = (more: string) => {
      const listed = operator(`  components:\n    ingressGateways: [{name: a, enabled: true, ${more}}]`);
      return clusterOf(listed).installedGateways[0]?.service.mayHaveOuterAddress;
    };
    // The chart makes a load balancer (istio/istio manifests/charts/gateways/istio-ingress/values.yaml).
    expect(reach('label: {}')).toBe(true);
    expect(reach('k8s: {service: {type: ClusterIP}}')).toBe(false);
    expect(reach('k8s: {service: {type: ClusterIP, externalIPs: [192.0.2.1]}}')).toBe(true);
    expect(reach('k8s: {service: {type: NodePort}}')).toBe(false);
    const nodes = 'serviceAnnotations: {traffic.istio.io/nodeSelector: "{}"}';
    expect(reach(`k8s: {service: {type: NodePort}, ${nodes}}`)).toBe(true);
    const overlay = 'overlays: [{kind: Service, name: a, patches: [{path: spec.type, value: LoadBalancer}]}]';
    expect(reach(`k8s: {service: {type: ClusterIP}, ${overlay}}`)).toBe(true);
    const byValues = operator(
      '  components: {ingressGateways: [{name: a, enabled: true}]}',
      'minimal',
      '  values: {gateways: {istio-ingressgateway: {type: ClusterIP}}}',
    );
    expect(clusterOf(byValues).installedGateways[0]?.service.mayHaveOuterAddress).toBe(false);
    const [labelled] = clusterOf(
      operator('  components: {ingressGateways: [{name: a, enabled: true, label: {topology.istio.io/network: us}}]}'),
    ).installedGateways;
    expect(labelled?.service.labels).toMatchObject({ 'topology.istio.io/network': 'us', app: 'istio-ingressgateway' });
  });

  it('of the gateway chart into a network have its ports, and its label', () => {
    const chart = (values: string) => {
      const release = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: east, namespace: argocd}
spec:
  destination: {namespace: istio-system, server: https://kubernetes.default.svc}
  source:
    chart: gateway
    repoURL: https://blob.istio.io/istio-release/charts
    targetRevision: 1.31.4
    helm: {releaseName: east, valuesObject: ${values}}
`;
      return clusterOf(release).installedGateways[0]?.service;
    };
    const east = chart('{networkGateway: us, networkGatewayPorts: {tls: {port: 15443, targetPort: 443}}}');
    expect(east?.labels).toMatchObject({ 'topology.istio.io/network': 'us' });
    expect(east?.ports.map(({ port, target }) => [port, target])).toEqual([
      [15021, 15021],
      [15443, 443],
      [15012, 15012],
      [15017, 15017],
    ]);
    expect(east?.mayHaveOuterAddress).toBe(true);
    const plain = chart('{service: {type: ClusterIP}}');
    expect(plain?.labels).not.toHaveProperty(['topology.istio.io/network']);
    expect(plain?.mayHaveOuterAddress).toBe(false);
  });

  it('have istiod’s certificate unless a patch gives the socket', () => {
    const patch =
      'k8s: {overlays: [{kind: Deployment, name: a, patches: [{path: "spec.template.spec.volumes.[name:workload-socket]", value: {name: workload-socket, csi: {driver: csi.spiffe.io}}}]}]}';
    const proxies = (more: string) => {
      const cluster = clusterOf(operator(`  components:\n    ingressGateways: [{name: a, enabled: true, ${more}}]`));
      return cluster.installedGateways.map(({ workload }) => cluster.proxyOf(workload, Target.of()));
    };
    expect(proxies('k8s: {}')).toMatchObject([{ kind: 'gateway', authority: 'istiod' }]);
    expect(proxies(patch)).toMatchObject([{ kind: 'gateway', authority: 'workload-api' }]);
  });

  it('are not put beside a Deployment of the same name', () => {
    const deployment =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a, namespace: istio-system}\nspec: {template: {spec: {containers: []}}}';
    expect(
      namesOf(clusterOf(operator('  components: {ingressGateways: [{name: a, enabled: true}]}'), deployment)),
    ).toEqual([]);
  });
});

describe('gateways of the chart', () => {
  const values = 'name: edge\npodAnnotations: {inject.istio.io/templates: gateway}\nlabels: {istio: edge}\n';
  const policy = (spec: string, namespace: string) =>
    `apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p-${namespace}, namespace: ${namespace}}\nspec: ${spec}`;

  it('are where a principal names their account, or else where a policy selects them', () => {
    const byPrincipal = policy('{rules: [{from: [{source: {principals: [example.org/ns/edge-1/sa/edge]}}]}]}', 'shop');
    const bySelector = policy('{selector: {matchLabels: {istio: edge}}}', 'edge-2');
    expect(namesOf(clusterOf(values, byPrincipal, bySelector))).toEqual(['edge-1/edge as edge']);
    expect(namesOf(clusterOf(values, bySelector))).toEqual(['edge-2/edge as edge']);
    expect(namesOf(clusterOf(values))).toEqual([]);
    expect(namesOf(clusterOf(values, bySelector, bySelector.replaceAll('edge-2', 'edge-3')))).toEqual([]);
  });
});

describe('gateways of the Gateway API', () => {
  const gateway = (spec: string, annotations = '{}') =>
    `apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: web, namespace: shop, annotations: ${annotations}}\nspec: {${spec}, listeners: [{name: a, port: 80, protocol: HTTP}]}`;

  it.each([
    ['gatewayClassName: istio', '{}', ['shop/web-istio as web-istio']],
    ['gatewayClassName: istio', '{gateway.istio.io/name-override: x}', ['shop/x as web-istio']],
    ['gatewayClassName: istio', '{gateway.istio.io/service-account: x}', ['shop/web-istio as x']],
    ['gatewayClassName: istio-agentgateway', '{}', ['shop/web as web']],
    ['gatewayClassName: istio-waypoint', '{}', []],
    ['gatewayClassName: nginx', '{}', []],
    ['gatewayClassName: istio, addresses: [{type: Hostname, value: edge}]', '{}', []],
  ])('%s %s', (spec, annotations, names) => {
    expect(namesOf(clusterOf(gateway(spec, annotations)))).toEqual(names);
  });

  it('have policies by the name of their Gateway', () => {
    const policy =
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: shop}\nspec: {action: DENY, targetRefs: [{group: gateway.networking.k8s.io, kind: Gateway, name: web}], rules: [{to: [{operation: {paths: [/admin]}}]}]}';
    const { manifests } = readManifests([
      { file: 'a.yaml', text: [gateway('gatewayClassName: istio'), policy].join('\n---\n') },
    ]);
    const ask = (path: string) =>
      decide(MeshModel.from(manifests), { from: 'outside', to: 'shop/web-istio', method: 'GET', path, host: 'a' });
    expect([ask('/admin').verdict, ask('/').verdict]).toEqual(['denied', 'allowed']);
  });
});

describe('what gateways do with their ports', () => {
  const gateway = (server: string) =>
    `apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: web, namespace: shop}\nspec: {selector: {istio: ingressgateway}, servers: [${server}]}`;
  const model = (server: string) => {
    const text = [
      operator('  components: {ingressGateways: [{name: istio-ingressgateway, enabled: true}]}'),
      gateway(server),
    ].join('\n---\n');
    return MeshModel.from(readManifests([{ file: 'a.yaml', text }]).manifests);
  };
  const ports = (server: string) => {
    const asked = model(server);
    const to = asked.findCallee('istio-system/istio-ingressgateway');
    return 'verdict' in to ? [] : asked.portsOf(to).map(({ port, protocol }) => `${port} ${protocol}`);
  };

  it('is what Gateways say, and only there they listen', () => {
    const https = '{port: {number: 443, name: https, protocol: HTTPS}, hosts: [a], tls: {mode: SIMPLE}}';
    const passing = '{port: {number: 443, name: tls, protocol: TLS}, hosts: [b], tls: {mode: PASSTHROUGH}}';
    expect(ports(https)).toEqual(['443 http']);
    expect(ports(passing)).toEqual(['443 tcp']);
    expect(ports(`${https}, ${passing}`)).toEqual(['443 detect']);
  });
});

describe('the original client', () => {
  const with1 = { trustedProxies: 1, usesProxyProtocol: false };
  it.each([
    ['without trusted proxies, the peer', { ...with1, trustedProxies: 0 }, '203.0.113.1', '10.0.0.1'],
    ['with one, the last address', with1, '192.0.2.1, 203.0.113.1', '203.0.113.1'],
    ['with two, the last but one', { ...with1, trustedProxies: 2 }, '192.0.2.1, 203.0.113.1', '192.0.2.1'],
    ['with too few addresses, the peer', { ...with1, trustedProxies: 2 }, '203.0.113.1', '10.0.0.1'],
    ['without the header, the peer', with1, null, '10.0.0.1'],
    ['with an unknown header, unknown', with1, undefined, undefined],
    ['with the PROXY protocol, unknown', { ...with1, usesProxyProtocol: true }, '203.0.113.1', undefined],
  ])('is %s', (_, topology, forwarded, address) => {
    expect(originalClient(topology, forwarded, '10.0.0.1')).toBe(address);
  });

  it('decides at a gateway that trusts the proxy before it', () => {
    const text = [
      operator(
        '  components: {ingressGateways: [{name: istio-ingressgateway, enabled: true}]}',
        'minimal',
        '  meshConfig: {defaultConfig: {gatewayTopology: {numTrustedProxies: 1}}}',
      ),
      'apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: p, namespace: istio-system}\nspec: {selector: {matchLabels: {istio: ingressgateway}}, action: DENY, rules: [{from: [{source: {notRemoteIpBlocks: [203.0.113.0/24]}}]}]}',
    ].join('\n---\n');
    const model = MeshModel.from(readManifests([{ file: 'a.yaml', text }]).manifests);
    const ask = (client: string) =>
      decide(model, {
        from: 'outside',
        to: 'istio-system/istio-ingressgateway',
        port: 80,
        sourceIp: '10.0.0.1',
        method: 'GET',
        path: '/',
        host: 'a',
        headers: { 'X-Forwarded-For': client },
      }).verdict;
    expect([ask('203.0.113.9'), ask('198.51.100.1'), ask('203.0.113.9, 198.51.100.1')]).toEqual([
      'allowed',
      'denied',
      'denied',
    ]);
  });
});

it('names the Gateway by which the world comes in', () => {
  const text = [
    operator('  components: {ingressGateways: [{name: istio-ingressgateway, enabled: true}]}'),
    'apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: web, namespace: shop}\nspec: {selector: {istio: ingressgateway}, servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: ["*"]}]}',
    'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: web, namespace: shop}\nspec: {hosts: [a.example], gateways: [web], http: [{route: [{destination: {host: web}}]}]}',
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: a}]}}}',
    'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, ports: [{name: http, port: 80}]}',
  ].join('\n---\n');
  const model = MeshModel.from(readManifests([{ file: 'a.yaml', text }]).manifests);
  const lines = (from: string) =>
    explain(decide(model, { from, to: 'shop/web' })).filter((line) => line.startsWith('ingress'));
  expect(lines('outside')).toEqual([
    expect.stringMatching(
      /^ingress: Gateway shop\/web routes requests for a\.example here by VirtualService web, ALLOWED: at istio-system\/istio-ingressgateway:80 .* \(for details ask about outside → istio-system\/istio-ingressgateway\)$/,
    ),
  ]);
  expect(lines('istio-system/istio-ingressgateway')).toEqual([]);
});
