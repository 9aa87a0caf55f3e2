import { field, listAt, objectAt, textAt } from '../../../../base/json';
import { toPointer } from '../../../../base/json-pointer';
import type { TeleportResource } from '../../../../model/teleport/teleport-resources';
import type { CheckContext } from '../../context/check-context';
import { defineRule } from '../../rule';
import { stream } from '../examples';
import { ISTIO_PATH, joinToken, workloadIdentity } from '../teleport-examples';

const ATTRIBUTE = 'join.kubernetes.service_account';

const TOKEN = joinToken(
  'type: oidc\noidc: {issuer: "https://oidc.example.com/id/1"}\nallow: [{service_account: "teleport:tbot"}]',
);

/** An identity that needs what a join by OIDC does not tell. */
export const OIDC_JOIN_ATTRIBUTES_RULE = defineRule({
  id: 'oidc-join-attributes',
  subject: 'Who gets an identity',
  since: '0.1.0',
  severity: 'error',
  title: 'Attribute that an OIDC join does not set',
  found: '{attribute} is used, and the token {token} joins by oidc',
  why: 'With the type oidc, Teleport knows the subject and pod of the tbot that joined, but not its ServiceAccount: the identity is never issued.',
  fix: 'use join.kubernetes.subject, or workload.kubernetes attributes',
  source: 'gravitational/teleport api/proto/teleport/workloadidentity/v1/join_attrs.proto, lib/kube/token/validator.go',
  wrong: stream(TOKEN, workloadIdentity(`/ns/{{ ${ATTRIBUTE}.namespace }}/sa/{{ ${ATTRIBUTE}.name }}`)),
  right: stream(TOKEN, workloadIdentity(ISTIO_PATH)),
  check(context, report) {
    const token = tokenByOidc(context);
    if (token === undefined) return;
    for (const identity of context.teleport.identities) {
      for (const { pointer, attribute } of uses(identity)) report(identity.manifest, pointer, { attribute, token });
    }
  },
});

/** A token of type oidc, if no other Kubernetes token among the manifests lets a tbot join that has the attribute. */
function tokenByOidc({ teleport }: CheckContext): string | undefined {
  const types = teleport.tokens
    .filter(({ spec }) => textAt(spec, 'join_method') === 'kubernetes')
    .map(({ name, spec }) => ({ name, isOidc: textAt(spec, 'kubernetes', 'type') === 'oidc' }));
  return types.every(({ isOidc }) => isOidc) ? types[0]?.name : undefined;
}

interface Use {
  readonly pointer: string;
  readonly attribute: string;
}

/** Templates and conditions that only pass if the attribute is set. */
function uses({ spec }: TeleportResource): readonly Use[] {
  const found: Use[] = [];
  const look = (text: string, pointer: string) => {
    const [attribute] = /\bjoin\.kubernetes\.service_account(?:\.\w+)?/.exec(text) ?? [];
    if (attribute !== undefined) found.push({ pointer, attribute });
  };
  look(textAt(spec, 'spiffe', 'id') ?? '', '/spec/spiffe/id');
  const x509 = objectAt(spec, 'spiffe', 'x509');
  if (JSON.stringify(x509).includes(ATTRIBUTE)) look(JSON.stringify(x509), '/spec/spiffe/x509');
  listAt(spec, 'rules', 'allow').forEach((rule, index) => {
    const pointer = toPointer('spec', 'rules', 'allow', index);
    look(textAt(rule, 'expression') ?? '', `${pointer}/expression`);
    listAt(rule, 'conditions').forEach((condition, at) => {
      const isPositive = field(condition, 'eq') !== undefined || field(condition, 'in') !== undefined;
      if (isPositive) look(textAt(condition, 'attribute') ?? '', `${pointer}/conditions/${at}/attribute`);
    });
  });
  return found;
}
