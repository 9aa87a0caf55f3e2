import { nearName } from '../../base/near-names';
import type { Manifest } from '../../model/documents/manifest';
import { TCTL_ENVELOPE } from './install-schemas';
import type { JsonSchema } from './schema-files';
import { loadSchemas } from './schema-files';
import { type SchemaViolation, SchemaWalker } from './schema-walker';
import type { UnknownKind } from './unknown-kind';

/** What tctl takes under a kind. */
interface TctlKind {
  /** The operator's kind whose `spec` it has too. */
  readonly like: string;
  readonly versions: readonly string[];
}

/** gravitational/teleport lib/services: role.go, provisioning.go, workload_identity.go; lib/auth/machineid/machineidv1. */
const KINDS: Readonly<Record<string, TctlKind>> = {
  role: {
    like: 'resources.teleport.dev/v1/TeleportRoleV8',
    versions: ['v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9'],
  },
  bot: { like: 'resources.teleport.dev/v1/TeleportBotV1', versions: ['v1'] },
  token: { like: 'resources.teleport.dev/v2/TeleportProvisionToken', versions: ['v2'] },
  workload_identity: { like: 'resources.teleport.dev/v1/TeleportWorkloadIdentityV1', versions: ['v1'] },
};

/** Kinds that are read, but whose fields are not known here. */
const OTHER_KINDS: readonly string[] = [
  ...['cert_authority_override', 'spiffe_federation', 'workload_identity_x509_issuer_override'],
];

const schemas = new Map<string, JsonSchema>();
let walker: SchemaWalker | undefined;

/** Holds a resource for tctl against the schema of its kind. */
export function validateTctl({ kind, body }: Manifest): readonly (SchemaViolation | UnknownKind)[] {
  const known = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (!known) {
    if (OTHER_KINDS.includes(kind)) return [];
    const meant = nearName(kind, [...Object.keys(KINDS), ...OTHER_KINDS]);
    return [{ type: 'unknown-kind', pointer: '/kind', meant }];
  }
  // Choices such as require_session_mfa and create_host_user_mode take "on" and "off", which YAML makes booleans
  // (gravitational/teleport api/types/role.go); the operator's schema cannot say that, tctl reads it.
  walker ??= new SchemaWalker(loadSchemas('teleport').definitions, { otherIntOrString: 'boolean' });
  return walker.validate(schemaOf(kind, known), body);
}

function schemaOf(kind: string, { like, versions }: TctlKind): JsonSchema {
  let schema = schemas.get(kind);
  if (!schema) {
    const { releases, definitions } = loadSchemas('teleport');
    const spec = definitions[releases['0.0']?.[like] ?? '']?.properties?.spec ?? {};
    schema = {
      type: 'object',
      additionalProperties: false,
      required: ['kind', 'version', 'metadata'],
      properties: { ...TCTL_ENVELOPE, version: { type: 'string', enum: versions }, spec },
    };
    schemas.set(kind, schema);
  }
  return schema;
}
