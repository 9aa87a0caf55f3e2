import { KubernetesJoin, MeshFleet, Port, TeleportCluster } from '../../../lib';
import { FleetModel } from '../../../lib/access';
import * as decisions from '../../../lib/analysis/access/decide';
import { callersIn } from '../../../lib/analysis/fleet/callers-in';
import { callsBetween } from '../../../lib/analysis/fleet/calls-between';
import { callsToText } from '../../../lib/analysis/fleet/render-calls-between';
import { add, filesOf, installation, replace } from './three-clusters';

type Changes = Parameters<typeof filesOf>[0];

const policy = (spec: object) => ({
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'added', namespace: 'shop' },
  spec,
});
const from = (source: object) => policy({ rules: [{ from: [{ source }] }] });
const PLAIN = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'plain', namespace: 'plain' },
  spec: {
    selector: { matchLabels: { app: 'plain' } },
    template: { metadata: { labels: { app: 'plain' } }, spec: { containers: [{ name: 'a', image: 'x/a' }] } },
  },
};
const PLAIN_SERVICE = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'plain', namespace: 'plain' },
  spec: { selector: { app: 'plain' }, ports: [{ name: 'http', port: 80 }] },
};
const withPlain = (text: string) => add(PLAIN_SERVICE)(add(PLAIN)(text));

/** Each call between clusters, asked one by one. */
function askedOneByOne({ clusters }: FleetModel): readonly string[] {
  const fleet = new FleetModel(clusters);
  return clusters.flatMap((one) =>
    clusters.flatMap((other) =>
      one === other
        ? []
        : callersIn(one.model).flatMap((workload) =>
            other.model.services.flatMap(({ ref, ports }) =>
              ports.flatMap(({ port }) => {
                const [caller, callee] = [`${one.name}:${workload.ref}`, `${other.name}:${ref}`];
                const { verdict } = fleet.decide({ from: caller, to: callee, port });
                return verdict === 'allowed' || verdict === 'depends' ? `${caller} → ${callee}` : [];
              }),
            ),
          ),
    ),
  );
}

test.each<[string, Changes]>([
  ['as they are written', {}],
  ['a namespace is let in', { 'us-1/more.yaml': add(from({ namespaces: ['own'] })) }],
  ['a pattern is let in', { 'us-1/more.yaml': add(from({ principals: ['acme.teleport.sh/ns/own/*'] })) }],
  ['an end of names is let in', { 'us-1/more.yaml': add(from({ principals: ['*/sa/reporter'] })) }],
  ['namespaces by a pattern are let in', { 'us-1/more.yaml': add(from({ namespaces: ['ow*'] })) }],
  ['ServiceAccounts are let in', { 'us-1/more.yaml': add(from({ serviceAccounts: ['own/reporter'] })) }],
  ['a trust domain is let in', { 'us-1/more.yaml': add(from({ trustDomains: ['acme.teleport.sh'] })) }],
  ['everybody with an identity is let in', { 'us-1/more.yaml': add(from({ principals: ['*'] })) }],
  [
    'everybody but one is let in',
    { 'us-1/more.yaml': add(from({ notPrincipals: ['acme.teleport.sh/ns/own/sa/reporter'] })) },
  ],
  ['everybody is let in', { 'us-1/more.yaml': add(policy({ rules: [{}] })) }],
  [
    'one is denied',
    { 'us-1/more.yaml': add(policy({ action: 'DENY', rules: [{ from: [{ source: { namespaces: ['own'] } }] }] })) },
  ],
  ['pods without a proxy are on another network', { 'us-1/more.yaml': withPlain }],
  [
    'pods without a proxy are on the same network',
    {
      'us-1/more.yaml': withPlain,
      ...installation('us-1', replace('network: us\n', 'network: eu\n')),
    },
  ],
])('are those that are allowed when each is asked about: %s', (_what, changes) => {
  const model = FleetModel.from(filesOf(changes));
  const { calls } = callsBetween(model.clusters);
  expect(new Set(calls.map((call) => `${call.from} → ${call.to}`))).toEqual(new Set(askedOneByOne(model)));
});

/** A mesh of clusters, in each of which `web` may call `carts` of its own cluster and of the next one. */
function ring(count: number): FleetModel {
  const fleet = new MeshFleet({ teleport: TeleportCluster.cloud('acme.teleport.sh'), outdir: 'not-written' });
  const clusters = Array.from({ length: count }, (_, index) =>
    fleet.addCluster(`c-${index}`, {
      join: KubernetesJoin.oidc(`https://issuer.example/${index}`),
      network: `n-${index}`,
    }),
  );
  const props = { image: 'registry.example/app:1.0.0', ports: [Port.http(80, { targetPort: 8080 })] };
  const namespaces = clusters.map((cluster, index) =>
    fleet.addNamespace(`ns-${index}`, { identity: 'exclusive', clusters: [cluster] }),
  );
  const webs = namespaces.map((namespace) => namespace.addService('web', props));
  const carts = namespaces.map((namespace) => namespace.addService('carts', props));
  for (const [index, web] of webs.entries()) {
    for (const callee of [index, (index + 1) % count]) {
      const target = carts[callee];
      if (target) web.calls(target, { methods: ['GET'] });
    }
  }
  return FleetModel.from(fleet);
}

test('callers whose certificates other clusters may trust or not are said to be left out', () => {
  const changes = {
    'eu-1/shop.k8s.yaml': (text: string) =>
      text.replaceAll(/inject\.istio\.io\/templates: .*/g, 'inject.istio.io/templates: sidecar'),
  };
  const { calls, notListed } = callsBetween(FleetModel.from(filesOf(changes)).clusters);
  expect(notListed).toContainEqual({
    from: 'eu-1',
    to: 'us-1',
    because: expect.stringMatching(
      /do not state that shop\/.* of eu-1 get their certificates from the Workload API/,
    ) as string,
    isSure: false,
    callers: new Set(['eu-1:shop/web', 'eu-1:shop/stats']),
  });
  expect(calls.filter(({ from: caller }) => caller.startsWith('eu-1:shop/'))).toEqual([]);
  const trusted = callsBetween(FleetModel.from(filesOf()).clusters).notListed;
  expect(trusted.filter(({ because }) => because.includes('Workload API'))).toEqual([]);
});

test('what is taken for granted of the way stands below the calls, and names of clusters stay in their lines', () => {
  const changes = {
    'us-1/mesh-policies.k8s.yaml': replace('istio: eastwestgateway', 'istio: elsewhere'),
    ...installation('eu-1', replace('clusterName: eu-1', 'clusterName: "eu\\nsecond line"')),
  };
  const between = callsBetween(FleetModel.from(filesOf(changes)).clusters);
  expect(between.assumed).toHaveLength(1);
  expect(callsToText(between)).toMatch(
    /^assumed: us-1 runs the gateway that Gateway istio-system\/cross-network-gateway/m,
  );
  expect(callsToText(between)).not.toMatch(/^second line/m);
  expect(callsBetween(FleetModel.from(filesOf()).clusters).assumed).toEqual([]);
});

test('the work grows with the clusters and what their policies name, not with the pairs of clusters', () => {
  const asked = (count: number) => {
    const { clusters } = ring(count);
    const decide = jest.spyOn(decisions, 'decidePort');
    const { calls } = callsBetween(clusters);
    const times = decide.mock.calls.length;
    decide.mockRestore();
    expect(calls).toHaveLength(count);
    return times;
  };
  const [four, eight] = [asked(4), asked(8)];
  expect(four).toBeGreaterThan(0);
  expect(eight).toBe(2 * four);
});
