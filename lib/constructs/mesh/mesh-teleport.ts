import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import type { Target } from '../../upstream/releases/target';
import { meshNames, TBOT_SERVICE_ACCOUNT } from '../../upstream/teleport/mesh-names';
import type { MeshApp } from '../app/mesh-app';
import type { AppCluster } from '../app/written-clusters';
import { JoinToken } from '../teleport/join-token';
import { KubernetesJoin } from '../teleport/kubernetes-join';
import { printTctlDocuments } from '../teleport/tctl-documents';
import { TeleportBot } from '../teleport/teleport-bot';
import { TeleportOperatorResources } from '../teleport/teleport-operator-resources';
import type { TeleportResource } from '../teleport/teleport-resource';
import { TeleportRole } from '../teleport/teleport-role';
import { type IstioWorkloadIdentity, WorkloadIdentity } from '../teleport/workload-identity';
import { joinTokenNotice } from './notices';
import type { TeleportMeshProps } from './teleport-mesh-props';

/** What a mesh has in Teleport: what is issued, and what lets tbot join and issue it. */
export class MeshTeleport {
  /** The identity that Teleport issues to the pods of the mesh's namespaces. */
  public readonly identity: IstioWorkloadIdentity;
  /** The role that lets the bot issue the identity. */
  public readonly role: TeleportRole;
  /** The bot that tbot joins as. */
  public readonly bot: TeleportBot;
  /** The token with which tbot joins. */
  public readonly token: JoinToken;

  /** @param namespace where tbot runs */
  public constructor(
    namespace: string,
    private readonly props: TeleportMeshProps,
  ) {
    const names = meshNames(props.name);
    this.identity = WorkloadIdentity.forIstio({ name: names.identity });
    this.role = new TeleportRole({ name: names.role, issues: [this.identity] });
    this.bot = new TeleportBot({ name: names.bot, roles: [this.role] });
    this.token = new JoinToken({
      name: names.token,
      cluster: props.teleport,
      bot: this.bot,
      join: props.join ?? KubernetesJoin.staticJwks(),
      serviceAccounts: [{ namespace, name: TBOT_SERVICE_ACCOUNT }],
    });
  }

  /** The cluster that the token is for; undefined while its keys are not known. */
  public appCluster(where: string): AppCluster | undefined {
    if (this.token.needsJwks) return undefined;
    const { spec } = this.token.toTctlDocument();
    return { where, teleport: `${this.props.teleport.trustDomain}`, token: this.token.name, spec };
  }

  /** Adds the resources: a file for tctl, or objects for Teleport's operator among the mesh's own. */
  public addTo(app: MeshApp, mesh: Chart, target: Target): void {
    const delivery = this.props.teleportResources ?? { kind: 'tctl' };
    // Without keys there is no token to write yet; all the rest is there.
    const resources: readonly TeleportResource[] = this.token.needsJwks ? [this.bot] : [this.token];
    if (delivery.kind === 'operator') {
      const { namespace, ownFile = false } = delivery;
      const scope = ownFile ? new Chart(mesh.node.scope as Construct, `${mesh.node.id}-teleport`) : mesh;
      new TeleportOperatorResources(scope, 'teleport', { namespace, resources, target });
    } else {
      app.addFile('teleport/teleport.yaml', () => printTctlDocuments(resources));
    }
    if (this.token.needsJwks) app.addNotice(joinTokenNotice(this.token));
  }
}
