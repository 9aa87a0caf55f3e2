/** Preset role that may issue every workload identity (gravitational/teleport#51238). */
export const WILDCARD_ISSUER_ROLE = 'wildcard-workload-identity-issuer';

/** Roles that Teleport makes itself, so that no file defines them (gravitational/teleport constants.go). */
export const PRESET_ROLES: ReadonlySet<string> = new Set([
  ...['access', 'auditor', 'editor', 'reviewer', 'requester', 'group-access', 'terraform-provider'],
  ...['device-admin', 'device-enroll', 'require-trusted-device', 'okta-access', 'okta-requester', 'aws-ic-access'],
  ...['mcp-user', 'access-plugin', 'list-access-request-resources', 'connect-my-computer'],
  ...['@teleport-access-approver', WILDCARD_ISSUER_ROLE],
]);
