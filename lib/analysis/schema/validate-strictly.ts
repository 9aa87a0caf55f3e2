import { textAt } from '../../base/json';
import type { Manifest } from '../../model/documents/manifest';
import { groupOf } from '../../model/documents/manifest-set';
import { GATEWAY_API, ISTIO_INSTALL, isIstioGroup, TELEPORT_OPERATOR } from '../../upstream/kubernetes/api-groups';
import { Target } from '../../upstream/releases/target';
import type { JsonSchema, SchemaFile } from './schema-files';
import { kindsOf, loadSchemas, type SchemaProject } from './schema-files';
import { type SchemaViolation, SchemaWalker } from './schema-walker';
import { TBOT_SCHEMA } from './tbot-schema';
import { isSlipOfOurs, type UnknownKind, unknownKind } from './unknown-kind';
import { validateInstallation } from './validate-installation';
import { validateTctl } from './validate-tctl';
import { validateTemplate } from './validate-template';

/** A result of strict validation. */
export type StrictViolation = SchemaViolation | UnknownKind;

/** Groups of the core kinds we have schemas for, besides the core group itself. */
const KUBERNETES_GROUPS = /^(?:|apps|batch|policy|autoscaling|[a-z.]+\.k8s\.io)$/;

const NONE: readonly StrictViolation[] = [];

/** How to judge a kind: by a schema, as one that its group does not have, or not at all. */
type Judge = { readonly file: SchemaFile; readonly schema: JsonSchema } | UnknownKind | 'not judged';

/** Judges found so far, by target, kind and version: most documents are of a few kinds. */
const judges = new WeakMap<Target, Map<string, Map<string, Judge>>>();
const walkers = new Map<SchemaFile, SchemaWalker>();
const partialWalkers = new Map<SchemaFile, SchemaWalker>();
const plainWalker = new SchemaWalker({});

/**
 * Validates a document with the schema of its kind. Every unknown field is an error, as in the API server's strict field
 * validation; tbot, tctl and Teleport's operator have no such check. Documents of unknown groups are not validated.
 *
 * @param isPartial whether the object may still be completed, so that no field is required
 */
export function validateStrictly(
  manifest: Manifest,
  target: Target = Target.of(),
  isPartial = false,
): readonly StrictViolation[] {
  switch (manifest.shape) {
    case 'kubernetes':
      return validateObject(manifest, target, isPartial);
    case 'teleport':
      return validateTctl(manifest);
    case 'tbot-config':
      return plainWalker.validate(TBOT_SCHEMA, manifest.body);
    case 'istio-operator':
    case 'helm-values':
    case 'mesh-config':
    case 'annotation':
      return validateInstallation(manifest, target);
    case 'injection-template':
      return validateTemplate(manifest);
    default:
      return NONE;
  }
}

function validateObject(manifest: Manifest, target: Target, isPartial: boolean): readonly StrictViolation[] {
  // SOPS leaves its own field and texts that are no values yet; whoever decrypts the object takes both away.
  if (textAt(manifest.body, 'sops', 'mac') !== undefined) return NONE;
  const judge = judgeOf(manifest, target);
  if (judge === 'not judged') return NONE;
  return 'file' in judge ? walkerOf(judge.file, isPartial).validate(judge.schema, manifest.body) : [judge];
}

function judgeOf(manifest: Manifest, target: Target): Judge {
  const ofKind = entry(entry(judges, target), manifest.kind);
  let judge = ofKind.get(manifest.apiVersion);
  if (!judge) {
    judge = findJudge(manifest, target);
    ofKind.set(manifest.apiVersion, judge);
  }
  return judge;
}

/** The map at a key, made when it is first asked for. */
function entry<K, Inner>(
  maps: { get(key: K): Map<string, Inner> | undefined; set(key: K, map: Map<string, Inner>): unknown },
  key: K,
): Map<string, Inner> {
  let inner = maps.get(key);
  if (!inner) {
    inner = new Map();
    maps.set(key, inner);
  }
  return inner;
}

function findJudge(manifest: Manifest, target: Target): Judge {
  const { apiVersion, kind } = manifest;
  const group = groupOf(apiVersion);
  const project = projectOf(group);
  if (project === undefined) return 'not judged';
  const file = loadSchemas(project);
  const kinds = kindsIn(project, file, target);
  const name = kinds[`${group === '' ? '/' : ''}${apiVersion}/${kind}`];
  const schema = name === undefined ? undefined : file.definitions[name];
  if (schema) return { file, schema };
  // The API server and Teleport's operator have more kinds than we do; Istio's are all here.
  const names = Object.keys(kinds);
  const isUnknown = project === 'istio' || (project === 'teleport' && isSlipOfOurs(manifest, names));
  return isUnknown ? unknownKind(manifest, names) : 'not judged';
}

function projectOf(group: string): SchemaProject | undefined {
  if (isIstioGroup(group)) return group === ISTIO_INSTALL ? undefined : 'istio';
  if (group === TELEPORT_OPERATOR) return 'teleport';
  if (group === GATEWAY_API) return 'gateway-api';
  return KUBERNETES_GROUPS.test(group) ? 'kubernetes' : undefined;
}

function kindsIn(project: SchemaProject, file: SchemaFile, target: Target): Readonly<Record<string, string>> {
  return project === 'istio' ? kindsOf(file, target.istio) : kindsOf(file);
}

function walkerOf(file: SchemaFile, isPartial: boolean): SchemaWalker {
  const known = isPartial ? partialWalkers : walkers;
  let walker = known.get(file);
  if (!walker) {
    walker = new SchemaWalker(file.definitions, { isPartial });
    known.set(file, walker);
  }
  return walker;
}
