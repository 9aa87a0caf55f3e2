import type { IConstruct } from 'constructs';
import { InvalidInputError } from '../../base/invalid-input-error';
import { WRITTEN_ISTIO_LINES, whyNotWritten } from '../../upstream/releases/istio-lines';
import { Target } from '../../upstream/releases/target';
import type { TeleportMeshProps } from './teleport-mesh-props';

/**
 * Refuses a mesh without a Teleport cluster, which types keep out of TypeScript only.
 *
 * @throws InvalidInputError
 */
export function checkCluster(where: string, props: Partial<TeleportMeshProps> | undefined): void {
  const teleport: unknown = props?.teleport;
  if (typeof teleport === 'object' && teleport !== null && 'trustDomain' in teleport) return;
  throw new InvalidInputError({
    where,
    problem: 'the mesh has no Teleport cluster',
    value: typeof teleport === 'string' ? teleport : undefined,
    allowed: 'a TeleportCluster as "teleport"',
    fix: "pass { teleport: TeleportCluster.cloud('example.teleport.sh') }",
  });
}

/**
 * The releases that the mesh is written for.
 *
 * @throws InvalidInputError if one is not a release number
 */
export function targetOf(where: string, { istio, kubernetes, tbot, csiDriver }: TeleportMeshProps): Target {
  const versions = {
    ...(istio?.version !== undefined && { istio: istio.version }),
    ...(kubernetes?.version !== undefined && { kubernetes: kubernetes.version }),
    ...(tbot?.version !== undefined && { teleport: tbot.version }),
    ...(csiDriver?.version !== undefined && { csiDriver: csiDriver.version }),
  };
  return Target.of(versions, where);
}

/**
 * Refuses releases of Istio that nothing is written for.
 *
 * @throws InvalidInputError
 */
export function checkIstioVersion(where: string, target: Target): void {
  if (!target.istioIsSupported) {
    throw new InvalidInputError({
      where,
      problem: whyNotWritten(target.istio),
      value: target.istio.toString(),
      allowed: `${WRITTEN_ISTIO_LINES}, with or without a patch number`,
      fix: target.istioIsFuture ? 'upgrade this package' : 'upgrade Istio',
    });
  }
}

/**
 * Refuses what is written by another app than its mesh: each app's files are only half of the mesh then.
 *
 * @throws InvalidInputError
 */
export function checkSameApp(mesh: IConstruct, construct: IConstruct): void {
  if (construct.node.root === mesh.node.root) return;
  throw new InvalidInputError({
    where: construct.node.path,
    problem: `its mesh, ${mesh.node.path}, belongs to another app`,
    allowed: 'one MeshApp for a mesh, its namespaces and its workloads',
    fix: 'pass the app of the mesh as the scope',
  });
}

/**
 * Refuses a mesh that is asked for a gateway that it was not created with.
 *
 * @throws InvalidInputError always
 */
export function refuseWithoutGateway(where: string, gateway: 'ingress' | 'egress'): never {
  throw new InvalidInputError({
    where,
    problem: `the mesh has no ${gateway} gateway`,
    allowed: 'a mesh created with one',
    fix: `pass istio: { ${gateway}Gateway: true }`,
  });
}
