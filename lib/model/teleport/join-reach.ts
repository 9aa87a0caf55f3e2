import { addTo } from '../../base/add-to';
import { cached } from '../../base/cached';
import { objectAt, scalarTextsAt, textAt } from '../../base/json';
import { roleSelects, type TeleportResource, type TeleportResources } from './teleport-resources';

/** Which workload identities a bot that joined with a token may be issued: by its name, its roles, and their labels. */
export class JoinReach {
  private readonly bots: ReadonlyMap<string, readonly TeleportResource[]>;
  private readonly roles: ReadonlyMap<string, readonly TeleportResource[]>;
  private readonly byRole = new Map<TeleportResource, readonly TeleportResource[]>();

  public constructor(private readonly resources: TeleportResources) {
    this.bots = byName(resources.bots);
    this.roles = byName(resources.roles);
  }

  /** The workload identities that a token leads to, each once. */
  public identitiesOf({ spec }: TeleportResource): readonly TeleportResource[] {
    const bots = this.bots.get(textAt(spec, 'bot_name') ?? '') ?? [];
    const roles = bots.flatMap((bot) => scalarTextsAt(bot.spec, 'roles').flatMap((name) => this.roles.get(name) ?? []));
    return [...new Set(roles.flatMap((role) => this.identitiesOfRole(role)))];
  }

  private identitiesOfRole(role: TeleportResource): readonly TeleportResource[] {
    return cached(this.byRole, role, () => {
      const labels = objectAt(role.spec, 'allow', 'workload_identity_labels');
      return this.resources.identities.filter((identity) => roleSelects(labels, identity.labels));
    });
  }
}

function byName(resources: readonly TeleportResource[]): ReadonlyMap<string, readonly TeleportResource[]> {
  const found = new Map<string, TeleportResource[]>();
  for (const resource of resources) addTo(found, resource.name, resource);
  return found;
}
