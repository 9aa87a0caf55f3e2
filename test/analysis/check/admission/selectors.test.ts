import { checkFiles } from '../../../../lib/check';

const RULES = ['workload-refused', 'object-refused'];
const says = (text: string) => checkFiles([{ file: 'a.yaml', text }], { rules: RULES }).map(({ found }) => found);

const pods = (pod: string, matchExpressions = '[]') =>
  says(
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec: {selector: {matchLabels: {app: web}, matchExpressions: ${matchExpressions}}, template: {metadata: {labels: {app: web}}, spec: {${pod}containers: [{name: web, image: "web:1"}]}}}\n`,
  );

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const node = (term: string) => pods(`affinity: {nodeAffinity: {${REQUIRED}: {nodeSelectorTerms: [${term}]}}}, `);
const byNode = (operator: string, values?: string) =>
  node(`{matchExpressions: [{key: zone, operator: ${operator}${values ? `, values: ${values}` : ''}}]}`);
const nearPods = (term: string) => pods(`affinity: {podAntiAffinity: {${REQUIRED}: [${term}]}}, `);

// kubernetes/kubernetes pkg/apis/core/validation/validation.go: ValidateNodeSelectorRequirement.
describe('a condition on nodes', () => {
  test.each([
    ['In', '[a, b]'],
    ['NotIn', '[a]'],
    ['Exists', undefined],
    ['DoesNotExist', undefined],
    ['Gt', '["5"]'],
    ['In', '["{{ zone }}"]'],
  ])('is right: %s %s', (operator, values) => expect(byNode(operator, values)).toEqual([]));

  test.each([
    ['In', undefined, 'the operator In requires values'],
    ['NotIn', '[]', 'the operator NotIn requires values'],
    ['Exists', '[a]', 'the operator Exists takes no values'],
    ['DoesNotExist', '[a]', 'the operator DoesNotExist takes no values'],
    ['Gt', '["1", "2"]', 'the operator Gt requires one value, not 2'],
    ['Lt', undefined, 'the operator Lt requires one value, not 0'],
  ])('is refused: %s %s', (operator, values, problem) => expect(byNode(operator, values)).toEqual([problem]));

  it('may be on the name of the node, with one value', () => {
    const byField = (key: string, rest: string) => node(`{matchFields: [{key: ${key}, ${rest}}]}`);
    expect(byField('metadata.name', 'operator: In, values: [a]')).toEqual([]);
    expect(byField('metadata.name', 'operator: In, values: [a, b]')).toEqual([
      'the operator In of matchFields requires one value, not 2',
    ]);
    expect(byField('metadata.name', 'operator: Exists')).toEqual(['the operator of matchFields must be In or NotIn']);
    expect(byField('metadata.labels', 'operator: In, values: [a]')).toEqual([
      'matchFields supports metadata.name only, not metadata.labels',
    ]);
  });

  it('has terms and weights', () => {
    const preferred = (weight: number) =>
      pods(
        `affinity: {nodeAffinity: {${PREFERRED}: [{weight: ${weight}, preference: {matchExpressions: [{key: a, operator: Exists}]}}]}}, `,
      );
    expect(node('')).toEqual(['nodeSelectorTerms is empty']);
    expect(preferred(1)).toEqual([]);
    expect(preferred(100)).toEqual([]);
    expect(preferred(0)).toEqual(['weight is 0, but must be from 1 to 100']);
    expect(preferred(101)).toEqual(['weight is 101, but must be from 1 to 100']);
  });
});

// kubernetes/kubernetes pkg/apis/core/validation/validation.go: validatePodAffinityTerm; kubernetes/apimachinery pkg/apis/meta/v1/validation.
describe('a term on pods', () => {
  it('has a topology key and a selector with values', () => {
    expect(nearPods('{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}')).toEqual([]);
    expect(nearPods('{topologyKey: ""}')).toEqual(['topologyKey is empty']);
    expect(nearPods('{topologyKey: zone, labelSelector: {matchExpressions: [{key: app, operator: In}]}}')).toEqual([
      'the operator In requires values',
    ]);
    expect(
      nearPods(
        '{topologyKey: zone, namespaceSelector: {matchExpressions: [{key: app, operator: Exists, values: [a]}]}}',
      ),
    ).toEqual(['the operator Exists takes no values']);
  });

  it('may be preferred, or spread pods', () => {
    const preferred = (term: string) =>
      pods(`affinity: {podAffinity: {${PREFERRED}: [{weight: 0, podAffinityTerm: {${term}}}]}}, `);
    const spread = (more: string) =>
      pods(`topologySpreadConstraints: [{maxSkew: 1, whenUnsatisfiable: DoNotSchedule, ${more}}], `);
    expect(preferred('topologyKey: ""')).toEqual(['weight is 0, but must be from 1 to 100', 'topologyKey is empty']);
    expect(spread('topologyKey: ""')).toEqual(['topologyKey is empty']);
    expect(spread('topologyKey: a, labelSelector: {matchExpressions: [{key: b, operator: NotIn}]}')).toEqual([
      'the operator NotIn requires values',
    ]);
  });
});

it('refuses the selector of a workload', () => {
  expect(pods('', '[{key: app, operator: In, values: [web]}]')).toEqual([]);
  expect(pods('', '[{key: app, operator: In}]')).toEqual(['the operator In requires values']);
});

// kubernetes/kubernetes pkg/apis/networking/validation/validation.go: ValidateIPBlock, ValidateNetworkPolicyPort.
describe('a NetworkPolicy', () => {
  const policy = (spec: string) =>
    says(
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {${spec}}\n`,
    );
  const except = (block: string, exception: string) =>
    policy(`podSelector: {}, ingress: [{from: [{ipBlock: {cidr: "${block}", except: ["${exception}"]}}]}]`);

  test.each([
    ['10.0.0.0/16', '10.0.1.0/24'],
    ['0.0.0.0/0', '10.0.0.0/8'],
    ['::/0', 'fd00::/8'],
    ['10.0.0.0/16', '$EXCEPTION'],
  ])('takes from %s the block %s', (block, exception) => expect(except(block, exception)).toEqual([]));

  test.each([
    ['10.0.0.0/16', '10.1.0.0/24'],
    ['10.0.0.0/16', '10.0.0.0/16'],
    ['10.0.0.0/16', '10.0.0.0/8'],
    ['0.0.0.0/0', 'fd00::/8'],
  ])('cannot take from %s the block %s', (block, exception) =>
    expect(except(block, exception)).toEqual([`the exception ${exception} is not a smaller block inside ${block}`]),
  );

  test.each([
    ['port: 80, endPort: 90', []],
    ['port: 80, endPort: 80', []],
    ['port: 80, endPort: 79', ['endPort 79 is below port 80']],
    ['port: http, endPort: 90', ['endPort requires a port by number']],
    ['endPort: 90', ['endPort requires port']],
  ])('has ports: %s', (port, problems) =>
    expect(policy(`podSelector: {}, egress: [{ports: [{${port}}]}]`)).toEqual(problems),
  );

  it('has selectors with values', () => {
    const expression = '{matchExpressions: [{key: app, operator: In}]}';
    const problems = ['the operator In requires values'];
    expect(policy(`podSelector: ${expression}`)).toEqual(problems);
    expect(policy(`podSelector: {}, ingress: [{from: [{namespaceSelector: ${expression}}]}]`)).toEqual(problems);
  });
});

it('refuses the selector of a PodDisruptionBudget', () => {
  const budget = (selector: string) =>
    says(
      `apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, namespace: shop}\nspec: {minAvailable: 1, selector: ${selector}}\n`,
    );
  expect(budget('{matchLabels: {app: web}}')).toEqual([]);
  expect(budget('{matchExpressions: [{key: app, operator: NotIn}]}')).toEqual(['the operator NotIn requires values']);
});
