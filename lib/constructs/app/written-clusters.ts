import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidInputError } from '../../base/invalid-input-error';
import type { JsonObject } from '../../base/json';
import { areOfTwoClusters } from '../../model/teleport/join-origin';

/** The Kubernetes cluster that an app writes the files of, as Teleport sees it. */
export interface AppCluster {
  /** Path of the mesh. */
  readonly where: string;
  /** Trust domain of the Teleport cluster. */
  readonly teleport: string;
  /** Name of the join token. */
  readonly token: string;
  /** The join token's `spec`. */
  readonly spec: object;
}

/** What this process has written, by output directory. */
const written = new Map<string, AppCluster>();

/**
 * Refuses the files of a second Kubernetes cluster where they would replace those of the first: in its output directory, or in a
 * Teleport cluster where both have resources of the same names. Two clusters have different keys in their join tokens.
 *
 * @throws InvalidInputError naming the other mesh and its directory
 */
export function checkOtherClusters(outdir: string, own: AppCluster): void {
  for (const [directory, other] of written) {
    // What a test wrote for a while is not applied.
    if (!existsSync(directory) || !areOfTwoClusters(token(own), token(other))) continue;
    if (directory === resolve(outdir)) {
      throw new InvalidInputError({
        where: own.where,
        problem:
          'this program already wrote the files of another Kubernetes cluster to this directory, and would replace them',
        value: outdir,
        allowed: 'a separate output directory for each cluster',
        fix: 'pass outdir to each MeshApp, or create a MeshFleet',
      });
    }
    if (own.teleport === other.teleport && own.token === other.token) {
      throw new InvalidInputError({
        where: own.where,
        problem: `the mesh in ${directory} is for another Kubernetes cluster with the same Teleport cluster ${own.teleport}, and uses the same names there: the one applied last would replace the other`,
        value: own.token,
        allowed: 'a different name for each Kubernetes cluster of a Teleport cluster',
        fix: "pass a name to each TeleportMesh, as in { name: 'eu-1' }, or create a MeshFleet",
      });
    }
  }
}

/** Remembers what was written, for {@link checkOtherClusters}. */
export function rememberCluster(outdir: string, own: AppCluster): void {
  written.set(resolve(outdir), own);
}

function token({ spec }: AppCluster): { readonly spec: JsonObject } {
  return { spec: spec as JsonObject };
}
