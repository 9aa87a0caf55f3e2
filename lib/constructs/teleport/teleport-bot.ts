import { InvalidInputError } from '../../base/invalid-input-error';
import { checkResourceName, type TctlDocument, type TeleportResource } from './teleport-resource';
import { type RoleReference, TeleportRole } from './teleport-role';

/** A bot that is created elsewhere, by name. */
export interface BotReference {
  /** Prevents other objects with a name from being used as a bot. */
  readonly kind: 'bot';
  /** Name of the bot in Teleport. */
  readonly name: string;
}

/** Properties of a bot, which a tbot joins as. */
export interface TeleportBotProps {
  /** Name of the bot. */
  readonly name: string;
  /** All roles of the bot: `tctl create -f` removes those that are not listed. */
  readonly roles: readonly (TeleportRole | RoleReference)[];
}

/** Teleport's `bot`: the user that a tbot acts as. */
export class TeleportBot implements TeleportResource, BotReference {
  /** Teleport's kind of this resource. */
  public readonly kind = 'bot';
  /** Name of the bot. */
  public readonly name: string;
  /** Names of its roles, sorted. */
  public readonly roleNames: readonly string[];
  /** The roles that this program creates. */
  public readonly references: readonly TeleportRole[];

  /**
   * @throws InvalidInputError if it has no role: it could issue nothing, and applying it would take away roles given before
   */
  public constructor(props: TeleportBotProps) {
    const where = `TeleportBot ${props.name}`;
    checkResourceName(where, props.name);
    if (props.roles.length === 0) {
      throw new InvalidInputError({
        where,
        problem: 'the bot has no roles, so it cannot issue any identity',
        value: props.roles,
        allowed: 'at least one TeleportRole',
        fix: 'pass the role that allows its identities',
      });
    }
    this.name = props.name;
    this.roleNames = [...new Set(props.roles.map((role) => role.name))].sort();
    this.references = props.roles.filter((role) => role instanceof TeleportRole);
  }

  /** The document for `tctl create -f`. */
  public toTctlDocument(): TctlDocument {
    return { kind: this.kind, version: 'v1', metadata: { name: this.name }, spec: { roles: this.roleNames } };
  }
}
