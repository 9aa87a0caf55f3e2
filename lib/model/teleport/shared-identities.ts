import type { Manifest } from '../documents/manifest';
import { areOfTwoClusters } from './join-origin';
import { JoinReach } from './join-reach';
import type { TeleportResource, TeleportResources } from './teleport-resources';

/** An identity that a token leads to, as an earlier token of another Kubernetes cluster does. */
export interface SharedIdentity {
  readonly identity: TeleportResource;
  readonly other: TeleportResource;
}

/** What an identity's rules or its template tell bots apart by: how, and as whom, tbot joined. */
const TELLS_BOTS_APART = /\b(?:join|user)\./;

/** Where a document stands: the same for a file that was read twice. */
export function placeOf({ file, document, kind, name }: Manifest): string {
  return [file, document, kind, name].join('\n');
}

/** The identities that bots of two Kubernetes clusters are issued, by {@link placeOf} the later token; one for each token. */
export function findSharedIdentities(resources: TeleportResources): ReadonlyMap<string, SharedIdentity> {
  const reach = new JoinReach(resources);
  const first = new Map<string, TeleportResource>();
  const shared = new Map<string, SharedIdentity>();
  for (const token of resources.tokens) {
    for (const identity of reach.identitiesOf(token)) {
      const other = first.get(identity.name);
      if (other === undefined) {
        if (!TELLS_BOTS_APART.test(JSON.stringify(identity.spec))) first.set(identity.name, token);
        continue;
      }
      // Of two tokens of one name there is one in the end.
      if (shared.has(placeOf(token.manifest)) || other.name === token.name || !areOfTwoClusters(token, other)) continue;
      shared.set(placeOf(token.manifest), { identity, other });
    }
  }
  return shared;
}
