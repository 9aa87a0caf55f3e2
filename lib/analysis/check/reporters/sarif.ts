import type { Finding } from '../finding';
import { foundText } from '../finding-text';
import { type CheckRule, renderInGeneral } from '../rule';
import { RULES } from '../rules/all-rules';
import { fingerprints } from './fingerprints';
import type { ReportOptions } from './report-options';

/** For code scanning: SARIF 2.1.0, with every rule described and the line of each finding. */
export function toSarif(findings: readonly Finding[], { toolVersion, toolAddress }: ReportOptions = {}): string {
  const rules = RULES.map((rule) => toDescriptor(rule, rule.subject));
  const index = new Map(rules.map(({ id }, at) => [id, at]));
  const names = fingerprints(findings);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'teleport-istio',
            ...(toolVersion !== undefined && { version: toolVersion, semanticVersion: toolVersion }),
            ...(toolAddress !== undefined && { informationUri: toolAddress }),
            rules,
          },
        },
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding, at) => ({
          ruleId: finding.rule,
          ruleIndex: index.get(finding.rule) ?? -1,
          level: finding.severity,
          message: { text: withoutLinks(`${capitalize(foundText(finding))}. ${finding.why} Fix: ${finding.fix}.`) },
          locations: [toLocation(finding)],
          ...(finding.count !== undefined && { occurrenceCount: finding.count }),
          partialFingerprints: { 'teleportIstio/v1': names[at] },
          ...(finding.code !== undefined && { properties: { code: finding.code } }),
        })),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function toDescriptor({ id, severity, title, why, fix, source }: CheckRule, subject: string) {
  const help = renderInGeneral(`${why} Fix: ${fix}. Source: ${source}.`);
  return {
    id,
    name: toName(id.includes('-') ? id : `${subject}-${id}`),
    shortDescription: { text: title },
    fullDescription: { text: `${title}. ${why}` },
    help: { text: help },
    defaultConfiguration: { level: severity },
    properties: { tags: [subject] },
  };
}

/** Validators want a name in Pascal case that is not the id, however it is written (microsoft/sarif-sdk SARIF1001, SARIF2012). */
function toName(words: string): string {
  return words.replace(/(?:^|[-. ])(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function toLocation({ location, resource, pointer }: Finding) {
  const name = resource && [resource.kind, resource.namespace, resource.name].filter(Boolean).join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri: toUri(location.file) },
      region: { startLine: location.line, startColumn: location.column },
    },
    ...(name && { logicalLocations: [{ fullyQualifiedName: `${name}${pointer}`, kind: 'resource' }] }),
  };
}

/** A file name as a relative URI, which is what code scanning resolves against the repository. */
function toUri(file: string): string {
  return file
    .replaceAll('\\', '/')
    .replace(/^\.\//, '')
    .split('/')
    .map((segment) => encodeURIComponent(segment))
    .join('/');
}

/** Brackets in a message begin a link (SARIF 2.1.0, 3.11.6). */
function withoutLinks(text: string): string {
  return text.replace(/[\\[\]]/g, '\\$&');
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
