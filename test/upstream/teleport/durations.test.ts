import {
  goDurationSeconds,
  protobufDurationSeconds,
  toGoDurationText,
  toProtobufDurationText,
} from '../../../lib/upstream/teleport/durations';

test.each([
  ['1h', 3600],
  ['1h30m', 5400],
  ['90s', 90],
  ['1.5h', 5400],
  ['500ms', 0.5],
  ['0', 0],
  ['3600', undefined],
  ['1d', undefined],
  ['', undefined],
])('the Go duration %j is %p seconds', (text, seconds) => {
  expect(goDurationSeconds(text)).toBe(seconds);
});

test.each([
  ['3600s', 3600],
  ['0.5s', 0.5],
  ['1h', undefined],
  ['60m', undefined],
  ['s', undefined],
])('the protobuf duration %j is %p seconds', (text, seconds) => {
  expect(protobufDurationSeconds(text)).toBe(seconds);
});

test.each([1, 59, 60, 3599, 3600, 3661, 86_400])('%d seconds are the same after they were written', (seconds) => {
  expect(goDurationSeconds(toGoDurationText(seconds))).toBe(seconds);
  expect(protobufDurationSeconds(toProtobufDurationText(seconds))).toBe(seconds);
});

test('Go writes smaller units even where they are zero', () => {
  expect([3600, 1200, 30].map(toGoDurationText)).toEqual(['1h0m0s', '20m0s', '30s']);
});
