import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { planToScript } from '../../../lib/analysis/uninstall/render-plan';
import { uninstallPlan } from '../../../lib/analysis/uninstall/uninstall-plan';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { filesBelow, REFERENCE } from '../../golden/written-files';

const plan = (...texts: readonly string[]) =>
  uninstallPlan(readManifests(texts.map((text, index) => ({ file: `${index}.yaml`, text }))).manifests);

function planOfDist() {
  const files = [...filesBelow(join(REFERENCE, 'dist'))].filter(([file]) => !file.startsWith('variants/'));
  return uninstallPlan(readManifests(files.map(([file, text]) => ({ file, text }))).manifests);
}

test('what uses identities goes before what hands them out, and the CSI driver is the last that runs', () => {
  expect(planOfDist().map(({ title, optional }) => (optional ? `(${title})` : title))).toEqual([
    'Workloads',
    'Policies and routes',
    'Istio',
    'tbot',
    'Teleport resources',
    'SPIFFE CSI driver',
    '(Namespaces)',
    '(Directories on every node)',
  ]);
});

test('policies go only after the pods they protect: the deletion of workloads waits for their pods', () => {
  const steps = new Map(planOfDist().map(({ title, commands }) => [title, commands]));

  expect(steps.get('Workloads')).not.toHaveLength(0);
  for (const command of steps.get('Workloads') ?? []) expect(command).toContain(' --cascade=foreground ');
  for (const command of steps.get('Policies and routes') ?? []) expect(command).not.toContain('--cascade');
});

test('what istioctl leaves behind is listed', () => {
  const istio = planOfDist().find(({ title }) => title === 'Istio');

  for (const left of ['CustomResourceDefinitions', 'istio-reader-service-account', 'istio-ca-root-cert']) {
    expect(istio?.why).toContain(left);
  }
});

test('every object is deleted in exactly one step', () => {
  const commands = planOfDist().flatMap((step) => step.commands);
  const objects = [...filesBelow(join(REFERENCE, 'dist'))]
    .filter(([file]) => /^[^/]*\.k8s\.yaml$/.test(file))
    .flatMap(([file, text]) => readManifests([{ file, text }]).manifests.all)
    .filter(({ shape }) => shape === 'kubernetes');
  const deleted = commands.flatMap((command) => command.match(/(?<= )[a-z0-9.]+\/[^ ]+/g) ?? []);

  expect(objects.length).toBeGreaterThan(50);
  expect(deleted.filter((reference) => !/^(token|bot|role|workload_identity|istio)\//.test(reference))).toHaveLength(
    objects.length,
  );
});

test('tbot takes its account, configuration and rights along, and workloads keep theirs', () => {
  const steps = new Map(planOfDist().map(({ title, commands }) => [title, commands.join('\n')]));

  expect(steps.get('tbot')).toMatch(
    /daemonset\.apps\/tbot .*configmap\/tbot .*serviceaccount\/tbot|serviceaccount\/tbot .*configmap\/tbot/,
  );
  expect(steps.get('tbot')).toContain('clusterrole.rbac.authorization.k8s.io/teleport-system-tbot');
  expect(steps.get('Workloads')).not.toContain('tbot');
  expect(steps.get('SPIFFE CSI driver')).toContain('serviceaccount/spiffe-csi-driver');
});

test('a RoleBinding means an account of its own namespace if it names none', () => {
  const steps = plan(
    'apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: tbot, namespace: a}\nspec: {template: {spec: {serviceAccountName: tbot, containers: [{name: tbot, image: "public.ecr.aws/gravitational/tbot-distroless:18.11.10"}]}}}\n',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: leases, namespace: a}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: leases}\nsubjects: [{kind: ServiceAccount, name: tbot}]\n',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: leases, namespace: b}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: leases}\nsubjects: [{kind: ServiceAccount, name: tbot}]\n',
  );
  const commands = steps.find(({ title }) => title === 'tbot')?.commands.join('\n');

  expect(commands).toMatch(/--namespace=a .*rolebinding\S*leases/);
  expect(commands).not.toMatch(/--namespace=b/);
});

