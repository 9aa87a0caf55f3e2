import { nearName } from '../cluster';
import { groupOf, type Manifest } from '../manifests';
import { Target } from '../target';
import { TCTL_ENVELOPE } from './install-schemas';
import type { JsonSchema, SchemaFile } from './json-schema';
import { type SchemaViolation, SchemaWalker } from './schema-walker';
import { kindsOf, loadSchemas, type SchemaProject } from './schemas';
import { TBOT_SCHEMA } from './tbot-schema';
import { validateInstallation } from './validate-installation';

/** What a strict look at one document finds. */
export type StrictViolation =
  | SchemaViolation
  | {
      readonly type: 'unknown-kind';
      readonly pointer: string;
      /** The kind or version that was probably meant; undefined if none is near. */
      readonly meant: string | undefined;
    };

/** Groups of the core kinds we have schemas for, besides the core group itself. */
const KUBERNETES_GROUPS = /^(?:|apps|batch|policy|autoscaling|[a-z.]+\.k8s\.io)$/;

/** The operator's kind whose `spec` a tctl resource has too. */
const OPERATOR_KINDS: Readonly<Record<string, string>> = {
  role: 'resources.teleport.dev/v1/TeleportRoleV8',
  bot: 'resources.teleport.dev/v1/TeleportBotV1',
  token: 'resources.teleport.dev/v2/TeleportProvisionToken',
  workload_identity: 'resources.teleport.dev/v1/TeleportWorkloadIdentityV1',
};

const NONE: readonly StrictViolation[] = [];

/** How to judge a kind: by a schema, as one that its group does not have, or not at all. */
type Judge = { readonly walker: SchemaWalker; readonly schema: JsonSchema } | 'unknown' | 'not judged';

/** Judges found so far, by target, kind and version: most documents are of a few kinds. */
const judges = new WeakMap<Target, Map<string, Map<string, Judge>>>();
const walkers = new Map<SchemaProject, SchemaWalker>();
const plainWalker = new SchemaWalker({});
let tctlWalker: SchemaWalker | undefined;

/**
 * Holds a document against the schema of its kind, with every unknown field an error: the API server's strict field
 * validation, and what tbot, tctl and Teleport's operator never do. Documents of unknown groups are not judged.
 */
export function validateStrictly(manifest: Manifest, target: Target = Target.of()): readonly StrictViolation[] {
  switch (manifest.shape) {
    case 'kubernetes':
      return validateObject(manifest, target);
    case 'teleport':
      return validateTctl(manifest);
    case 'tbot-config':
      return plainWalker.validate(TBOT_SCHEMA, manifest.body);
    case 'istio-operator':
    case 'helm-values':
    case 'mesh-config':
    case 'annotation':
      return validateInstallation(manifest, target);
    default:
      return NONE;
  }
}

function validateObject(manifest: Manifest, target: Target): readonly StrictViolation[] {
  const judge = judgeOf(manifest, target);
  if (judge === 'not judged') return NONE;
  return judge === 'unknown' ? [unknownKind(manifest, target)] : judge.walker.validate(judge.schema, manifest.body);
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

function findJudge({ apiVersion, kind }: Manifest, target: Target): Judge {
  const group = groupOf(apiVersion);
  const project = projectOf(group);
  if (project === undefined) return 'not judged';
  const file = loadSchemas(project);
  const name = kindsIn(project, file, target)[`${group === '' ? '/' : ''}${apiVersion}/${kind}`];
  const schema = name === undefined ? undefined : file.definitions[name];
  if (schema) return { walker: walkerOf(project, file), schema };
  // The API server has more kinds than we do; Istio's are all here.
  return project === 'istio' ? 'unknown' : 'not judged';
}

function unknownKind(manifest: Manifest, target: Target): StrictViolation {
  const group = groupOf(manifest.apiVersion);
  const kinds = kindsIn('istio', loadSchemas('istio'), target);
  const inGroup = Object.keys(kinds).filter((key) => groupOf(key) === group);
  const sameKind = inGroup.filter((key) => key.endsWith(`/${manifest.kind}`));
  const pointer = sameKind.length > 0 ? '/apiVersion' : '/kind';
  const candidates = sameKind.length > 0 ? sameKind : inGroup;
  const meant = nearName(`${manifest.apiVersion}/${manifest.kind}`, candidates) ?? sameKind[0];
  return { type: 'unknown-kind', pointer, meant };
}

function validateTctl(manifest: Manifest): readonly StrictViolation[] {
  const operatorKind = OPERATOR_KINDS[manifest.kind];
  if (operatorKind === undefined) return [];
  const file = loadSchemas('teleport');
  const name = file.releases['0.0']?.[operatorKind] ?? '';
  const spec = file.definitions[name]?.properties?.spec ?? {};
  const schema: JsonSchema = {
    type: 'object',
    additionalProperties: false,
    required: ['kind', 'version', 'metadata'],
    properties: { ...TCTL_ENVELOPE, spec },
  };
  // Choices such as require_session_mfa and create_host_user_mode take "on" and "off", which YAML makes booleans
  // (gravitational/teleport api/types/role.go); the operator's schema cannot say that, tctl reads it.
  tctlWalker ??= new SchemaWalker(file.definitions, 'boolean');
  return tctlWalker.validate(schema, manifest.body);
}

function projectOf(group: string): SchemaProject | undefined {
  if (group.endsWith('.istio.io')) return group === 'install.istio.io' ? undefined : 'istio';
  if (group === 'resources.teleport.dev') return 'teleport';
  return KUBERNETES_GROUPS.test(group) ? 'kubernetes' : undefined;
}

function kindsIn(project: SchemaProject, file: SchemaFile, target: Target): Readonly<Record<string, string>> {
  return project === 'istio' ? kindsOf(file, target.istio) : kindsOf(file);
}

function walkerOf(project: SchemaProject, file: SchemaFile): SchemaWalker {
  let walker = walkers.get(project);
  if (!walker) {
    walker = new SchemaWalker(file.definitions);
    walkers.set(project, walker);
  }
  return walker;
}
