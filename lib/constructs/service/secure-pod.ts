import type { Container, PodSpec } from 'kubernetes-types/core/v1';
import { InvalidInputError } from '../../base/invalid-input-error';
import { merged } from '../../base/merged';
import type { PodSecurityLevel } from '../../upstream/kubernetes/pod-security';

/** What pods may do on their node. */
export interface PodSecurityOptions {
  /** Whether the image runs as root. */
  readonly runAsRoot: boolean;
  /** Level that the namespace enforces; undefined if it does not say. */
  readonly podSecurity: PodSecurityLevel | undefined;
}

/**
 * Adds what is safe for every pod where the user says nothing else: no root, and the runtime's seccomp profile, which is then
 * the injected proxy's too. In a `restricted` namespace containers get what the API server asks for.
 *
 * @throws InvalidInputError if something is to run as root without `runAsRoot`, or in a `restricted` namespace at all
 */
export function securePod(where: string, spec: PodSpec, { runAsRoot, podSecurity }: PodSecurityOptions): PodSpec {
  const restricted = podSecurity === 'restricted';
  if (restricted && runAsRoot) throw rootInRestricted(where);
  const root = runAsRoot ? undefined : findRoot(spec);
  if (root !== undefined) throw rootUnsaid(where, root);
  const initContainers = restricted ? spec.initContainers?.map(restrictedContainer) : spec.initContainers;
  const securityContext = merged(
    runAsRoot ? undefined : { runAsNonRoot: true },
    { seccompProfile: { type: 'RuntimeDefault' } },
    spec.securityContext,
  );
  return merged(spec, { securityContext }, initContainers && { initContainers }, {
    containers: restricted ? spec.containers.map(restrictedContainer) : spec.containers,
  });
}

function restrictedContainer(container: Container): Container {
  const securityContext = {
    allowPrivilegeEscalation: false,
    ...container.securityContext,
    capabilities: { drop: ['ALL'], ...container.securityContext?.capabilities },
  };
  return merged(container, { securityContext });
}

/** Who is said to run as root; undefined if nobody is. */
function findRoot({ securityContext, containers, initContainers = [] }: PodSpec): string | undefined {
  if (securityContext?.runAsUser === 0 || securityContext?.runAsNonRoot === false) return 'the pod';
  // A container that says both runs as root in a pod that does not, as some init containers have to.
  const asRoot = [...containers, ...initContainers].find(
    ({ securityContext: own }) => own?.runAsUser === 0 && own.runAsNonRoot !== false,
  );
  return asRoot && `container "${asRoot.name}"`;
}

function rootUnsaid(where: string, who: string): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: `${who} runs as root, which the namespace does not allow`,
    allowed: 'a runAsUser other than 0, or runAsRoot: true',
    fix: 'pass runAsRoot: true if the image requires it',
  });
}

function rootInRestricted(where: string): InvalidInputError {
  return new InvalidInputError({
    where,
    problem: 'the namespace does not allow pods that run as root',
    value: 'restricted',
    allowed: 'no runAsRoot, or another podSecurity of the namespace',
    fix: "use an image that runs as another user, or podSecurity: 'baseline'",
  });
}