test('the token is removed before the bot it lets in, also if only tbot’s configuration knows it', () => {
  const teleport = planOfDist().find(({ title }) => title === 'Teleport resources');

  expect(teleport?.commands).toEqual([
    'tctl rm token/istio-tbot-k8s-join',
    'tctl rm bot/istio-tbot',
    'tctl rm role/istio-workload-identity-issuer',
    'tctl rm workload_identity/istio-workloads',
  ]);
});

test('a token that is itself the secret is not printed', () => {
  expect(plan('version: v2\nonboarding: { join_method: token, token: s3cret }\nproxy_server: a.example:443\n')).toEqual(
    [],
  );
});

test('pods end before the accounts they run as are gone', () => {
  const [workloads] = plan(
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: a, namespace: b }\n',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: b }\nspec: { template: { spec: { containers: [] } } }\n',
  );

  expect(workloads?.commands).toEqual([
    'kubectl delete --ignore-not-found --cascade=foreground --namespace=b -- deployment.apps/a serviceaccount/a',
  ]);
});

test('data is not deleted by pasting everything', () => {
  const [claims] = plan('apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: { name: a, namespace: b }\n');

  expect(claims?.optional).toBe(true);
  expect(planToScript(claims ? [claims] : [])).not.toMatch(/^[^#\n]/m);
});

test('the operator removes its own resources while it still runs', () => {
  const steps = plan(
    'apiVersion: resources.teleport.dev/v1\nkind: TeleportBotV1\nmetadata: { name: a, namespace: teleport }\n',
  );

  expect(steps).toMatchObject([
    { commands: ['kubectl delete --ignore-not-found --namespace=teleport -- teleportbotv1.resources.teleport.dev/a'] },
  ]);
});

test('without a file for istioctl, Istio is removed with Helm', () => {
  const [istio] = plan('meshConfig: { trustDomain: acme.teleport.sh }\n');

  expect(istio?.commands).toEqual([expect.stringMatching(/^helm uninstall /)]);
});

test('of layers of one IstioOperator istioctl is asked once, and of gateways with a name of their own too', () => {
  const operator = (name: string, spec: string) =>
    `apiVersion: install.istio.io/v1alpha1\nkind: IstioOperator\nmetadata: { name: ${name}, namespace: istio-system }\nspec: ${spec}\n`;
  const [istio] = plan(
    operator('istio', '{ meshConfig: { trustDomain: acme.teleport.sh } }'),
    operator('istio', '{ values: { pilot: { env: { A: b } } } }'),
    operator('edge', '{ profile: empty, components: { ingressGateways: [{ name: edge, enabled: true }] } }'),
  );

  expect(istio?.commands).toEqual(['istioctl uninstall --filename=0.yaml', 'istioctl uninstall --filename=2.yaml']);
});

test('charts that Flux installs go after the workloads that need them, by their objects and not by helm', () => {
  const release = (name: string, chart: string) =>
    `apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: { name: ${name}, namespace: flux }\nspec: { chart: { spec: { chart: ${chart}, sourceRef: { name: istio } } } }\n`;
  const steps = plan(
    release('istiod', 'istiod'),
    release('istio-base', 'base'),
    release('podinfo', 'podinfo'),
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, namespace: shop }\nspec: { template: { spec: { containers: [] } } }\n',
  );

  expect(steps.map(({ title, commands }) => [title, commands])).toEqual([
    [
      'Workloads',
      [
        'kubectl delete --ignore-not-found --cascade=foreground --namespace=shop -- deployment.apps/web',
        'kubectl delete --ignore-not-found --cascade=foreground --namespace=flux -- helmrelease.helm.toolkit.fluxcd.io/podinfo',
      ],
    ],
    [
      'Istio',
      [
        'kubectl delete --ignore-not-found --namespace=flux -- helmrelease.helm.toolkit.fluxcd.io/istiod helmrelease.helm.toolkit.fluxcd.io/istio-base',
      ],
    ],
  ]);
});

test('istiod as it was rendered stays until the workloads are gone, with its account, rights and settings', () => {
  const [workloads, istio] = plan(
    'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: istio, namespace: istio-system }\ndata: { mesh: "trustDomain: acme.teleport.sh" }\n',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: istiod, namespace: istio-system }\nspec: { template: { spec: { serviceAccountName: istiod, containers: [{ name: discovery }] } } }\n',
    'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: istiod, namespace: istio-system }\n',
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: { name: istiod }\nroleRef: { kind: ClusterRole, name: istiod }\nsubjects: [{ kind: ServiceAccount, name: istiod, namespace: istio-system }]\n',
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: istiod-exporter, namespace: shop }\nspec: { template: { spec: { containers: [] } } }\n',
  );

  expect(workloads?.commands.join()).toContain('deployment.apps/istiod-exporter');
  expect(workloads?.commands.join()).not.toContain('istio-system');
  expect(istio?.title).toBe('Istio');
  for (const object of ['deployment.apps/istiod', 'configmap/istio', 'serviceaccount/istiod', 'clusterrolebinding']) {
    expect(istio?.commands.join()).toContain(object);
  }
});

