import { basename } from 'node:path';
import { addTo } from '../../base/add-to';
import type { TargetProps } from '../../upstream/releases/target';
import { checkPluginProps } from './check-plugin-props';
import type { Finding, Severity } from './finding';
import { countOf, foundText } from './finding-text';

/** What `properties` of the plugin may say in `cdk8s.yaml`. */
export interface TeleportIstioValidationProps {
  /**
   * The least severity that fails the synth.
   *
   * @default 'error'
   */
  readonly failOn?: Severity;
  /**
   * Releases the manifests are for.
   *
   * @default - `Target.of()`
   */
  readonly target?: TargetProps;
  /**
   * Whether the app's output is complete.
   *
   * @default false
   */
  readonly complete?: boolean;
  /**
   * Ids of the only rules to apply.
   *
   * @default - all rules
   */
  readonly rules?: readonly string[];
  /**
   * Ids of rules not to apply.
   *
   * @default - none
   */
  readonly skip?: readonly string[];
}

/** A violation as cdk8s-cli's report takes it. */
export interface TeleportIstioViolation {
  /** Id of the broken rule. */
  readonly ruleName: string;
  /** What is wrong, for every place where it is. */
  readonly recommendation: string;
  /** What to do, and where to read more. */
  readonly fix: string;
  /** The objects, with the field and the file of each. */
  readonly violatingResources: readonly {
    readonly resourceName: string;
    readonly locations: readonly string[];
    readonly manifestPath: string;
  }[];
}

/** The members of cdk8s-cli's `ValidationContext` that are used: written down here, as its package is too large to depend on. */
export interface TeleportIstioValidationContext {
  /** Paths of the files the app wrote. */
  readonly manifests: readonly string[];
  /** Takes the violations, and then, once, whether they fail the synth. */
  readonly report: {
    addViolation(violation: TeleportIstioViolation): void;
    submit(status: 'success' | 'failure', metadata?: Readonly<Record<string, string>>): void;
  };
}

/**
 * Runs the checker over an app's output at the end of `cdk8s synth`:
 *
 * ```yaml
 * validations:
 *   - package: ./node_modules/cdk8s-teleport-istio
 *     version: 0.1.0
 *     class: TeleportIstioValidation
 *     properties: { failOn: warning }
 * ```
 *
 * All files are checked together. The rules are only loaded when one is named, or when it runs.
 */
export class TeleportIstioValidation {
  /** @throws InvalidInputError if a property is unknown or has an impossible value */
  public constructor(private readonly props: TeleportIstioValidationProps = {}) {
    checkPluginProps(props);
  }

  /** Checks the files of the app, reports every finding, and passes or fails the synth. */
  public async validate(context: TeleportIstioValidationContext): Promise<void> {
    const { checkFiles } = require('./check-files') as typeof import('./check-files');
    const { loadFile } = require('../../model/documents/load-file') as typeof import('../../model/documents/load-file');
    const { failOn = 'error', ...options } = this.props;
    const inputs = context.manifests.map((file) => loadFile(file));
    const files = inputs.filter((input) => 'text' in input);
    const problems = inputs.filter((input) => 'problem' in input);
    const findings = checkFiles(files, { ...options, problems });

    for (const violation of toViolations(findings)) context.report.addViolation(violation);
    const errors = countOf(findings.filter(({ severity }) => severity === 'error'));
    const isFailure = failOn === 'warning' ? findings.length > 0 : errors > 0;
    context.report.submit(isFailure ? 'failure' : 'success', {
      errors: String(errors),
      warnings: String(countOf(findings) - errors),
    });
  }
}

/** One violation for each rule, with everything that breaks it; cdk8s shows kind and namespace nowhere, so we do. */
function toViolations(findings: readonly Finding[]): readonly TeleportIstioViolation[] {
  const byRule = new Map<string, Finding[]>();
  for (const finding of findings) addTo(byRule, finding.rule, finding);
  return [...byRule].map(([rule, all]) => ({
    ruleName: `${rule} (${all[0]?.severity})`,
    recommendation: all[0]?.why ?? '',
    fix: [...new Set(all.map(({ fix }) => fix))].join('; '),
    violatingResources: all.map((finding) => ({
      resourceName: finding.resource?.name ?? basename(finding.location.file),
      locations: [describe(finding)],
      manifestPath: finding.location.file,
    })),
  }));
}

function describe(finding: Finding): string {
  const { resource, location, pointer } = finding;
  const object = resource && [resource.kind, resource.namespace, resource.name].filter(Boolean).join('/');
  return [object, pointer, `line ${location.line}:`, foundText(finding)].filter(Boolean).join(' ');
}
