import { FleetModel } from '../../../lib/access';
import { fleetUninstallPlan } from '../../../lib/analysis/uninstall/fleet-uninstall-plan';
import { uninstallPlan } from '../../../lib/analysis/uninstall/uninstall-plan';
import { readManifests } from '../../../lib/model/documents/read-manifests';
import { filesOf } from '../fleet/three-clusters';

const clusters = FleetModel.from(filesOf()).clusters.map(({ name, model }) => ({ name, manifests: model.manifests }));
const plan = fleetUninstallPlan(clusters);

test('each step is done in all clusters before the next, and remote secrets go first', () => {
  const [first, ...others] = plan;
  expect(first?.commands).toEqual(
    ['eu-1', 'us-1', 'staging'].map(
      (name) =>
        `kubectl --context=${name} delete --ignore-not-found --namespace=istio-system secrets --selector=istio/multiCluster=true`,
    ),
  );
  expect(others.map(({ title }) => title)).toEqual(
    uninstallPlan(clusters[0]?.manifests ?? readManifests([]).manifests).map(({ title }) => title),
  );
  for (const { commands } of others) {
    const order = commands.flatMap((command) => /^# (eu-1|us-1|staging)\b/.exec(command)?.[1] ?? []);
    expect(order).toEqual(['eu-1', 'us-1', 'staging']);
  }
});

test('no command leaves open which cluster it is for', () => {
  const commands = plan.flatMap((step) => step.commands);
  const programs = commands.filter((command) => /^(kubectl|istioctl|helm) /.test(command));
  expect(programs.length).toBeGreaterThan(20);
  for (const command of programs) {
    expect(command).toMatch(/^(kubectl|istioctl) --context=(eu-1|us-1|staging) |^helm --kube-context=/);
  }
  const teleport = plan.find(({ title }) => title === 'Teleport resources')?.commands ?? [];
  expect(teleport).toContain('# us-1, where tctl is logged in to the Teleport cluster acme.teleport.sh');
  expect(teleport).toContain('# staging, where tctl is logged in to the Teleport cluster acme-staging.teleport.sh');
  expect(teleport).toContain('tctl rm bot/us-1-tbot');
});

test('a name cannot become a command, and a cluster without a step no heading', () => {
  const [eu] = clusters;
  const bare = readManifests([
    { file: 'a.yaml', text: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' },
  ]).manifests;
  const steps = fleetUninstallPlan([...(eu ? [eu] : []), { name: 'evil\nrm -rf /', manifests: bare }]);
  const commands = steps.flatMap((step) => step.commands).filter((command) => command.includes('rm -rf'));
  expect(commands.length).toBeGreaterThan(0);
  for (const command of commands)
    expect(command).toMatch(/^# evil\n# rm -rf \/$|^kubectl '--context=evil\nrm -rf \/' delete /);
  expect(steps.find(({ title }) => title === 'tbot')?.commands.join('\n')).not.toContain('evil');
});

test('what Argo CD is given is not said to be in the cluster that it is for', () => {
  const application = JSON.stringify({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: 'istiod-eu', namespace: 'argocd' },
    spec: { source: { chart: 'istiod', repoURL: 'https://example', targetRevision: '1.31.4' } },
  });
  const { manifests } = readManifests([{ file: 'a.yaml', text: application }]);
  const commands = fleetUninstallPlan([{ name: 'eu', manifests }]).flatMap((step) => step.commands);
  const at = commands.findIndex((command) => command.includes('application.argoproj.io/istiod-eu'));
  expect(commands[at - 1]).toMatch(/^# Objects of argoproj\.io are in the cluster that runs Argo CD/);
});
