import { textAt } from '../../../../base/json';
import type { Manifest } from '../../../../model/documents/manifest';
import { parseBool } from '../../../../upstream/istio/parse-bool';
import { DRY_RUN_ANNOTATION } from '../../../../upstream/istio/policy-targets';
import { EXAMPLE_RELEASES } from '../../../../upstream/releases/example-releases';
import { RELEASE_FACTS } from '../../../../upstream/releases/release-facts';
import { defineRule } from '../../rule';
import { deployment, policy, stream } from '../examples';

const MESH =
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\ndata:\n  mesh: "trustDomain: cluster.local"\n';
const custom = (annotations: string) =>
  stream(
    MESH,
    deployment('catalogue', '', ''),
    policy('  action: CUSTOM\n  provider: {name: opa}\n  rules: [{}]', 'catalogue', annotations),
  );

/** A policy that ends istiod. */
export const CUSTOM_DRY_RUN_PANIC_RULE = defineRule({
  id: 'custom-dry-run-panic',
  subject: 'What Istio refuses in a policy',
  since: '0.1.0',
  severity: 'error',
  title: 'CUSTOM policy with dry-run crashes istiod',
  found: 'every CUSTOM policy of {workload} is dry-run, and provider "{provider}" cannot be used',
  why: `Istio before ${RELEASE_FACTS.survivesDryRunOfCustom.oldest[0]} panics when it builds the configuration of such a workload.`,
  fix: 'remove istio.io/dry-run, or define the provider in meshConfig.extensionProviders',
  source: 'istio/istio pilot/pkg/security/authz/builder/builder.go (getBadCustomDenyRules)',
  exampleTarget: { istio: EXAMPLE_RELEASES.istioWithDryRunPanic },
  wrong: custom(', annotations: {istio.io/dry-run: "true"}'),
  right: custom(''),
  check(context, report) {
    const { extensionProviders } = context.authorizers;
    if (context.target.has('survivesDryRunOfCustom') || extensionProviders === undefined) return;
    const policies = context.authorizationPolicies.filter(({ action }) => action === 'CUSTOM');
    for (const { manifest } of policies) {
      const provider = providerOf(manifest);
      const workload = context.scopeOf(manifest).find((pod) => {
        const all = policies.map((one) => one.manifest).filter((one) => context.scopeOf(one).includes(pod));
        const isUnusable = all.some((one) => !extensionProviders.has(providerOf(one)) || providerOf(one) !== provider);
        return isUnusable && all.every(isDryRun);
      });
      if (workload) report(manifest, '/spec/provider/name', { workload: workload.name, provider });
    }
  },
});

function providerOf({ body }: Manifest): string {
  return textAt(body, 'spec', 'provider', 'name') ?? '';
}

function isDryRun({ body }: Manifest): boolean {
  return parseBool(textAt(body, 'metadata', 'annotations', DRY_RUN_ANNOTATION));
}
