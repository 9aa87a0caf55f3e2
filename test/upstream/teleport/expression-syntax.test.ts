import { expressionSyntaxProblem } from '../../../lib/upstream/teleport/expression-syntax';

// Forms that gravitational/teleport uses in its own tests and documents (lib/auth/machineid/workloadidentityv1/expression/*_test.go).
test.each([
  'workload.kubernetes.namespace == "shop"',
  'user.traits["team"].contains("shop") && !user.is_bot',
  '(a.b == "c" || d.e != `f`) && strings.upper(g) == "H"',
  'contains(user.spec.traits["groups"], "prod")',
  'set("a", "b").contains(workload.podman.pod.labels["com.mycloud/region"])',
  'workload.unix.uid >= 1000 // a comment',
  'regexp.replace(user.name, "^(.*)@.*$", "$1")',
  'sigstore.policy_satisfied("a", "b",)',
  '!!a',
  'a.b ==\n  "c\\"d"',
  '1234',
])('reads %s', (text) => expect(expressionSyntaxProblem(text)).toBeUndefined());

test.each([
  ['', 'is empty'],
  ['a ==', 'ends too early'],
  ['a == (', 'ends too early'],
  ['(a == "b"', 'ends too early'],
  ['a == "b")', 'has ")" where it does not fit'],
  ['a["b"', 'ends too early'],
  ['a and b', 'has "and" where it does not fit'],
  ['a == "b" "c"', 'has "\\"c\\"" where it does not fit'],
  ['a. == "b"', 'has "==" where it does not fit'],
  ['f(a b)', 'has "b" where it does not fit'],
  ['&& a', 'has "&&" where it does not fit'],
  ["a == 'b'", 'has a string in single quotes; strings are in double quotes'],
  ['a == "b', 'has a string that does not end'],
  ['a = "b"', 'has a single "="; equality is "=="'],
  ['a & b', 'has a single "&"; write "&&"'],
  ['a | b', 'has a single "|"; write "||"'],
  ['workload.kubernetes.labels.app-name', 'has the character "-", which expressions cannot have'],
  ['a ? b : c', 'has the character "?", which expressions cannot have'],
])('does not read %s', (text, problem) => expect(expressionSyntaxProblem(text)).toBe(problem));