test('names from manifests of strangers stay names in the script', () => {
  const script = planToScript(
    plan(`apiVersion: v1
kind: ConfigMap
metadata: { name: "a'; echo pwned; '", namespace: "$(echo pwned)" }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: "a\\necho pwned", namespace: b }
`),
  );
  const fake = 'kubectl() { for word in "$@"; do printf "%s\\n" "$word"; done; }\n';

  expect(execFileSync('sh', ['-c', `${fake}${script}`], { encoding: 'utf8' }).split('\n')).toEqual([
    'delete',
    '--ignore-not-found',
    '--cascade=foreground',
    '--namespace=$(echo pwned)',
    '--',
    "configmap/a'; echo pwned; '",
    '',
  ]);
});

test('a kind that could be read as a flag is not printed, and names stand behind "--"', () => {
  const commands = plan(
    'apiVersion: v1\nkind: --server=https://evil.example\nmetadata: {name: a}\n',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: --all}\n',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fine, namespace: teleport-system}\n',
  ).flatMap((step) => step.commands);

  expect(commands.join('\n')).not.toMatch(/evil|--all/);
  for (const command of commands.filter((one) => one.startsWith('kubectl delete')))
    expect(command).toMatch(/ -- [a-z]/);
});

test('the name of a token that is the secret is not printed', () => {
  const commands = plan(
    'kind: token\nversion: v2\nmetadata: {name: 0f1e2d3c4b5a}\nspec: {join_method: token, roles: [Bot], bot_name: b}\n',
  ).flatMap((step) => step.commands);

  expect(commands.join('\n')).toContain('tctl tokens ls');
  expect(commands.join('\n')).not.toContain('0f1e2d3c4b5a');
});

test('the name of a token of the operator that is the secret is not printed, and the others are', () => {
  const object = (name: string, method: string) =>
    `apiVersion: resources.teleport.dev/v2\nkind: TeleportProvisionToken\nmetadata: {name: ${name}, namespace: t}\nspec: {join_method: ${method}}\n`;
  const commands = plan(object('0f1e2d3c4b5a', 'token'), object('public', 'kubernetes')).flatMap(
    (step) => step.commands,
  );

  expect(commands.join('\n')).not.toContain('0f1e2d3c4b5a');
  expect(commands).toEqual([
    'kubectl delete --ignore-not-found --namespace=t -- teleportprovisiontoken.resources.teleport.dev/public',
    expect.stringMatching(/^kubectl get teleportprovisiontokens /),
  ]);
});
