import { objectAt, textAt } from '../../../../base/json';
import { isSecretToken, ONBOARDING_SECRETS } from '../../../../upstream/teleport/join-secrets';
import { defineRule } from '../../rule';
import { tbotConfig } from '../teleport-examples';

/** A secret written into the configuration of tbot, where a Secret is not meant to be read by everyone who sees it. */
export const TBOT_INLINE_SECRET_RULE = defineRule({
  id: 'tbot-inline-secret',
  subject: 'Joining Teleport',
  since: '0.1.0',
  severity: 'error',
  title: 'Secret in a tbot configuration',
  found: '{field} holds the secret itself',
  why: 'Anyone who can read the file, its repository or the ConfigMap can join Teleport as this bot.',
  fix: 'join with a method that has no secret, such as kubernetes, or give the path of a mounted file; then revoke this one',
  source: 'gravitational/teleport lib/tbot/bot/onboarding/config.go',
  wrong: tbotConfig({ onboarding: '  join_method: token\n  token: 0f1e2d3c4b5a69788796a5b4c3d2e1f0\n' }),
  right: tbotConfig({ onboarding: '  join_method: token\n  token: /var/run/secrets/teleport/token\n' }),
  check({ tbotConfigs }, report) {
    for (const { manifest, body } of tbotConfigs) {
      // What a Secret holds is where it belongs.
      if (manifest.container?.manifest.kind === 'Secret') continue;
      const onboarding = objectAt(body, 'onboarding');
      if (isSecretToken(textAt(onboarding, 'join_method'), textAt(onboarding, 'token'))) {
        report(manifest, '/onboarding/token', { field: 'onboarding.token' });
      }
      for (const path of ONBOARDING_SECRETS) {
        if (!textAt(onboarding, ...path)) continue;
        report(manifest, `/onboarding/${path.join('/')}`, { field: `onboarding.${path.join('.')}` });
      }
    }
  },
});
