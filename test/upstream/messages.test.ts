import type { UpstreamMessage } from '../../lib/upstream/messages/message';
import {
  INJECTION_MESSAGES,
  ISTIOD_FAILURE,
  SOCKET_MESSAGES,
  STREAM_CLOSED,
} from '../../lib/upstream/messages/proxy-messages';
import { ADMISSION_MESSAGES, MOUNT_MESSAGES } from '../../lib/upstream/messages/refusals';
import {
  ATTESTATION_MESSAGES,
  ATTESTATION_REASONS,
  IDENTITY_MESSAGES,
  JOIN_MESSAGES,
} from '../../lib/upstream/messages/tbot-messages';

const GROUPS: Readonly<Record<string, Readonly<Record<string, UpstreamMessage>>>> = {
  JOIN_MESSAGES,
  ATTESTATION_MESSAGES,
  ATTESTATION_REASONS,
  IDENTITY_MESSAGES,
  SOCKET_MESSAGES,
  INJECTION_MESSAGES,
  MOUNT_MESSAGES,
  ADMISSION_MESSAGES,
  OTHERS: { STREAM_CLOSED, ISTIOD_FAILURE },
};
const ALL = Object.entries(GROUPS).flatMap(([group, messages]) =>
  Object.entries(messages).map(([name, message]) => [group, name, message] as const),
);

test.each(ALL)('%s.%s knows the words of its program', (_, __, { pattern, example }) => {
  expect(example).toMatch(pattern);
});

test.each(ALL)('%s.%s is the first of its group in its own words', (group, name, { example }) => {
  const first = Object.entries(GROUPS[group] ?? {}).find(([, { pattern }]) => pattern.test(example));

  expect(first?.[0]).toBe(name);
});

test.each(ALL)('%s.%s says where the program says it', (_, __, { source }) => {
  for (const place of source.split(', ')) expect(place).toMatch(/^[\w.-]+\/[\w.-]+ [\w./-]+$/);
});

test('what a kubelet does not answer is not taken for Teleport', () => {
  const line = 'Get "https://node-1:10250/pods": dial tcp 10.0.0.1:10250: connect: connection refused';

  expect(line).not.toMatch(JOIN_MESSAGES.unreachable.pattern);
});
