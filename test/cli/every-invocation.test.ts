import { everyInvocation } from './every-invocation';

const nothing = { commands: {}, values: {} };

test('a command that has no arguments in the table is an error', () => {
  expect(() => everyInvocation(nothing)).toThrow('no arguments for the command "init"');
});

test('an option that has no value in the table is an error', () => {
  expect(() => everyInvocation({ ...nothing, commands: { init: [[]] } })).toThrow('no value for init --address');
});
